"""How a nonlinearity approaches its straight lines far out, proved from its expression.

On one half line, with x = |z|, every part of an analytic expression is a polynomial in x up to an
error of at most C (1 + x)^P exp(-s x); sums, products, exponentials and what saturates pass it on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, reduce
from itertools import zip_longest

import sympy as sp

from binodal.derive.gaussian.envelope import Envelope
from binodal.derive.gaussian.grammar import z
from binodal.derive.gaussian.growth import growth, softplus_argument
from binodal.derive.gaussian.pieces import pieces
from binodal.derive.gaussian.slope import bounded

_NONE = Envelope(sp.S.Zero, 0, -sp.oo)


@dataclass(frozen=True)
class Tail:
    """|u - sum_i coefficients_i x^i| <= error for every x >= 0; the envelope's rate is negative."""

    coefficients: tuple[sp.Expr, ...]
    error: Envelope = _NONE

    @property
    def degree(self) -> int:
        """Of the polynomial; 0 for a constant, zero too."""
        return max((i for i, c in enumerate(self.coefficients) if c != 0), default=0)

    @property
    def leading(self) -> sp.Expr:
        """The polynomial's leading coefficient."""
        return self.coefficients[self.degree] if self.coefficients else sp.S.Zero

    @property
    def size(self) -> Envelope:
        """A bound of the polynomial."""
        return Envelope(sp.Add(*map(sp.Abs, self.coefficients)), self.degree)

    def __add__(self, other: Tail) -> Tail:
        pairs = zip_longest(self.coefficients, other.coefficients, fillvalue=sp.S.Zero)
        return Tail(tuple(a + b for a, b in pairs), self.error + other.error)

    def __mul__(self, other: Tail) -> Tail:
        product = [sp.S.Zero] * (len(self.coefficients) + len(other.coefficients))
        for i, a in enumerate(self.coefficients):
            for j, b in enumerate(other.coefficients):
                product[i + j] += a * b
        crossed = self.size * other.error + other.size * self.error
        return Tail(tuple(product), crossed + self.error * other.error)

    def times(self, factor: sp.Expr) -> Tail:
        """The same times a number."""
        return self * Tail((factor,))


@dataclass(frozen=True)
class Asymptotes:
    """phi is s z + minus or s z + plus on its half lines, up to a distance chi(z).

    ``moment`` bounds the integral of |z chi(z)| over the whole line.
    """

    minus: sp.Expr
    plus: sp.Expr
    moment: sp.Expr


@cache
def asymptotes(phi: sp.Expr) -> Asymptotes | None:
    """The straight lines of a nonlinearity, None where their distance has no proved moment.

    >>> from binodal.derive.gaussian.grammar import parsed
    >>> elu = asymptotes(parsed("elu(z)"))
    >>> elu.minus, elu.plus, elu.moment
    (-1, 0, 1)
    >>> asymptotes(parsed("sqrt(1 + z^2)")) is None
    True
    """
    grown, sides = growth(phi), [_side(phi, side) for side in (-1, 1)]
    if grown.kind != "linear" or None in sides:
        return None
    (minus, left), (plus, right) = (side for side in sides if side is not None)
    return Asymptotes(minus, plus, left + right)


def _side(phi: sp.Expr, side: int) -> tuple[sp.Expr, sp.Expr] | None:
    """The constant of the straight line, and a bound of the integral of x |chi| on this side."""
    piece = pieces(phi)[-1 if side > 0 else 0]
    bound = tail(bounded(piece.phi), side)
    if bound is None or bound.degree > 1:
        return None
    constant = bound.coefficients[0]
    corner = piece.low if side > 0 else -piece.high
    reach = sp.Max(0, corner) if corner.is_finite else sp.S.Zero
    near = (growth(phi).excess + abs(constant)) * reach**2 / 2 if reach else sp.S.Zero
    return constant, near + first_moment(bound.error)


def first_moment(error: Envelope) -> sp.Expr:
    """The integral of x C (1 + x)^P exp(-s x) over x >= 0.

    >>> first_moment(Envelope(sp.Integer(3), 1, sp.Integer(-2)))
    3/2
    """
    if error.height == 0:
        return sp.S.Zero
    power, fall = error.power, -error.rate
    terms = (
        sp.binomial(power, i) * sp.factorial(i + 1) / fall ** (i + 2) for i in range(power + 1)
    )
    return error.height * sp.Add(*terms)


def tail(u: sp.Expr, side: int) -> Tail | None:
    """The tail of an analytic expression on a side, None where no rule gives one."""
    if u.is_number:
        return Tail((u,))
    if u == z:
        return Tail((sp.S.Zero, sp.Integer(side)))
    if u.is_Pow and u.exp.is_Integer and u.exp > 0:
        inner = tail(u.base, side)
        return inner and reduce(Tail.__mul__, [inner] * int(u.exp))
    argument = softplus_argument(u)
    parts = [tail(a, side) for a in (u.args if argument is None else (argument,))]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if u.is_Add:
        return reduce(Tail.__add__, known)
    if u.is_Mul:
        return reduce(Tail.__mul__, known)
    if argument is not None:
        return _softplus(known[0])
    if isinstance(u, sp.exp):
        return _exponential(known[0])
    return _saturating(u.func, known[0]) if isinstance(u, sp.tanh | sp.erf) else None


def _exponential(u: Tail) -> Tail | None:
    """exp(P + e): within |e| exp(sup |e|) of a constant, or falling like a polynomial's head."""
    most, degree = sp.exp(_largest(u.error)), u.degree
    if degree == 0:
        limit = sp.exp(sp.Add(*u.coefficients))
        return Tail((limit,), Envelope(limit * most) * u.error)
    if degree > 2 or not u.leading < 0:
        return None
    constant, linear = u.coefficients[:2]
    if degree == 1:
        return Tail((sp.S.Zero,), Envelope(most * sp.exp(constant), 0, linear))
    # P(x) + x is largest at x = -(P_1 + 1)/(2 P_2), or falls from x = 0 on.
    top = sp.Max(0, linear + 1) ** 2 / (-4 * u.leading)
    return Tail((sp.S.Zero,), Envelope(most * sp.exp(constant + top), 0, sp.S.NegativeOne))


def _largest(error: Envelope) -> sp.Expr:
    """The largest value of C (1 + x)^P exp(-s x)."""
    if error.height == 0:
        return sp.S.Zero
    top = sp.Max(1, error.power / -error.rate)
    return error.height * top**error.power * sp.exp(error.rate * (top - 1))


def _softplus(v: Tail) -> Tail | None:
    """log(1 + exp(v)) = max(v, 0) + log(1 + exp(-|v|)), and log(1 + y) <= y."""
    if v.degree == 0:
        return None
    rises = bool(v.leading > 0)
    rest = _exponential(v.times(sp.Integer(-1 if rises else 1)))
    return rest and (v + rest if rises else rest)


def _saturating(function: type[sp.Function], u: Tail) -> Tail | None:
    """tanh and erf: 1 - tanh(y) <= 2 exp(-2 y), 1 - erf(y) <= 2 exp(1 - 2 y) for every y."""
    if u.degree == 0:
        steepest = sp.Integer(1) if function is sp.tanh else 2 / sp.sqrt(sp.pi)
        return Tail((function(sp.Add(*u.coefficients)),), Envelope(steepest) * u.error)
    way = sp.sign(u.leading)
    rest = _exponential(u.times(-2 * way))
    height = sp.Integer(2) if function is sp.tanh else 2 * sp.E
    return rest and Tail((way,), Envelope(height) * rest.error)
