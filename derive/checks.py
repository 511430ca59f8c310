"""Exact case-by-case checks for values that are not SymPy expressions."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from fractions import Fraction

import sympy as sp

from binodal.derive.step import Check

SMALL_ORDERS = (2, 3, 4, 5, 6, 7, 9)

ExactCases = Iterable[tuple[object, object, object]]
"""(label of the case, one route's value, the other's), which must be equal as they are."""

Claims = Iterable[tuple[object, bool]]
"""(label, truth) of statements."""


def exact_on(pairs: Callable[[sp.Basic], ExactCases], route: str) -> Check:
    """Check that exact values (rationals, integers, cyclotomic numbers) agree case by case.

    ``pairs`` takes the claim and yields (label of the case, one route's value, the other's).

    >>> half = exact_on(lambda claim: [("half", claim, Fraction(2, 4))], "reduction")
    >>> half.counterexample(Fraction(1, 2))
    >>> half.counterexample(1)
    'case half: 1 against 1/2'
    """

    def counterexample(claim: sp.Basic) -> str | None:
        for label, left, right in pairs(claim):
            if left != right:
                return f"case {label}: {left} against {right}"
        return None

    return Check(route, counterexample)


def all_hold(statements: Callable[[sp.Basic], Claims], route: str) -> Check:
    """Check (label, truth) statements about the claim; the first one that is false is reported."""

    def counterexample(claim: sp.Basic) -> str | None:
        for label, holds in statements(claim):
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
