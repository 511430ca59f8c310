"""The analytic pieces of a nonlinearity, the points where they meet, and its symmetry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import sympy as sp

from binodal.derive.errors import ExpressionError
from binodal.derive.gaussian.grammar import written, z

_SOMEWHERE = sp.Rational(17, 23)
_ORDER = 10
_CORNERED = (sp.Abs, sp.sign, sp.Max, sp.Min)


@dataclass(frozen=True)
class Piece:
    """An expression without abs, sign, max and min that phi equals for low < z < high."""

    low: sp.Expr
    high: sp.Expr
    phi: sp.Expr


@cache
def pieces(phi: sp.Expr) -> tuple[Piece, ...]:
    """The pieces of phi from left to right, as few as there can be.

    Raises :class:`ExpressionError` where a corner's place is not known exactly.

    >>> from binodal.derive.gaussian.grammar import parsed
    >>> [(p.low, p.high, p.phi) for p in pieces(parsed("min(max(z, 0), 6)"))]
    [(-oo, 0, 0), (0, 6, z), (6, oo, 6)]
    """
    joined: list[Piece] = []
    for piece in _cut(Piece(-sp.oo, sp.oo, phi)):
        if joined and _zero(joined[-1].phi - piece.phi):
            piece = Piece(joined.pop().low, piece.high, piece.phi)
        joined.append(piece)
    return tuple(joined)


@cache
def kinks(phi: sp.Expr) -> tuple[sp.Expr, ...]:
    """Where phi is continuous and two pieces meet."""
    return tuple(place for place, jump in _meetings(phi) if not jump)


@cache
def jumps(phi: sp.Expr) -> tuple[sp.Expr, ...]:
    """Where phi jumps."""
    return tuple(place for place, jump in _meetings(phi) if jump)


def _meetings(phi: sp.Expr) -> Iterator[tuple[sp.Expr, bool]]:
    """Places of corners, and whether phi jumps there."""
    of = pieces(phi)
    for left, right in pairwise(of):
        yield left.high, not _zero(right.phi.subs(z, left.high) - left.phi.subs(z, left.high))


def _cut(piece: Piece) -> Iterator[Piece]:
    """Cut at the zeros of one innermost argument, until none is left."""
    nodes = [n for n in piece.phi.atoms(*_CORNERED) if not any(a.has(*_CORNERED) for a in n.args)]
    if not nodes:
        yield piece
        return
    node = min(nodes, key=sp.default_sort_key)
    argument = node.args[0] - node.args[1] if len(node.args) > 1 else node.args[0]
    inside = [place for place in _zeros(argument) if piece.low < place < piece.high]
    ends = [piece.low, *inside, piece.high]
    for low, high in pairwise(ends):
        positive = argument.subs(z, _between(low, high)) > 0
        yield from _cut(Piece(low, high, piece.phi.xreplace({node: _branch(node, positive)})))


def _branch(node: sp.Expr, positive: bool) -> sp.Expr:
    """What a cornered function is where its argument, or its first less its second, has a sign."""
    if isinstance(node, sp.sign):
        return sp.Integer(1 if positive else -1)
    if isinstance(node, sp.Abs):
        return node.args[0] if positive else -node.args[0]
    first, second, *rest = node.args
    return node.func(first if positive == isinstance(node, sp.Max) else second, *rest)


def _between(low: sp.Expr, high: sp.Expr) -> sp.Expr:
    if low.is_finite and high.is_finite:
        return (low + high) / 2
    return high - 1 if high.is_finite else low + 1 if low.is_finite else sp.Integer(0)


def _zeros(argument: sp.Expr) -> list[sp.Expr]:
    """The real zeros in order, of a polynomial or of an increasing odd function of one."""
    argument = argument.as_independent(z, as_Add=False)[1]
    while isinstance(argument, sp.tanh | sp.erf):
        argument = argument.args[0].as_independent(z, as_Add=False)[1]
    if not argument.has(z):
        return []
    roots = _real_roots(argument) if argument.is_polynomial(z) else None
    if roots is None:
        raise ExpressionError(
            f"the corners of abs, sign, max and min where {written(argument)!r} changes sign are "
            f"not known exactly: their arguments must be polynomials with simple real zeros"
        )
    return roots


def _real_roots(polynomial: sp.Expr) -> list[sp.Expr] | None:
    """Real roots of all factors of degree one and two; None where there are others."""
    roots = []
    for factor, _ in sp.factor_list(polynomial, z)[1]:
        of = sp.Poly(factor, z)
        if of.degree() > 2:
            return None
        a, b, c = (of.nth(2), of.nth(1), of.nth(0))
        if of.degree() == 1:
            roots.append(-c / b)
        elif b**2 - 4 * a * c > 0:
            roots += [(-b + way * sp.sqrt(b**2 - 4 * a * c)) / (2 * a) for way in (-1, 1)]
    return sorted((sp.radsimp(place) for place in roots), key=lambda at: sp.N(at, 30))


@cache
def parity(phi: sp.Expr) -> str | None:
    """ "even" or "odd" where that is proved, else None.

    >>> parity(sp.tanh(z)), parity(sp.Abs(z)), parity(sp.Max(z, 0))
    ('odd', 'even', None)
    """
    for name, odd in (("even", 1), ("odd", 0)):
        if polynomial_part(phi, odd) == -1:
            return name
    return None


@cache
def polynomial_part(phi: sp.Expr, odd: int) -> int | None:
    """The degree of the even (odd = 0) or odd part of phi where that is a polynomial, else None.

    Overlaps of that parity vanish identically beyond it; it is -1 where the part is zero.

    >>> polynomial_part(sp.Max(z, 0), 1), polynomial_part(sp.log(1 + sp.exp(z)), 1)
    (1, 1)
    """
    sign = -1 if odd else 1
    parts = [(a + sign * b) / 2 for a, b in _mirrored(phi)]
    first, *others = parts
    if any(not _zero(first - other) for other in others):
        return None
    if _zero(first):
        return -1
    polynomial = _polynomial(first)
    if polynomial is None:
        return None
    powers = [power for (power,) in sp.Poly(polynomial, z).monoms()]
    return None if any(power % 2 != odd for power in powers) else max(powers)


def _mirrored(phi: sp.Expr) -> Iterator[tuple[sp.Expr, sp.Expr]]:
    """phi(z) and phi(-z) on each interval of z > 0 between corners or mirrored corners."""
    of = pieces(phi)
    distances = {abs(piece.low) for piece in of[1:]} - {sp.Integer(0)}
    ends = [sp.Integer(0), *sorted(distances, key=lambda at: sp.N(at, 30)), sp.oo]
    for low, high in pairwise(ends):
        middle = _between(low, high)
        right, left = (next(p.phi for p in of if p.low < x < p.high) for x in (middle, -middle))
        yield right, left.subs(z, -z)


def _zero(difference: sp.Expr) -> bool:
    """Whether a difference is identically zero; a value that is not spares the algebra."""
    if abs(sp.N(difference.subs(z, _SOMEWHERE), 20)) > sp.Rational(1, 10**9):
        return False
    return bool(sp.simplify(difference) == 0)


def _polynomial(part: sp.Expr) -> sp.Expr | None:
    """A part as the polynomial that it is, else None; most others show it by a high difference."""
    if part.is_polynomial(z):
        return part
    values = [sp.N(part.subs(z, _SOMEWHERE + sp.Rational(i, 3)), 60) for i in range(_ORDER + 1)]
    while len(values) > 1:
        values = [b - a for a, b in pairwise(values)]
    if abs(values[0]) > sp.Rational(1, 10**30):
        return None
    simple = sp.simplify(part)
    return simple if simple.is_polynomial(z) else None
