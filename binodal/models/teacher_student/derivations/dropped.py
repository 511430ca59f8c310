"""What the limits of the teacher-student model leave out, each in units of what they keep.

``freedom``: effective degrees of freedom of the prior's kernel, over N the small parameter of mean
field and over n that of the equivalent kernel. ``unlearned``: the kernel of all modes beyond the
linear ones, which n << d^3 data do not learn, on one input, beside sigma^2. The terms in 1/d are
those of ``corrections``.
"""

from __future__ import annotations

from functools import cache
from math import exp

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import N, b, c, d, kappa, mass, n, q, rho, s, sigma2, sigma_a2, sigma_w2
from binodal.derive.theories import THEORIES
from binodal.models.teacher_student.derivations.action import action
from binodal.models.teacher_student.derivations.finite_width import (
    feature_norm,
    norm_by_degree,
    transverse_overlap,
)
from binodal.models.teacher_student.derivations.kernel import element

_PRIOR = {q: sp.Integer(0), s: sigma_w2}


def linear_level() -> sp.Expr:
    """The kernel's eigenvalue on each of the d linear modes, under the prior."""
    return sigma_a2 * sp.simplify(transverse_overlap(0).subs(_PRIOR) ** 2) / d


def unlearned() -> sp.Expr:
    """The kernel on one input without its linear modes, over sigma^2."""
    return (sigma_a2 * feature_norm().subs(_PRIOR) - d * linear_level()) / sigma2


def freedom() -> sp.Expr:
    """d linear modes, each g/(1 + g) with g = n level/sigma^2, and the trace of the rest."""
    gain = n * linear_level() / sigma2
    return d * gain / (1 + gain) + n * unlearned()


def feature_kernel() -> sp.Expr:
    """The droplets' part of Q_11 beside sigma^2/n + Q_11, which is sigma^2/(n b) with one mode."""
    return mass * element(0, 0) * n * b / sigma2


def droplet_shift() -> sp.Expr:
    """Relative change of b where the droplets' depth makes up for their weight m : 1 - m.

    exp(-d S/d) = m/(1 - m) asks for S = log(1/m - 1), not 0; at a minimum S moves with b as its
    explicit derivative does. The widths of the minima are of order one and left out of the weight.
    """
    slope = sp.diff(action("derived").density(), b)
    return sp.log(1 / mass - 1) / (d * b * slope)


def _slope_claims(claim: sp.Expr) -> Claims:
    """The lowest S/d beyond the barrier at two residuals, by search over a fine grid."""
    at_b, small, share = 0.3, 1e-3, 1 / (1 + exp(1))
    values = {c: -0.3, kappa: 19.0, sigma_w2: 0.5, d: 1 / at_b, mass: share}
    for theory in THEORIES:
        height = sp.lambdify((rho, b), action(theory).density().subs(values), "math")
        low = [
            min((height(k / 200000, residual), k / 200000) for k in range(20000, 80000))
            for residual in (at_b - small, at_b, at_b + small)
        ]
        slope = 2 * small / (low[2][0] - low[0][0])
        predicted = sp.N(claim.subs({**values, b: at_b, rho: low[1][1]}))
        yield theory, bool(abs(predicted / slope - 1) < 1e-3)


def _level_cases(claim: sp.Expr) -> Cases:
    """Degree 1 of the arcsine kernel by its slope at zero covariance, and all degrees' sum."""
    covariance = sp.Symbol("c")
    whole = 2 / sp.pi * sp.asin(2 * covariance / (1 + 2 * sigma_w2))
    slope = sp.diff(whole, covariance).subs(covariance, 0) * sigma_w2
    yield "linear", d * linear_level() / sigma_a2, slope
    norm = claim * sigma2 / sigma_a2 + slope
    yield "all degrees", norm, whole.subs(covariance, sigma_w2)
    yield "by degree", norm_by_degree(1).subs(_PRIOR), slope


def _freedom_cases(claim: sp.Tuple) -> Cases:
    """The derivative of log det (1 + n K/sigma^2) by the size of K, modes beyond to first order."""
    size = sp.Symbol("z", positive=True)
    log_det = d * sp.log(1 + size * n * linear_level() / sigma2) + size * n * unlearned()
    slope = sp.diff(log_det, size).subs(size, 1)
    for name, share, whole in zip(
        ("all", "per neuron", "per datum"), claim, (1, N, n), strict=True
    ):
        yield name, share * whole, slope


def _kernel_steps() -> tuple[Step, ...]:
    """What the equivalent kernel and mean field leave out before droplets."""
    return (
        Step(
            "dropped: unlearned modes",
            "<phi^2> of the prior without the linear modes' share: the kernel that data leave as "
            "noise",
            feature_norm(),
            unlearned(),
            equal_on(_level_cases, "slope and value of the arcsine kernel"),
            (Assumption.GAUSSIAN_DATA, Assumption.CONTINUUM),
        ),
        Step(
            "dropped: mean field and equivalent kernel",
            "Tr K (sigma^2/n + K)^{-1} over the prior's kernel",
            sp.Symbol("Tr K/(sigma^2/n + K)"),
            sp.Tuple(freedom(), freedom() / N, freedom() / n),
            equal_on(_freedom_cases, "the slope of log det by the kernel's size"),
            (Assumption.WIDTH_FIRST_ORDER,),
        ),
    )


def _droplet_steps() -> tuple[Step, ...]:
    """What droplets add to it."""
    level = sp.Symbol("Q_11", positive=True)
    return (
        Step(
            "dropped: few neurons in droplets",
            "the droplets' share of the kernel; N mass neurons carry it, and none does where that "
            "is below one",
            mass * element(0, 0),
            feature_kernel(),
            equal_on(
                lambda claim: [
                    (
                        "Q_11",
                        claim.subs(b, sigma2 / n / (sigma2 / n + level)),
                        mass * element(0, 0) / (sigma2 / n + level),
                    )
                ],
                "regression on one mode with the kernel level + sigma^2/n",
            ),
            (Assumption.MODE_ANSATZ,),
        ),
        Step(
            "dropped: weights of droplets",
            "their share m needs exp(-S) = m/(1 - m), which S = 0 replaces in the limit",
            sp.log(1 / mass - 1),
            droplet_shift(),
            all_hold(_slope_claims, "the lowest action beyond the barrier at two residuals"),
            (Assumption.DROPLET_MASS,),
        ),
    )


@cache
def dropped() -> Derivation:
    """Results ``freedom_per_neuron``, ``freedom_per_datum``, ``unlearned``, ``feature_kernel``
    and ``droplet_shift``.

    Source: derived here.
    """
    results = {
        "droplet_shift": droplet_shift(),
        "freedom_per_neuron": freedom() / N,
        "freedom_per_datum": freedom() / n,
        "unlearned": unlearned(),
        "feature_kernel": feature_kernel(),
    }
    steps = (*_kernel_steps(), *_droplet_steps())
    return Derivation("What the limits leave out, teacher-student", steps, results)
