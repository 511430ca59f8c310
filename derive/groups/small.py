"""All groups of 2 to 24 elements, up to isomorphism, as texts that :mod:`names` reads.

Their numbers by order are those of H. U. Besche, B. Eick and E. A. O'Brien, Int. J. Algebra
Comput. 12 (2002) 623; that no two are isomorphic shows in their orders of elements and characters.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from binodal.derive.groups.names import from_text

_NAMED = """
Z2; Z3; Z4 Z2xZ2; Z5; Z6 S3; Z7; Z8 Z2xZ4 Z2xZ2xZ2 D4 Q8; Z9 Z3xZ3; Z10 D5; Z11;
Z12 Z2xZ6 D6 Q12 A4; Z13; Z14 D7; Z15; Z16 Z2xZ8 Z4xZ4 Z2xZ2xZ4 Z2xZ2xZ2xZ2 D8 Q16 D4xZ2 Q8xZ2;
Z17; Z18 Z3xZ6 D9 S3xZ3; Z19; Z20 Z2xZ10 D10 Q20; Z21; Z22 D11; Z23;
Z24 Z2xZ12 Z2xZ2xZ6 D12 Q24 D6xZ2 S3xZ4 Q12xZ2 D4xZ3 Q8xZ3 A4xZ2 S4
"""

_GENERATED = {
    "SD16": "1 2 3 4 5 6 7 0 | 0 3 6 1 4 7 2 5",
    "M16": "1 2 3 4 5 6 7 0 | 0 5 2 7 4 1 6 3",
    "Z4:Z4": "1 2 3 0 4 5 6 7 | 0 3 2 1 5 6 7 4",
    "(Z2xZ2):Z4": "1 0 2 3 4 5 6 7 | 2 3 0 1 5 6 7 4",
    "D4oZ4": "1 2 3 0 5 6 7 4 | 4 7 6 5 2 1 0 3 | 1 2 3 0 7 4 5 6",
    "(Z3xZ3):Z2": "1 2 0 3 4 5 | 0 1 2 4 5 3 | 0 2 1 3 5 4",
    "Z5:Z4": "1 2 3 4 0 | 0 2 4 1 3",
    "Z7:Z3": "1 2 3 4 5 6 0 | 0 2 4 6 1 3 5",
    "Z3:Z8": "1 2 0 3 4 5 6 7 8 9 10 | 0 2 1 4 5 6 7 8 9 10 3",
    "Z3:D4": "1 2 0 3 4 5 6 | 0 2 1 4 5 6 3 | 0 1 2 3 6 5 4",
    "SL(2,3)": "3 7 2 6 1 5 0 4 | 0 1 3 4 2 7 5 6",
}

SMALL: Mapping[str, str] = MappingProxyType(
    {name: name for name in _NAMED.replace(";", " ").split()}
    | {name: f"permutations {images}" for name, images in _GENERATED.items()}
)
"""By a common name the text of the group; a colon stands for a semidirect product, with the action
that is not trivial, and o for a central one."""


@cache
def orders() -> Mapping[str, int]:
    """The number of elements of each of them, by name."""
    return {name: from_text(text).order for name, text in SMALL.items()}
