"""The first orders in 1/N and 1/n: a neuron's overlaps, weight in the curvature, and squares."""

from __future__ import annotations

import sympy as sp

from binodal.derive.finite_data import (
    COPIES,
    EXCESS,
    FEATURES,
    LAW_SLOPE,
    OUTPUTS,
    RESIDUAL_SLOPE,
    SCATTER,
    SHARE,
    SOURCE,
    VARIANCE,
    evidence_weight,
    neuron_shift,
    order_ratio,
    population_shift,
    scatter,
    training_shift,
)
from binodal.derive.renormalised_noise import (
    NOISE,
    PULLED,
    SQUARED,
    exactly_n,
    fluctuations,
    joint_fluctuations,
    noise,
    population_weight,
    share,
    source_shift,
    training_weight,
)
from binodal.derive.renormalised_noise import (
    SOURCE as SOURCE_OF_RESIDUAL,
)
from binodal.derive.symbols import N, n, q, rho, s, sigma2, sigma_a2
from binodal.models.teacher_student.derivations.continuum import CORRELATION
from binodal.models.teacher_student.derivations.finite_data import (
    SHARE as MEHLER_SHARE,
)
from binodal.models.teacher_student.derivations.finite_data import (
    TEACHER,
    largest_share,
    mean_at,
    slope_at,
    spread_at,
)
from binodal.models.teacher_student.derivations.finite_width import (
    FIELD,
    curvature_weight,
    gradient_norm,
)
from binodal.models.teacher_student.derivations.kernel import normalised_overlap
from binodal.numerics.codegen.function import Function

ANSWERED = sp.Symbol("X_D_m", real=True)
"""The operator X applied to the slopes of D by the mean residual."""


def features(modes: int) -> Function:
    """(q >= 0, s) -> overlaps with the modes of sector 0."""
    named = {f"along_{k}": normalised_overlap(k).subs(rho, CORRELATION) for k in range(modes)}
    return Function("features", {k: e.subs(sp.Abs(q), q) for k, e in named.items()}, (q, s))


def at_input() -> Function:
    """(q, s, t) -> a neuron's output in sectors 0 and 1 at t, and the end of shares."""
    named = {"mean": mean_at(), "slope": slope_at(), "end": largest_share()}
    return Function("at_input", named, (q, s, TEACHER))


def spread() -> Function:
    """(q, s, t, share) -> the integrand of the output's variance across w* at t."""
    return Function("spread", {"spread": spread_at()}, (q, s, TEACHER, MEHLER_SHARE))


def gradient() -> Function:
    """(q, s) -> the mean square of a neuron's gradient."""
    return Function("gradient", {"gradient": gradient_norm()}, (q, s))


def weight() -> Function:
    """A neuron's weight in the curvature, the part without its field and the one with it."""
    bare = curvature_weight().subs(FIELD, 0)
    parts = {"bare": bare, "pulled": sp.expand(curvature_weight() - bare)}
    return Function("weight", parts, (FIELD, N, n, sigma2, sigma_a2))


def responses() -> Function:
    """What (1 + X)^{-1} turns into the shifts of both residuals; the factor of D by neuron."""
    training = sp.simplify(training_shift() * (1 + EXCESS))
    applied = population_shift() * (1 + EXCESS)
    population = sp.simplify(applied.subs(RESIDUAL_SLOPE, ANSWERED / EXCESS))
    own = neuron_shift().subs({SOURCE: 1, COPIES: 1})
    named = {"training": training, "population": population, "neuron": own}
    return Function("responses", named, (RESIDUAL_SLOPE, LAW_SLOPE, ANSWERED, N, n, sigma2))


def next_order() -> Function:
    """(degrees of freedom, N or n) -> second order over first, of features that are learned."""
    ratio = order_ratio().subs({OUTPUTS: 1, SHARE: 1})
    return Function("next_order", {"ratio": sp.simplify(ratio)}, (FEATURES, N))


def loss_weights() -> Function:
    """(n, sigma^2) -> factors of the scatter over data sets and of D in the log evidence; of the
    evidence's slope by sigma^2 in the training loss."""
    named = {"scatter": scatter() / SCATTER, "evidence": evidence_weight()}
    named["training"] = training_weight()
    return Function("loss_weights", named, (n, sigma2))


def renormalised() -> Function:
    """(v, sigma^2) -> an input's noise, and what its data weigh beside data without variance."""
    named = {"noise": noise(), "share": share().subs(NOISE, noise())}
    return Function("renormalised", named, (VARIANCE, sigma2))


def sourced() -> Function:
    """(nu, J, n, sigma^2) -> what a source of the residual on new inputs moves: the target by
    -this; what a source of the squared residual adds to the weight of inputs."""
    named = {"shift": source_shift(), "weight": population_weight()}
    return Function("sourced", named, (NOISE, SOURCE_OF_RESIDUAL, n, sigma2))


def beyond() -> Function:
    """What log Z gains: of n data exactly, by mean and fluctuations; and at one input."""
    named = {"exactly_n": exactly_n(), "joint": joint_fluctuations()}
    named["fluctuations"] = fluctuations()
    return Function("beyond", named, (PULLED, SQUARED, VARIANCE, NOISE, n, sigma2))
