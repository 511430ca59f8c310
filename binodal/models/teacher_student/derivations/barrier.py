"""How long a neuron stays in a well: the Eyring-Kramers rate in the neuron's own coordinates.

One neuron follows dw = -grad U dt + sqrt(2) dW with U = S[w] at a fixed mean residual. In
(q, r_perp) the metric stays flat and r_perp gains the drift (d - 2)/r_perp of its measure, so the
escape runs over saddles of the two-dimensional potential S - (d - 2) log r_perp.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Check, Step, both, close_on, equal_on
from binodal.derive.symbols import b, c, d, kappa, q, rho, s, sigma_w2
from binodal.derive.theories import THEORIES
from binodal.models.teacher_student.derivations.action import action, published_in_q
from binodal.models.teacher_student.derivations.barrier_checks import (
    descent_cases,
    passage_claim,
    rate_cases,
)
from binodal.models.teacher_student.derivations.continuum import continuum_action
from binodal.models.teacher_student.derivations.overlap_law import joint_action

RADIUS = sp.Symbol("r", positive=True)
"""r_perp, a coordinate on the same footing as q."""

_VALUE, _POTENTIAL = sp.Function("f")(q, RADIUS), sp.Function("U")(q, RADIUS)

rho_min = sp.Symbol("rho_min", positive=True)
"""rho at the feature minimum; ``rho`` itself stands for the saddle between the wells."""


def generator(value: sp.Expr, potential: sp.Expr) -> sp.Expr:
    """The backward generator on functions of (q, r): Laplacian in R^d minus grad U . grad."""
    spread = sp.diff(value, q, 2) + sp.diff(value, RADIUS, 2)
    drift = (d - 2) / RADIUS * sp.diff(value, RADIUS)
    force = sum(sp.diff(potential, z) * sp.diff(value, z) for z in (q, RADIUS))
    return spread + drift - force


def potential() -> sp.Expr:
    """U of one neuron in (q, r_perp): the action less the entropy of the measure."""
    return continuum_action().subs(s, RADIUS**2) - (d - 2) * sp.log(RADIUS)


@cache
def hessian() -> sp.Matrix:
    """Hessian of S/d - log r_perp in (q, r_perp), along the relaxed path at rho."""
    joint = joint_action().subs(s, RADIUS**2)
    place = {q: sp.sqrt(action("derived").overlap2), RADIUS: sp.sqrt(action("derived").perp2)}
    return sp.hessian(joint, (q, RADIUS)).subs(place, simultaneous=True)


def _determinant(matrix: sp.Matrix) -> sp.Expr:
    """Without expansion, which takes minutes here."""
    return matrix[0, 0] * matrix[1, 1] - matrix[0, 1] ** 2


def descent_rate() -> sp.Expr:
    """|lambda_-| of the Hessian at the saddle, per unit of d."""
    matrix = hessian()
    half = matrix.trace() / 2
    return sp.sqrt(half**2 - _determinant(matrix)) - half


def _zero_determinant() -> sp.Expr:
    """det of the Hessian at zero overlap."""
    return _determinant(hessian().subs(rho, 0))


def _measure_ratio(at_well: sp.Expr) -> sp.Expr:
    """What the measure's r_perp^{-2} beside exp(-d S/d) leaves: s(well)/s(saddle)."""
    perp2 = action("derived").perp2
    return perp2.subs(rho, at_well) / perp2


def prefactor(well: str, theory: str = "derived") -> sp.Expr:
    """A in the rate A exp(-d (S_saddle - S_well)/d) out of "zero" (two exits) or "feature".

    derived: two dimensions; published: q alone, r_perp being held.
    """
    exits = {"zero": 2, "feature": 1}[well]
    at_well = {"zero": sp.Integer(0), "feature": rho_min}[well]
    if theory == "published":
        curvature = _published_curvature()
        product = -curvature * curvature.subs(rho, at_well)
        return exits * d * sp.sqrt(product) / (2 * sp.pi)
    determinant = _determinant(hessian())
    bottom = _zero_determinant() if well == "zero" else determinant.subs(rho, at_well)
    entropy = _measure_ratio(at_well)
    return exits * d * descent_rate() * sp.sqrt(-bottom / determinant) * entropy / (2 * sp.pi)


@cache
def _published_curvature() -> sp.Expr:
    """d^2 S/dq^2 per unit of d of the published action at rho."""
    second = sp.diff(published_in_q(), q, 2)
    return second.subs(q, sp.sqrt(action("published").overlap2))


