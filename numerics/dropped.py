"""What a result leaves out: each term with its size at the given parameters.

A theory keeps the leading order and drops the rest; where the rest is not small beside it, the
result describes another network than the one that was asked for, however well it is proved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb

from binodal.numerics.balls import ball
from binodal.numerics.results import Critical

LARGEST = Fraction(1, 10)
"""What is below this, relative to what is kept, counts as small."""


@dataclass(frozen=True)
class Dropped:
    """A term that is left out, and its size relative to what is kept.

    ``size`` is a ball around a derived expression at the given parameters, or None where it could
    not be had.
    """

    name: str
    size: arb | None

    @property
    def small(self) -> bool | None:
        """Whether the size is below a tenth, by proved signs; None where that is not known.

        >>> Dropped("a", arb("0.01")).small, Dropped("b", arb(3)).small, Dropped("c", None).small
        (True, False, None)
        """
        if self.size is None or not self.size.is_finite():
            return None
        if self.size < ball(LARGEST):
            return True
        return False if self.size >= ball(LARGEST) else None


def at_event(parameters: Mapping[str, Fraction], critical: Critical[Any]) -> dict[str, Fraction]:
    """The parameters with the event's value, to working precision, where it was found."""
    at = dict(parameters)
    if critical.point is not None:
        mantissa, exponent = arb(critical.point.value.mid()).man_exp()
        at[critical.along] = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return at


def present(terms: Iterable[Dropped]) -> tuple[Dropped, ...]:
    """The terms that are not exactly zero."""
    return tuple(term for term in terms if term.size is None or not term.size.is_zero())
