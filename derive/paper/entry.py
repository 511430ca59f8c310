"""What a printed equation is to the audit: typed data, a way to its derived form, a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import sympy as sp

Derived = Callable[[], sp.Basic]
Reading = Callable[[sp.Basic], sp.Basic]


class Verdict(StrEnum):
    """The judgement of a part; an entry has the gravest verdict of its parts."""

    CORRECTED = "corrected"
    APPROXIMATION = "approximation"
    NOTATION = "notation"
    CONFIRMED = "confirmed"
    DEFINITION = "definition"


GRAVEST_FIRST = tuple(Verdict)


@dataclass(frozen=True)
class Limit:
    """A named limit in which an approximation becomes exact: ``symbol`` -> ``value``."""

    name: str
    symbol: sp.Symbol
    value: sp.Expr


@dataclass(frozen=True)
class Part:
    """One statement of a printed equation.

    ``printed`` is what the page says, in the toolkit's symbols. One of these judges it:
    ``derived`` fetches the same thing from a derivation; ``residual`` maps the printed form to
    something that vanishes iff it is right; ``measure`` names a number that numerics computes.
    With none of them the part is a definition.
    ``reading`` translates a slip of notation, ``setting`` states a condition under which the paper
    works: the part is `notation` if it agrees only so. ``limit`` declares an approximation: it
    counts as one only if the difference is proved to vanish there. For a quoted number ``unit`` is
    one unit of its last digit, and ``otherwise`` the verdict if it disagrees.
    """

    name: str
    printed: sp.Basic
    derived: Derived | None = None
    residual: Reading | None = None
    measure: str = ""
    reading: Reading | None = None
    setting: Reading | None = None
    limit: Limit | None = None
    unit: sp.Rational = sp.S.Zero
    otherwise: Verdict = Verdict.CORRECTED

    @property
    def definition(self) -> bool:
        """Whether nothing can judge it: it says what a word means."""
        return self.derived is None and self.residual is None and not self.measure


@dataclass(frozen=True)
class Entry:
    """A label with its parts, why its verdict is what it is, and where that is shown.

    ``evidence`` names commands and test files; ``witnesses`` are independent numerical checks by
    name, which numerics runs.
    """

    label: str
    title: str
    parts: tuple[Part, ...]
    why: str
    evidence: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()


def definition(name: str, printed: sp.Basic) -> Part:
    """A part that defines something."""
    return Part(name, printed)


def gravest(verdicts: list[Verdict]) -> Verdict:
    """The verdict of a whole from those of its parts.

    >>> gravest([Verdict.CONFIRMED, Verdict.NOTATION]).value
    'notation'
    """
    return min(verdicts, key=GRAVEST_FIRST.index)
