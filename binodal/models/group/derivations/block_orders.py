"""What 1/F adds to the escapes of a block: in its largest singular values, and what turns them.

W and V have one large singular value each, w and v; theta is the angle between the last vector of
W and the first of V, and X and Y are what is left of both, all of order F^(-1/2). Lengths are in
units of sqrt(x): then u is z = u x, gamma is 2 z - 1 and F is F x.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp
from sympy.polys.rings import PolyElement, ring

from binodal.derive.next_order import Coordinates, at_minimum, at_saddle
from binodal.derive.symbols import u, x
from binodal.models.group.derivations.saddles import beta, rows
from binodal.models.group.derivations.singular_values import STRENGTH

PULL = sp.Symbol("z", positive=True)
_NUMBERS = sp.QQ.frac_field(PULL)
(_Z,) = _NUMBERS.gens
_RING, *_OWN, _ = ring((*sp.symbols("a b t r s"), beta, rows, sp.Symbol("e")), _NUMBERS)
_ALONG, _ACROSS, _TURN, _W, _V, _BETA, _ROWS = _OWN
_REST = _ROWS - 1
_LARGE = (1 + _ALONG + _ACROSS, 1 + _ALONG - _ACROSS)
_HALF, _SIXTH, _THIRD = (_NUMBERS(sp.QQ(1, k)) for k in (2, 6, 3))
_BEYOND = 4


def _powers(of: PolyElement, *coefficients: Any) -> PolyElement:
    """The series in what is beyond 1, to the second power."""
    off = of - 1
    return sum(c * off**k for k, c in enumerate(coefficients))


def _mobility() -> PolyElement:
    """Of theta: 1/w^2 + 1/v^2, the frames of W and of V."""
    return sum(_powers(of, 1, -2, 3) for of in _LARGE)


def _log_measure() -> PolyElement:
    """w^(2 beta m + beta - 1), and v's; angles of a projective space; X and Y repel w and v."""
    turned = _BETA * _REST
    radial = (2 * turned + _BETA - 1) * sum(_powers(of, 0, 1, -_HALF) for of in _LARGE)
    angles = (turned - 1) * _SIXTH + (_BETA - 1) * _HALF
    return radial - angles * _TURN - _BETA * (_W + _V)


def _product(one: PolyElement, other: PolyElement) -> PolyElement:
    def both(y: PolyElement) -> PolyElement:
        return one.diff(y) * other.diff(y)

    squares = _mobility() * _TURN * both(_TURN) + _W * both(_W) + _V * both(_V)
    return (both(_ALONG) + both(_ACROSS)) * _HALF + 4 * squares


def _laplacian(of: PolyElement) -> PolyElement:
    def bent(y: PolyElement) -> PolyElement:
        return of.diff(y).diff(y)

    total = (bent(_ALONG) + bent(_ACROSS)) * _HALF + _product(_log_measure(), of)
    spread = {_TURN: _BETA * _REST, _W: _BETA * _REST**2, _V: _BETA * _REST**2}
    for square, count in spread.items():
        own = 2 * count * of.diff(square) + 4 * square * bent(square)
        total += own * (_mobility() if square == _TURN else 1)
    return total


def height(decay: str) -> PolyElement:
    """s less its value at w = v = 1, without what W and V have in common beyond their first."""
    w, v = _LARGE
    aligned = 1 - _TURN + _THIRD * _TURN**2
    plain = decay == "schatten"
    sixth = w**6 + v**6 if plain else (w**2 + _W) ** 3 + (v**2 + _V) ** 3
    whole = _HALF * (w**2 + v**2 + _W + _V) - _Z * w**2 * v**2 * aligned
    whole += (2 * _Z - 1) * _SIXTH * sixth
    return whole - whole.coeff(1)


@cache
def order(place: str, decay: str) -> sp.Expr:
    """The coefficient of 1/F at the "saddle" or the "minimum" at x, rank one."""
    turned, rest = _BETA * _REST, _BETA * _REST**2
    coordinates = Coordinates(
        _RING,
        (1, 1, 2, 2, 2, 0, 0, 2),
        (1, 1, turned, rest, rest, 0, 0, 0),
        _product,
        _laplacian,
        _log_measure(),
    )
    whole = coordinates.upto(height(decay), _BEYOND)
    integral = {"saddle": at_saddle, "minimum": at_minimum}[place](whole, coordinates)
    free = _HALF if decay == "schatten" else _Z
    turns, own = _HALF / _Z, _HALF / free
    crossed = 2 * _BETA**2 * _REST**2 * turns * own + _BETA**2 * _REST**3 * own**2
    return (integral + _Z * crossed).as_expr().subs(PULL, u * x) / (STRENGTH * x)
