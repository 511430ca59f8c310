"""What a result leaves out: each term with its size at the given parameters.

A theory keeps the leading order and drops the rest; where the rest is not small beside it, the
result describes another network than the one that was asked for, however well it is proved.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import hypot
from typing import Any, TypeVar

from flint import arb

from binodal.numerics.balls import ball, precision
from binodal.numerics.results import Critical

P = TypeVar("P")
_BITS = 128

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
    def rank(self) -> float:
        """By what terms are compared: the size, infinite where it is unknown."""
        if self.size is None or not self.size.is_finite():
            return float("inf")
        return float(self.size.mid())

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


def middle(value: arb) -> Fraction:
    """The middle of a ball, exactly.

    >>> middle(arb("0.25", 1))
    Fraction(1, 4)
    """
    mantissa, exponent = arb(value.mid()).man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def at_event(parameters: Mapping[str, Fraction], critical: Critical[Any]) -> dict[str, Fraction]:
    """The parameters with the event's value, to working precision, where it was found."""
    point = dict(parameters)
    if critical.point is not None:
        point[critical.along] = middle(critical.point.value)
    return point


def largest(all_terms: Iterable[tuple[P, Iterable[Dropped]]]) -> list[tuple[Dropped, P]]:
    """Of each term of many results the largest, and where; one of unknown size counts as largest.

    >>> low, high, none = (Dropped("a", size) for size in (arb(1), arb(2), None))
    >>> largest([(1, [low]), (2, [high]), (3, [low])]) == [(high, 2)]
    True
    >>> largest([(1, [none]), (2, [high])]) == [(none, 1)]
    True
    """
    kept: dict[str, tuple[Dropped, P]] = {}
    for place, terms in all_terms:
        for term in terms:
            if term.name not in kept or term.rank > kept[term.name][0].rank:
                kept[term.name] = term, place
    return list(kept.values())


def present(terms: Iterable[Dropped]) -> tuple[Dropped, ...]:
    """The terms that are not exactly zero."""
    return tuple(term for term in terms if term.size is None or not term.size.is_zero())


MODES = "modes without a target: shift of the others together, by closures at this size"


def beyond(shifted: Sequence[tuple[float, float]]) -> Dropped:
    """Modes of a closure, and what they are where it holds more; of unknown size if there are none.

    Modes count by their loss.

    >>> print(beyond([(3.0, 3.75), (4.0, 5.0)]).size)
    0.250000000000000
    """
    whole = hypot(*(few for few, _ in shifted))
    moved = hypot(*(more - few for few, more in shifted))
    return Dropped(MODES, arb(moved / whole) if whole else None)


class DroppedTerms(ABC):
    """A model's terms, in a theory at parameters."""

    def __init__(self, parameters: Mapping[str, Fraction], theory: str) -> None:
        self.parameters, self.theory = parameters, theory

    @abstractmethod
    def of_solution(self, solution: Any) -> Iterator[Dropped]:
        """The terms of a solved closure in its limit."""

    @abstractmethod
    def of_event(self, critical: Critical[Any]) -> Iterator[Dropped]:
        """The terms of an event in its limit, at the point nearest to the parameters."""

    @classmethod
    def of(cls, parameters: Mapping[str, Fraction], result: Any) -> tuple[Dropped, ...]:
        """What a solution leaves out, or an event: there at the value that was found."""
        with precision(_BITS):
            if isinstance(result, Critical):
                terms = cls(at_event(parameters, result), result.theory).of_event(result)
            else:
                terms = cls(parameters, result.theory).of_solution(result)
            return present(terms)
