"""Independent routes to the escape rates: Hessians in the coordinates, and passage times."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from math import exp, pi, sqrt

import sympy as sp

from binodal.derive.step import Cases
from binodal.derive.symbols import b, c, d, kappa, q, rho, s, sigma_w2
from binodal.derive.theories import THEORIES
from binodal.models.teacher_student.derivations.action import action, published_in_q
from binodal.models.teacher_student.derivations.overlap_law import joint_action

_radius = sp.Symbol("r", positive=True)
"""r_perp."""


def _stationary(start: tuple[float, float], joint: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """A stationary point of S/d in (q, r) by Newton from ``start``, to 25 digits."""
    slopes = [sp.diff(joint, z) for z in (q, _radius)]
    solution = sp.nsolve(slopes, (q, _radius), start, prec=25)
    return solution[0], solution[1]


def _eyring_kramers(well: sp.Matrix, top: sp.Matrix, size: sp.Expr) -> sp.Expr:
    """|lambda_-|/(2 pi) sqrt(det well/|det top|) for d times two Hessians."""
    half = top.trace() / 2
    down = top[0] if top.rows == 1 else half - sp.sqrt(half**2 - top.det())
    return -size * down / (2 * sp.pi) * sp.sqrt(-well.det() / top.det())


_RATE = {sigma_w2: sp.Rational(1, 2), b: sp.Rational(2, 5), c: sp.Rational(-3, 10)}
_RATE |= {kappa: sp.Integer(12), d: sp.Integer(40)}


@cache
def _wells(theory: str) -> tuple[sp.Expr, sp.Expr]:
    """rho of the saddle and of the feature where both wells exist."""
    slope = sp.numer(sp.together(sp.diff(action(theory).density(), rho).subs(_RATE)))
    roots = [e for e in sp.Poly(slope, rho).nroots(n=40) if e.is_real and 0 < e < 0.5]
    return min(roots), max(roots)


def _hessians(theory: str) -> tuple[list[sp.Matrix], list[sp.Expr]]:
    """At zero, saddle and feature, found in (q, r) or q itself: Hessians of S/d, and radii."""
    wells = _wells(theory)
    places = [{**_RATE, rho: e} for e in wells]
    overlaps = [sp.sqrt(action(theory).overlap2.subs(place)) for place in places]
    if theory == "published":
        free = published_in_q().subs(_RATE)
        tops = [sp.nsolve(sp.diff(free, q), q, float(e), prec=25) for e in overlaps]
        second = sp.diff(free, q, 2)
        return [sp.Matrix([[second.subs(q, e)]]) for e in (0, *tops)], [sp.Integer(1)] * 3
    joint = joint_action().subs(s, _radius**2).subs(_RATE)
    norms = [sp.sqrt(action(theory).perp2.subs(place)) for place in places]
    starts = zip((0, *overlaps), (sp.sqrt(_RATE[sigma_w2]), *norms), strict=True)
    points = [_stationary((float(o), float(r)), joint) for o, r in starts]
    matrix = sp.hessian(joint, (q, _radius))
    return [matrix.subs({q: o, _radius: r}) for o, r in points], [r for _, r in points]


@cache
def _rates(theory: str) -> tuple[sp.Expr, sp.Expr]:
    """Prefactors out of zero and out of the feature, by the general formula."""
    (zero, saddle, feature), radii = _hessians(theory)
    entropy = [(radius / radii[1]) ** 2 for radius in radii]
    out = [_eyring_kramers(well, saddle, _RATE[d]) for well in (zero, feature)]
    return 2 * out[0] * entropy[0], out[1] * entropy[2]


def rate_cases(claim: sp.Tuple, rho_min: sp.Symbol) -> Cases:
    """The general formula at stationary points that were found in the coordinates."""
    for theory, *given in zip(THEORIES, claim[:2], claim[2:], strict=True):
        place = {**_RATE, **dict(zip((rho, rho_min), _wells(theory), strict=True))}
        for well, value, rate in zip(("zero", "feature"), given, _rates(theory), strict=True):
            yield (well, theory), value.subs(place), rate


def descent_cases(claim: sp.Expr) -> Cases:
    """The one falling direction of the Hessian at the saddle, as its lower eigenvalue."""
    (_, saddle, _), _ = _hessians("derived")
    lowest = min(saddle.charpoly().as_poly().nroots(n=30), key=sp.re)
    yield "saddle", claim.subs({**_RATE, rho: _wells("derived")[0]}), -lowest


def _passage_time(height: float) -> float:
    """Mean time from -1 to 1 in U = height (x^2 - 1)^2 (1 + x/8), by the double integral."""
    count, low = 12_000, -2.2
    width = (1.0 - low) / count
    inner = total = 0.0
    for k in range(count):
        x = low + (k + 0.5) * width
        potential = height * (x * x - 1) ** 2 * (1 + x / 8)
        inner += exp(-potential) * width
        if x > -1:
            total += exp(potential) * (inner - 0.5 * exp(-potential) * width) * width
    return total


def _kramers_time(height: float) -> float:
    """2 pi/sqrt(U''(well) |U''(top)|) exp(U(top)) for the same potential; its top is off zero."""
    x = sp.Symbol("x", real=True)
    shape = (x**2 - 1) ** 2 * (1 + x / 8)
    top = float(sp.nsolve(sp.diff(shape, x), x, 0))
    well, crest = (float(sp.diff(shape, x, 2).subs(x, z)) for z in (-1, top))
    return 2 * pi / (height * sqrt(well * -crest)) * exp(height * float(shape.subs(x, top)))


def passage_claim() -> str | None:
    """Time over formula tends to 1 as the barrier grows: extrapolated from 16, 32 and 64."""
    ratios = [_passage_time(h) / _kramers_time(h) for h in (16.0, 32.0, 64.0)]
    first = [2 * fine - coarse for coarse, fine in pairwise(ratios)]
    limit = (4 * first[1] - first[0]) / 3
    far = abs(ratios[0] - 1) < 0.001 or abs(ratios[0] - 1) > 0.1
    return f"ratios {ratios}, limit {limit}" if abs(limit - 1) > 1e-3 or far else None
