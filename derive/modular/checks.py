"""Exact case-by-case checks for values that are not SymPy expressions."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from fractions import Fraction

from derive.step import Check

SMALL_ORDERS = (2, 3, 4, 5, 6, 7, 9)


def exact_on(pairs: Callable[[], Iterable[tuple[object, object, object]]], route: str) -> Check:
    """Check that exact values (rationals, integers, cyclotomic numbers) agree case by case.

    ``pairs`` yields (label of the case, one route's value, the other's).

    >>> exact_on(lambda: [("half", Fraction(1, 2), Fraction(2, 4))], "reduction").counterexample()
    >>> exact_on(lambda: [("half", Fraction(1, 2), 1)], "reduction").counterexample()
    'case half: 1/2 against 1'
    """

    def counterexample() -> str | None:
        for label, left, right in pairs():
            if left != right:
                return f"case {label}: {left} against {right}"
        return None

    return Check(route, counterexample)


def all_hold(claims: Callable[[], Iterable[tuple[object, bool]]], route: str) -> Check:
    """Check a list of (label, truth) claims; the first one that is false is reported."""

    def counterexample() -> str | None:
        for label, holds in claims():
            if not holds:
                return f"case {label} fails"
        return None

    return Check(route, counterexample)


def generic_fractions(count: int, seed: int) -> list[Fraction]:
    """``count`` distinct non-zero rationals that depend on ``seed`` alone.

    No two are equal and none is 0, 1 or -1, so that an exchanged index, a lost
    factor or a lost sign can't hide.
    """
    generator = random.Random(seed)
    values: list[Fraction] = []
    while len(values) < count:
        value = Fraction(generator.randint(-40, 40), generator.randint(3, 17))
        if abs(value) not in (0, 1) and value not in values:
            values.append(value)
    return values
