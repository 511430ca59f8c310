"""How a nonlinearity grows, proved from its expression: what tails and limits of overlaps rest on.

Every part of an expression carries an interval that holds its values, an envelope
C (1 + |z|)^P exp(s |z|), and on each half line a leading term where it has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, reduce

import sympy as sp
from sympy.utilities.iterables import sift

from binodal.derive.errors import ExpressionError
from binodal.derive.gaussian import leading
from binodal.derive.gaussian.envelope import Envelope
from binodal.derive.gaussian.grammar import written, z
from binodal.derive.gaussian.leading import Leading

_SIDES = (-1, 1)

HIGHEST = 64
"""The largest power of z that an activation may grow with."""


@dataclass(frozen=True)
class Bounds:
    """Everything known of a part: its values' interval, its envelope, its leading terms.

    ``sides`` belong to negative and to positive z; None where the part may grow exponentially.
    """

    low: sp.Expr
    high: sp.Expr
    envelope: Envelope
    sides: tuple[Leading | None, Leading | None]

    @property
    def size(self) -> sp.Expr:
        """A bound of |u|, perhaps infinite."""
        return sp.Max(abs(self.low), abs(self.high))


@dataclass(frozen=True)
class Growth:
    """``kind`` "linear": |phi - slope_plus max(z, 0) - slope_minus min(z, 0)| <= excess.

    "superlinear": |phi(z)|/|z| is unbounded, by a leading term z^p with p > 1.
    "unknown": neither has been proved; ``envelope`` holds for all three.
    """

    kind: str
    envelope: Envelope
    slope_minus: sp.Expr = sp.nan
    slope_plus: sp.Expr = sp.nan
    excess: sp.Expr = sp.nan


@cache
def growth(phi: sp.Expr) -> Growth:
    """The growth of a nonlinearity.

    Raises :class:`ExpressionError` for one that is not real or cannot be shown to be integrable
    against every Gaussian.

    >>> from binodal.derive.gaussian.grammar import parsed
    >>> softplus = growth(parsed("softplus(z)"))
    >>> softplus.kind, softplus.slope_minus, softplus.slope_plus, softplus.excess
    ('linear', 0, 1, log(2))
    >>> growth(parsed("z^2")).kind, growth(parsed("abs(z)*sin(z)")).kind
    ('superlinear', 'unknown')
    """
    of = bounds(phi)
    if of.envelope.power > HIGHEST:
        raise ExpressionError(f"{written(phi)!r} grows faster than the power {HIGHEST} of z")
    if of.size.is_finite:
        zero = sp.Integer(0)
        return Growth("linear", of.envelope, zero, zero, of.size)
    left, right = of.sides
    if left is not None and right is not None and max(left.power, right.power) <= 1:
        left, right = left.raised(1), right.raised(1)
        excess = sp.Max(left.error, right.error)
        return Growth("linear", of.envelope, left.coefficient, right.coefficient, excess)
    steep = any(s is not None and s.power > 1 and s.coefficient != 0 for s in of.sides)
    return Growth("superlinear" if steep else "unknown", of.envelope)


@cache
def bounds(u: sp.Expr) -> Bounds:
    """Bounds of an expression, from those of its parts. Raises as :func:`growth` does."""
    if u.is_number:
        return _made(u, u, [leading.settled(u, sp.Integer(0))] * 2)
    if u == z:
        return _made(-sp.oo, sp.oo, [Leading(1, sp.Integer(1), sp.Integer(0))] * 2)
    if u.is_Add:
        # Bounded parts first: their sum's interval is then known before a slope joins.
        return reduce(_sum, sorted(map(bounds, u.args), key=lambda b: not b.size.is_finite))
    if u.is_Mul:
        exponential, rest = sift(u.args, lambda factor: isinstance(factor, sp.exp), binary=True)
        return reduce(_damped, exponential, reduce(_product, map(bounds, rest)))
    if u.is_Pow:
        return _power(u.base, u.exp)
    if isinstance(u, sp.Max | sp.Min):
        return _extreme(u)
    if isinstance(u, sp.log):
        return _logarithm(u)
    inner = bounds(u.args[0])
    if isinstance(u, sp.exp):
        return _exponential(u, inner)
    if isinstance(u, sp.Abs):
        low = sp.Max(0, inner.low, -inner.high)
        sides = [
            s and leading.size_of(s, side) for s, side in zip(inner.sides, _SIDES, strict=True)
        ]
        return _made(low, inner.size, sides, inner.envelope)
    return _bounded_function(u, inner)


def _made(
    low: sp.Expr, high: sp.Expr, sides: Sequence[Leading | None], envelope: Envelope | None = None
) -> Bounds:
    """Bounds whose envelope, if none is given, is the smallest that the rest implies."""
    size = sp.Max(abs(low), abs(high))
    left, right = sides
    if size.is_finite:
        envelope = Envelope(size)
        left, right = (s.below(size) if s else leading.bounded(size) for s in (left, right))
    elif left is not None and right is not None:
        power = max(left.power, right.power)
        envelope = Envelope(sp.Max(left.size, right.size), power)
    if envelope is None:
        raise ValueError("a part without a leading term needs an envelope")
    return Bounds(low, high, envelope, (left, right))


def _sum(one: Bounds, two: Bounds) -> Bounds:
    sides = [a and b and a + b for a, b in zip(one.sides, two.sides, strict=True)]
    low, high = one.low + two.low, one.high + two.high
    return _made(low, high, sides, one.envelope + two.envelope)


def _times(a: sp.Expr, b: sp.Expr) -> sp.Expr:
    return sp.Integer(0) if a == 0 or b == 0 else a * b


def _product(one: Bounds, two: Bounds) -> Bounds:
    corners = [_times(a, b) for a in (one.low, one.high) for b in (two.low, two.high)]
    sides = [a and b and a * b for a, b in zip(one.sides, two.sides, strict=True)]
    return _made(sp.Min(*corners), sp.Max(*corners), sides, one.envelope * two.envelope)


def _damped(one: Bounds, factor: sp.exp) -> Bounds:
    """The product with an exponential, which may fall faster than any power grows."""
    two, inner = bounds(factor), bounds(factor.args[0])
    whole, known = _product(one, two), zip(one.sides, inner.sides, _SIDES, strict=True)
    damped = [a and v and leading.damped(a, v, side) for a, v, side in known]
    sides = [s or other for s, other in zip(damped, whole.sides, strict=True)]
    limits = [s for s in sides if s is not None and s.power == 0]
    if len(limits) < len(sides):
        return whole
    size = sp.Max(*(s.size for s in limits))
    return _made(sp.Max(whole.low, -size), sp.Min(whole.high, size), sides)


def _power(base: sp.Expr, exponent: sp.Expr) -> Bounds:
    if exponent.is_negative:
        return _reciprocal(base**-exponent, bounds(base**-exponent))
    if exponent.is_Integer:
        inner = bounds(base)
        whole = reduce(_product, [inner] * int(exponent))
        if exponent % 2:
            return _made(
                inner.low**exponent, inner.high**exponent, list(whole.sides), whole.envelope
            )
        low = sp.Max(0, inner.low, -inner.high) ** exponent
        return _made(low, inner.size**exponent, list(whole.sides), whole.envelope)
    if exponent.q == 2:
        return _root(bounds(base**exponent.p), base)
    raise ExpressionError(f"{written(base**exponent)!r}: only whole powers and square roots")


def _reciprocal(base: sp.Expr, inner: Bounds) -> Bounds:
    exponential = base - 1
    if isinstance(exponential, sp.exp):
        return bounds((1 - sp.tanh(exponential.args[0] / 2)) / 2)
    smallest = sp.Max(inner.low, -inner.high)
    if not smallest > 0:
        raise ExpressionError(
            f"{written(1 / base)!r} is not integrable against every Gaussian, or cannot be shown "
            f"to be: its denominator may vanish"
        )
    ends = sp.Min(1 / inner.low, 1 / inner.high), sp.Max(1 / inner.low, 1 / inner.high)
    return _made(*ends, [leading.reciprocal(side, smallest) for side in inner.sides])


def _root(inner: Bounds, base: sp.Expr) -> Bounds:
    if not inner.low >= 0:
        raise ExpressionError(f"{written(sp.sqrt(base))!r} is not real for every z")
    if None in inner.sides:
        raise ExpressionError(
            f"{written(sp.sqrt(base))!r}: write the root of an exponential as one"
        )
    sides = [s and leading.root(s, side) for s, side in zip(inner.sides, _SIDES, strict=True)]
    return _made(sp.sqrt(inner.low), sp.sqrt(inner.high), sides)


def _extreme(u: sp.Expr) -> Bounds:
    way = 1 if isinstance(u, sp.Max) else -1
    parts = [_product(bounds(sp.Integer(way)), bounds(a)) for a in u.args]
    return _product(bounds(sp.Integer(way)), reduce(_larger, parts))


def _larger(one: Bounds, two: Bounds) -> Bounds:
    sides = [
        a and b and leading.larger(a, b, side)
        for a, b, side in zip(one.sides, two.sides, _SIDES, strict=True)
    ]
    low, high = sp.Max(one.low, two.low), sp.Max(one.high, two.high)
    return _made(low, high, sides, one.envelope + two.envelope)


def softplus_argument(u: sp.Expr) -> sp.Expr | None:
    """v of log(1 + exp(v)), None for anything else."""
    if isinstance(u, sp.log) and u.args[0].is_Add:
        rest = u.args[0] - 1
        if isinstance(rest, sp.exp):
            return rest.args[0]
    return None


def _logarithm(u: sp.Expr) -> Bounds:
    """The logarithm of what stays above zero grows sublinearly, with no known limit."""
    v = softplus_argument(u)
    if v is not None:
        return _softplus(bounds(v))
    inner = bounds(u.args[0])
    if not inner.low > 0:
        raise ExpressionError(f"{written(u)!r}: the argument of log must stay above zero")
    low, high, of = sp.log(inner.low), sp.log(inner.high), inner.envelope
    # log C + P log(1 + |z|) + s |z| <= |log C| + P + (P + s) max(1, |z|), as log(1 + x) <= 1 + x.
    size = sp.Max(abs(low), abs(sp.log(of.height)) + 2 * of.power + of.rate)
    return _made(low, high, [Leading(2, sp.Integer(0), size)] * 2)


def _softplus(v: Bounds) -> Bounds:
    """log(1 + exp(v)) lies between max(v, 0) and log 2 more, and below exp(v)."""
    above = _larger(v, bounds(sp.Integer(0)))
    excess = leading.bounded(sp.log(2))
    sides = [s and s + excess for s in above.sides]
    for index, side in enumerate(_SIDES):
        of = v.sides[index]
        falling = of and leading.exponential(of, side)
        if of and of.power and falling and falling.power == 0:
            sides[index] = falling if of.error else falling.below(sp.log(2))
    low, high = (sp.log(1 + sp.exp(end)) for end in (v.low, v.high))
    return _made(low, high, sides, above.envelope + Envelope(sp.log(2)))


def _exponential(u: sp.Expr, inner: Bounds) -> Bounds:
    low, high = sp.exp(inner.low), sp.exp(inner.high)
    pairs = list(zip(inner.sides, _SIDES, strict=True))
    sides = [s and leading.exponential(s, side) for s, side in pairs]
    if high.is_finite or None not in sides:
        return _made(low, high, sides)
    rate, height = sp.Integer(0), sp.Integer(1)
    for (of, _), bound in zip(pairs, sides, strict=True):
        if bound is not None:
            height = sp.Max(height, bound.size)
        elif of is None or of.power > 2 or (of.power == 2 and of.coefficient != 0):
            raise ExpressionError(
                f"{written(u)!r} is not integrable against every Gaussian, or cannot be shown to be"
            )
        else:
            # |v - L z| <= A, or |v| <= A max(1, |z|): both at most A (1 + |z|) + |L| |z|.
            rate = sp.Max(rate, abs(of.coefficient) + (of.error if of.power == 2 else 0))
            height = sp.Max(height, sp.exp(of.error))
    return _made(low, high, sides, Envelope(height, 0, rate))


def _bounded_function(u: sp.Expr, inner: Bounds) -> Bounds:
    """sin, cos, tanh, erf and sign."""
    pairs = list(zip(inner.sides, _SIDES, strict=True))
    one = sp.Integer(1)
    if isinstance(u, sp.sin | sp.cos):
        sides = [
            leading.of_bounded(one, u.func(s.coefficient), s)
            if s is not None and s.power == 0
            else leading.bounded(one)
            for s, _ in pairs
        ]
        return _made(-one, one, sides)
    low, high = (u.func(end) for end in (inner.low, inner.high))
    if isinstance(u, sp.sign):
        settles = [s and leading.signed(s, side) for s, side in pairs]
    else:
        settles = [s and leading.saturating(u.func, s, side) for s, side in pairs]
    return _made(low, high, [s or leading.bounded(one) for s in settles])
