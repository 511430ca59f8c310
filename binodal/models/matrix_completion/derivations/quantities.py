"""The named quantities of matrix completion, and the whole chain."""

from __future__ import annotations

from functools import cache

from binodal.derive.derivation import Derivation
from binodal.derive.quantity import Quantity, chained, for_any_theory
from binodal.models.matrix_completion.derivations.completion import completion

QUANTITIES: dict[str, Quantity] = {"flow": for_any_theory(completion)}


@cache
def complete(theory: str = "derived") -> Derivation:
    """All quantities in one chain.

    >>> complete().verify()
    7
    """
    return chained("Matrix completion, early and late", QUANTITIES, theory)
