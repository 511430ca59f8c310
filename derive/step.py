"""One step of a derivation: what was done, what it rests on, and how it is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

import sympy as sp

from binodal.derive.assumptions import Assumption

NOT_PRINTED = "derived here"
"""The source of a step that has no printed counterpart."""

Cases = Iterable[tuple[object, sp.Expr, sp.Expr]]
"""(label of the case, one route's expression, the other's)."""


@dataclass(frozen=True)
class Check:
    """An independent route to the same statement.

    ``route`` says in words what the other route is; ``counterexample`` judges a claim, the
    ``after`` of a step, and returns None when both agree, else a sentence that shows the
    disagreement.
    """

    route: str
    counterexample: Callable[[sp.Basic], str | None]


@dataclass(frozen=True)
class Step:
    """A rule applied to ``before`` that gives ``after``.

    ``assumptions`` are those that this step adds; ``source`` is the label of the printed
    counterpart (``"M.13"``) where there is one.
    """

    name: str
    rule: str
    before: sp.Basic
    after: sp.Basic
    check: Check
    assumptions: tuple[Assumption, ...] = field(default=())
    source: str = field(default=NOT_PRINTED, kw_only=True)

    def counterexample(self) -> str | None:
        """None when the independent route agrees with ``after``, else the disagreement.

        It is judged once, since derivations share steps.
        """
        return self._judged

    @cached_property
    def _judged(self) -> str | None:
        return self.check.counterexample(self.after)

    def ends(self) -> tuple[sp.Basic, ...]:
        """Everything that the step ends in: ``after``, or what it lists, or its right side."""
        return _members(self.after)


def _members(expression: sp.Basic) -> tuple[sp.Basic, ...]:
    inside: Iterable[sp.Basic] = ()
    if isinstance(expression, sp.MatrixBase):
        expression = expression.as_immutable()
    if isinstance(expression, sp.Tuple | sp.MatrixBase):
        inside = expression
    elif isinstance(expression, sp.Rel):
        inside = (expression.rhs,)
    return (expression, *(member for part in inside for member in _members(part)))


def equal(other: sp.Expr, route: str) -> Check:
    """Check that the claim is identically ``other``, by exact simplification.

    >>> x = sp.Symbol("x")
    >>> equal((x + 1) ** 2, "expansion").counterexample(x**2 + 2 * x + 1) is None
    True
    """
    return equal_on(lambda claim: [("identity", other, claim)], route)


def equal_on(pairs: Callable[[sp.Basic], Cases], route: str) -> Check:
    """Check exact equality case by case; the first case that differs is reported.

    ``pairs`` takes the claim and yields (label of the case, one route's value, the other's).
    """

    def counterexample(claim: sp.Basic) -> str | None:
        for label, left, right in pairs(claim):
            difference = sp.simplify(sp.expand(left - right))
            if difference != 0:
                return f"case {label}: {left} against {right}, difference {difference}"
        return None

    return Check(route, counterexample)


def close_on(pairs: Callable[[sp.Basic], Cases], route: str, digits: int = 12) -> Check:
    """Check agreement to ``digits`` digits case by case, for routes that end in quadrature.

    The tolerance guards a comparison of two independent numerical values, so a
    wrong factor, sign or exponent in either is many orders above it.
    """

    def counterexample(claim: sp.Basic) -> str | None:
        for label, left, right in pairs(claim):
            one, other = sp.N(left, digits + 8), sp.N(right, digits + 8)
            if not abs(one - other) <= sp.Float(10) ** (-digits) * (1 + abs(other)):
                return f"case {label}: {sp.N(one, digits)} against {sp.N(other, digits)}"
        return None

    return Check(route, counterexample)


def both(first: Check, second: Check) -> Check:
    """Two routes to one claim: the first disagreement counts."""
    return Check(
        f"{first.route}; {second.route}",
        lambda claim: first.counterexample(claim) or second.counterexample(claim),
    )
