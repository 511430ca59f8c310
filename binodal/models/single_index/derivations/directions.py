"""Several cosines at finite d in coordinates in which their prior is a product.

m_j = s_j prod_{i<j} sqrt(1 - s_i^2), s_j = tanh h_j: s_j is the cosine on the sphere that is left
across the directions before it, which has one dimension less for each of them.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.step import Cases, Step, close_on
from binodal.derive.symbols import d
from binodal.models.single_index.derivations.around import cosines

_COUNTS, _DIGITS = (1, 2, 3), 25


def shares(count: int) -> tuple[sp.Symbol, ...]:
    """s_1 ... s_J."""
    return tuple(sp.symbols(f"s_1:{count + 1}", real=True))


def turned(count: int) -> tuple[sp.Expr, ...]:
    """m_1 ... m_J of s_1 ... s_J.

    >>> turned(2)
    (s_1, s_2*sqrt(1 - s_1**2))
    """
    coordinates, left = [], sp.Integer(1)
    for share in shares(count):
        coordinates.append(share * left)
        left *= sp.sqrt(1 - share**2)
    return tuple(coordinates)


@cache
def _heights(count: int) -> tuple[sp.Symbol, ...]:
    return tuple(sp.symbols(f"h_1:{count + 1}", real=True))


def product_prior(count: int, along: sp.Expr, h: sp.Symbol) -> sp.Expr:
    """log of the prior's density of h_1 ... h_J, from that of one cosine in h and d."""
    return sp.Add(*(along.subs({h: place, d: d - i}) for i, place in enumerate(_heights(count))))


def _sphere_cases(claim: sp.Tuple) -> Cases:
    """(1 - |m|^2)^{(d - J - 2)/2} with the determinant of all slopes, between places, at d = 9."""
    places = [[sp.Rational(k + 2 * i, 3 + i) for i in range(3)] for k in (-2, 1, 3)]
    for count, own in zip(_COUNTS, claim, strict=True):
        heights, along = _heights(count), turned(count)
        lifted = dict(zip(shares(count), map(sp.tanh, heights), strict=True))
        whole = sp.Matrix([e.subs(lifted) for e in along])
        slopes = whole.jacobian(heights)
        logs = []
        for place in places:
            point = dict(zip(heights, place, strict=False))
            left = 1 - sum(e.subs(point) ** 2 for e in whole)
            density = sp.Rational(9 - count - 2, 2) * sp.log(left)
            direct = density + sp.log(sp.Abs(slopes.subs(point).evalf(_DIGITS + 10).det()))
            logs.append((own.subs(d, 9).subs(point), direct))
        for k, (one, other) in enumerate(pairwise(logs)):
            left_side, right_side = (
                sp.N(b - a, _DIGITS + 5) for a, b in zip(one, other, strict=True)
            )
            yield f"{count} directions, {k}", left_side, right_side


def directions(along: sp.Expr, h: sp.Symbol) -> Step:
    """The product of several cosines' priors, checked against the sphere's density."""
    claims = sp.Tuple(*(product_prior(count, along, h) for count in _COUNTS))
    inside = sp.Tuple(
        *(sp.log(1 - sum(m**2 for m in cosines(count))) * (d - count - 2) / 2 for count in _COUNTS)
    )
    return Step(
        "several cosines",
        "across the first direction the rest is uniform on a sphere of one dimension less",
        inside,
        claims,
        close_on(_sphere_cases, "the sphere's density with the determinant of slopes", _DIGITS - 5),
        (Assumption.UNIT_TEACHER,),
    )