def _radial_cases(claim: sp.Expr) -> Cases:
    """Laplacian and force in R^4 in Cartesian coordinates, against the reduced generator."""
    w = sp.symbols("w1:5", real=True)
    radius = sp.sqrt(w[1] ** 2 + w[2] ** 2 + w[3] ** 2)
    value = q**3 * RADIUS**2 + q * RADIUS**5
    potential = q**2 * RADIUS + RADIUS**3
    flat, height = (e.subs({q: w[0], RADIUS: radius}) for e in (value, potential))
    direct = sum(sp.diff(flat, z, 2) - sp.diff(height, z) * sp.diff(flat, z) for z in w)
    place = dict(zip(w, (sp.Rational(2, 3), 2, 3, 6), strict=True))
    reduced = claim.subs({_VALUE: value, _POTENTIAL: potential, d: 4}).doit()
    yield "R^4", direct.subs(place), reduced.subs({q: sp.Rational(2, 3), RADIUS: 7})


_POINTS = (
    {rho: sp.Rational(1, 7), sigma_w2: sp.Rational(3, 8)},
    {rho: sp.Rational(2, 9), sigma_w2: sp.Rational(5, 6)},
)
_MODES = {b: sp.Rational(2, 7), c: sp.Rational(-3, 11)}


def _schur_cases(claim: sp.Expr) -> Cases:
    """det H / H_rr against the curvature in q of the action minimised over r_perp, by solving it.

    kappa is taken where the slope vanishes, so rho is a stationary point of both.
    """
    joint = joint_action().subs(s, RADIUS**2)
    for point in _POINTS:
        numbers = {**point, **_MODES}
        slope = sp.diff(action("derived").density(), rho).subs(numbers)
        state = {**numbers, kappa: sp.solve(slope, kappa)[0]}
        matrix = hessian().subs(state)
        matrix[0, 0] = claim.subs(state)
        place = {q: sp.sqrt(action("derived").overlap2.subs(state)), **state}
        start = sp.sqrt(action("derived").perp2.subs(state)).evalf(30)
        step = sp.Rational(1, 10**8)
        values = []
        for shift in (-step, 0, step):
            fixed = joint.subs({**state, q: place[q] + shift})
            best = sp.nsolve(sp.diff(fixed, RADIUS), RADIUS, start, prec=60)
            values.append(fixed.subs(RADIUS, best).evalf(60))
        curvature = (values[0] - 2 * values[1] + values[2]) / step**2
        yield f"{point}", _determinant(matrix) / matrix[1, 1], curvature


def _coordinate_steps() -> tuple[Step, ...]:
    return (
        Step(
            "reduced coordinates",
            "functions of (q, r_perp) stay functions of them: the Laplacian of R^d gives unit "
            "mobility in both, and the drift (d - 2)/r_perp, the gradient of the measure's entropy",
            _VALUE,
            generator(_VALUE, _POTENTIAL),
            equal_on(
                _radial_cases,
                "Cartesian Laplacian and force in four dimensions at a rational point",
            ),
            (Assumption.MEAN_FIELD,),
        ),
        Step(
            "Hessian at a saddle",
            "differentiate S/d - log r_perp; at a stationary point r_perp^2 = "
            "sigma_w^2 (1 - 2 rho)",
            joint_action(),
            hessian()[0, 0],
            close_on(_schur_cases, "curvature of the action minimised over r_perp, solved", 8),
            (Assumption.LARGE_D,),
        ),
    )


def _rate_steps() -> tuple[Step, ...]:
    return (
        Step(
            "flux over the saddle",
            "quasi-stationary density over the well's Gaussian weight, times the current along "
            "the unstable direction: |lambda_-|/(2 pi) sqrt(det H_well/|det H_saddle|) exp(-Delta)",
            action("derived").density(),
            descent_rate(),
            both(
                Check(
                    "mean passage time of a tilted double well by quadrature",
                    lambda _: passage_claim(),
                ),
                close_on(descent_cases, "the Hessian at a saddle found in the coordinates"),
            ),
            (Assumption.LARGE_D,),
        ),
        Step(
            "rates",
            "insert the Hessians of the wells; zero has an exit on either side, and the measure "
            "r_perp^{d-2} leaves r_perp^{-2} beside exp(-d S/d)",
            descent_rate(),
            sp.Tuple(*(prefactor(w, t) for w in ("zero", "feature") for t in THEORIES)),
            close_on(
                lambda claim: rate_cases(claim, rho_min),
                "stationary points and Hessians in the coordinates, d = 40",
                10,
            ),
            (Assumption.LARGE_D,),
        ),
    )


@cache
def barrier() -> Derivation:
    """Prefactors of the escape rates: ``zero_<theory>`` and ``feature_<theory>``.

    The rate of one neuron is the prefactor times exp(-d Delta) with Delta the barrier of S/d; time
    is that of dw = -grad S dt + sqrt(2) dW. The mean residual is held fixed during the escape, and
    of N independent neurons the first leaves at N times the rate. Source: derived here.
    """
    results = {
        f"{well}_{theory}": prefactor(well, theory)
        for well in ("zero", "feature")
        for theory in THEORIES
    }
    return Derivation("Escape from a well", (*_coordinate_steps(), *_rate_steps()), results)
