"""One step of a derivation: what was done, what it rests on, and how it is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import sympy as sp

from derive.assumptions import Assumption


@dataclass(frozen=True)
class Check:
    """An independent route to the same statement.

    ``route`` says in words what the other route is; ``counterexample`` runs it
    and returns None when both agree, else a sentence that shows the disagreement.
    """

    route: str
    counterexample: Callable[[], str | None]


@dataclass(frozen=True)
class Step:
    """A rule applied to ``before`` that gives ``after``.

    ``source`` is the label of the printed counterpart (``"M.13"``) or
    ``"derived here"``; ``assumptions`` are those that this step adds.
    """

    name: str
    rule: str
    before: sp.Basic
    after: sp.Basic
    source: str
    check: Check
    assumptions: tuple[Assumption, ...] = field(default=())


def equal(left: sp.Expr, right: sp.Expr, route: str) -> Check:
    """Check that two expressions are identically equal, by exact simplification.

    >>> x = sp.Symbol("x")
    >>> equal((x + 1) ** 2, x**2 + 2 * x + 1, "expansion").counterexample() is None
    True
    """

    def counterexample() -> str | None:
        difference = sp.simplify(sp.expand(left - right))
        return None if difference == 0 else f"difference {difference}"

    return Check(route, counterexample)


def equal_on(pairs: Callable[[], Iterable[tuple[object, sp.Expr, sp.Expr]]], route: str) -> Check:
    """Check exact equality case by case; the first case that differs is reported.

    ``pairs`` yields (label of the case, one route's value, the other's).
    """

    def counterexample() -> str | None:
        for label, left, right in pairs():
            difference = sp.simplify(sp.expand(left - right))
            if difference != 0:
                return f"case {label}: {left} against {right}"
        return None

    return Check(route, counterexample)


def close_on(
    pairs: Callable[[], Iterable[tuple[object, sp.Expr, sp.Expr]]], route: str, digits: int = 12
) -> Check:
    """Check agreement to ``digits`` digits case by case, for routes that end in quadrature.

    The tolerance guards a comparison of two independent numerical values, so a
    wrong factor, sign or exponent in either is many orders above it.
    """

    def counterexample() -> str | None:
        for label, left, right in pairs():
            one, other = sp.N(left, digits + 8), sp.N(right, digits + 8)
            if not abs(one - other) <= sp.Float(10) ** (-digits) * (1 + abs(other)):
                return f"case {label}: {sp.N(one, digits)} against {sp.N(other, digits)}"
        return None

    return Check(route, counterexample)
