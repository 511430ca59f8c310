"""Leading terms of parts of an expression on a half line, with a bound of what is left.

Each rule carries |u(z) - L z^p| <= A max(1, |z|)^(p - 1), at almost every z, through a function.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import sympy as sp

_ZERO, _ONE = sp.Integer(0), sp.Integer(1)


@dataclass(frozen=True)
class Leading:
    """|u - coefficient z^power| <= error max(1, |z|)^(power - 1) on a half line, |u| <= most."""

    power: int
    coefficient: sp.Expr
    error: sp.Expr
    most: sp.Expr = sp.oo

    def raised(self, power: int) -> Leading:
        """The same said with a larger power, whose coefficient is then zero."""
        if power == self.power:
            return self
        return Leading(power, _ZERO, self.size)

    @property
    def size(self) -> sp.Expr:
        """|u| <= size max(1, |z|)^power."""
        return sp.Min(abs(self.coefficient) + self.error, self.most)

    def below(self, most: sp.Expr) -> Leading:
        """The same with another bound of |u|; one without a limit is no larger than it."""
        error = sp.Min(self.error, most) if (self.power, self.coefficient) == (1, 0) else self.error
        return replace(self, error=error, most=sp.Min(self.most, most))

    def __add__(self, other: Leading) -> Leading:
        power = max(self.power, other.power)
        one, two = self.raised(power), other.raised(power)
        return Leading(power, one.coefficient + two.coefficient, one.error + two.error)

    def __mul__(self, other: Leading) -> Leading:
        error = self.size * other.error + abs(other.coefficient) * self.error
        coefficient = self.coefficient * other.coefficient
        return Leading(self.power + other.power, coefficient, error)

    def heading(self, side: int) -> sp.Expr:
        """The sign of the leading term on a side."""
        return sp.sign(self.coefficient) * side**self.power


def bounded(size: sp.Expr) -> Leading:
    """What a bounded part has when it has no limit: |u - 0 z| <= size."""
    return Leading(1, _ZERO, size)


def settled(limit: sp.Expr, error: sp.Expr) -> Leading:
    """A part that tends to a limit at least as fast as error/|z|."""
    return Leading(0, limit, error)


def of_bounded(steepest: sp.Expr, value: sp.Expr, inner: Leading) -> Leading:
    """f(u) of a u that tends to a limit, by the steepest slope of f and its value at the limit."""
    return settled(value, steepest * inner.error)


def saturating(function: type[sp.Function], inner: Leading, side: int) -> Leading:
    """tanh and erf: 1 - tanh(x) <= 2 exp(-2 x) and 1 - erf(x) <= exp(-x^2) for x >= 0.

    With |u| >= |L| |z| - A beyond |z| = 1, the distance to the limit times |z| is largest where
    the exponential falls as fast as |z| grows.
    """
    if inner.power == 0:
        steepest = _ONE if function is sp.tanh else 2 / sp.sqrt(sp.pi)
        return of_bounded(steepest, function(inner.coefficient), inner)
    steep, error = abs(inner.coefficient), inner.error
    if steep == 0:
        return bounded(function(error) if inner.power == 1 else _ONE)
    near = _ONE if error == 0 else 2 * sp.Max(1, error / steep)
    if function is sp.tanh:
        far = sp.exp(2 * error - 1) / steep
    else:
        far = (1 / sp.sqrt(2 * sp.E) + error) / steep
    return settled(inner.heading(side), sp.Max(near, far))


def signed(inner: Leading, side: int) -> Leading:
    """sign(u): its limit beyond |z| = A/|L|, and at a distance of at most 2 before."""
    if inner.coefficient == 0:
        return bounded(_ONE)
    reach = _ZERO if inner.error == 0 else 2 * sp.Max(1, inner.error / abs(inner.coefficient))
    return settled(inner.heading(side), reach)


def exponential(inner: Leading, side: int) -> Leading | None:
    """exp(u) where u tends to a limit or to -infinity or stays bounded; else None."""
    steep, error, power = abs(inner.coefficient), inner.error, inner.power
    if power == 0:
        return of_bounded(sp.exp(inner.coefficient + error), sp.exp(inner.coefficient), inner)
    if steep == 0:
        return bounded(sp.exp(error)) if power == 1 else None
    if inner.heading(side) > 0:
        return None
    reach = sp.Max(1, error / steep)
    before = reach * sp.exp(error * reach ** (power - 1))
    return settled(_ZERO, sp.Max(before, sp.exp(error - 1) / steep))


def damped(of: Leading, inner: Leading, side: int) -> Leading | None:
    """u exp(v) where v tends to -infinity as a power of z does; else None.

    With |u| <= S x^q and v <= -L x^p + A x^(p - 1) at x = |z| >= 1, and R = max(1, 2 A/L): up to R
    v is at most A R^(p - 1), beyond it at most -L x/2. So x |u exp(v)| stays below the larger of
    S R^(q + 1) exp(A R^(p - 1)) and the maximum of S x^(q + 1) exp(-L x/2).
    """
    steep, error, power = abs(inner.coefficient), inner.error, inner.power
    if power == 0 or steep == 0 or inner.heading(side) > 0:
        return None
    reach, order = sp.Max(1, 2 * error / steep), of.power + 1
    near = reach**order * sp.exp(error * reach ** (power - 1))
    return settled(_ZERO, of.size * sp.Max(near, (2 * order / (sp.E * steep)) ** order))


def reciprocal(inner: Leading | None, smallest: sp.Expr) -> Leading:
    """1/u for |u| >= smallest > 0: beyond |z| = 2 A/|L| it is at most 2/(|L| |z|^p)."""
    if inner is None or (inner.power and inner.coefficient == 0):
        return bounded(1 / smallest)
    if inner.power == 0:
        if inner.coefficient == 0:
            return bounded(1 / smallest)
        steepest = 1 / (smallest * abs(inner.coefficient))
        return of_bounded(steepest, 1 / inner.coefficient, inner)
    steep = abs(inner.coefficient)
    reach = sp.Max(1, 2 * inner.error / steep)
    return settled(_ZERO, sp.Max(2 / steep, reach / smallest))


def root(inner: Leading, side: int) -> Leading:
    """sqrt(u), u >= 0: |sqrt(a) - sqrt(b)| <= |a - b|/sqrt(b), and at most sqrt(|a - b|)."""
    power, rest = divmod(inner.power, 2)
    if rest or inner.heading(side) <= 0:
        return Leading((inner.power + 1) // 2 + 1, _ZERO, sp.sqrt(inner.size))
    steep = sp.sqrt(abs(inner.coefficient))
    error = sp.Max(inner.error / steep, sp.sqrt(inner.error))
    return Leading(power, steep * side**power, error)


def size_of(inner: Leading, side: int) -> Leading:
    """|u|."""
    turned = abs(inner.coefficient) * side**inner.power
    return Leading(inner.power, turned, inner.error)


def larger(one: Leading, two: Leading, side: int) -> Leading:
    """max(u, v): it is as far from the larger leading term as the farther of the two."""
    power = max(one.power, two.power)
    one, two = one.raised(power), two.raised(power)
    turn = side**power
    coefficient = turn * sp.Max(turn * one.coefficient, turn * two.coefficient)
    return Leading(power, coefficient, sp.Max(one.error, two.error))
