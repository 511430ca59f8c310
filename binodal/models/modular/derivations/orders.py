"""What 1/F adds to the escape of a mode, in its two moduli; lengths in units of sqrt(x)."""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp
from sympy.polys.rings import PolyElement, PolyRing, ring

from binodal.derive.next_order import Coordinates, at_minimum, at_saddle
from binodal.derive.step import Cases
from binodal.derive.symbols import gamma, u, x, x_v
from binodal.models.modular.derivations.saddles import action_density

SIZE = sp.Symbol("F", positive=True)
_HALF, _MOST = sp.QQ(1, 2), 4
_PLACES = {"saddle": at_saddle, "minimum": at_minimum}


@cache
def order(place: str) -> sp.Expr:
    """The coefficient of 1/F at the "saddle" or the "minimum" of the ring at x.

    Each modulus has the measure of a plane; u x is all that it depends on beside F x.
    """
    pull = sp.Symbol("z")
    numbers = ring("a, b, e", sp.QQ.frac_field(pull))[0]
    integral = _integral(place, numbers, numbers.domain.gens[0], plane=True)
    return sp.factor(integral.as_expr().subs(pull, u * x)) / (SIZE * x)


def _integral(place: str, numbers: PolyRing, pull: Any, plane: bool) -> PolyElement:
    """In both moduli, with the entropy of a plane each, or in all four real parts.

    There functions are integrated over what is normal to the torus of phases, whose radii are both
    moduli.
    """
    along, across, *turns, _ = numbers.gens
    half = numbers.domain(_HALF)
    moduli = along + across, along - across
    measure = sum(off - off**2 * half for off in moduli)

    def product(one: PolyElement, other: PolyElement) -> PolyElement:
        straight = one.diff(along) * other.diff(along) + one.diff(across) * other.diff(across)
        return straight * half + sum(one.diff(y) * other.diff(y) for y in turns)

    def laplacian(of: PolyElement) -> PolyElement:
        straight = (of.diff(along).diff(along) + of.diff(across).diff(across)) * half
        bent = straight + sum(of.diff(y).diff(y) for y in turns)
        return bent + product(measure, of) if plane else bent

    def normal(of: PolyElement) -> PolyElement:
        kept = {powers: c for powers, c in of.items() if not any(powers[2:-1])}
        return numbers.from_dict(kept)

    count = len(turns) + 2
    coordinates = Coordinates(
        numbers, (*[1] * count, 2), (1,) * (count + 1), product, laplacian, measure, normal
    )
    squares = [(1 + off) ** 2 for off in moduli]
    for k, y in enumerate(turns):
        squares[k] += y**2
    values = dict(zip((x, x_v, u, gamma), (*squares, pull, 2 * pull - 1), strict=True))
    height = _evaluated(action_density(), values)
    return _PLACES[place](coordinates.upto(height - height.coeff(1), _MOST), coordinates)


def _evaluated(of: sp.Expr, values: dict[sp.Symbol, Any]) -> PolyElement:
    total = 0
    for powers, c in sp.Poly(of, *values).terms():
        term = sp.QQ(int(c.p), int(c.q))
        for value, n in zip(values.values(), powers, strict=True):
            term = value**n * term
        total = total + term
    return total


def orders() -> sp.Tuple:
    """At the saddle, at zero, where it is F u <x x_v>, and on the ring."""
    return sp.Tuple(order("saddle"), 4 * u / SIZE, order("minimum"))


def order_cases(claim: sp.Tuple) -> Cases:
    """In four real parts, at rational u x; at zero by moments of exponential laws."""
    for place, pull, own in (("saddle", sp.QQ(3, 4), 0), ("minimum", sp.QQ(7, 5), 2)):
        integral = _integral(place, ring("a, b, c, d, e", sp.QQ)[0], pull, plane=False)
        direct = sp.Rational(str(integral.coeff(1)))
        values = {u: sp.Rational(str(pull)) / 3, x: 3, SIZE: sp.Rational(2, 3)}
        yield place, claim[own].subs(values), direct / 2
    mean = sp.integrate(x * sp.exp(-SIZE * x / 2), (x, 0, sp.oo)) * SIZE / 2
    yield "zero", claim[1], sp.simplify(SIZE * u * mean**2)
