"""Finite data: the first order in 1/n at fixed n/sigma^2, beyond the equivalent kernel.

Data sets are n independent inputs. Averaged over them, replicas of the posterior interact through
the covariance of their squared residuals over the inputs. m(x) is the mean residual, K the
posterior covariance of outputs, v(x) = K(x, x), and products without x are averages over inputs.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.finite_data_checks import (
    Responses,
    closure_cases,
    evidence_cases,
    regression_claims,
    replica_claims,
)
from binodal.derive.gaussian_features import ratio_cases
from binodal.derive.step import Cases, Step, close_on, equal_on
from binodal.derive.symbols import N, n, sigma2

LOCAL = sp.Symbol("m2_v", positive=True)
"""<m^2 v>."""
JOINT = sp.Symbol("m_K_m", positive=True)
"""<m(x) K(x, x') m(x')> over two inputs."""
RESIDUAL_SLOPE, LAW_SLOPE = sp.symbols("D_m D_r", real=True)
"""D = <m^2 v> - <m K m> differentiated by m at fixed K, and by the residual that sets K."""
EXCESS = sp.Symbol("X", nonnegative=True)
"""n/sigma^2 times an eigenvalue of A: outputs answer the residual's field by A, K = A/(1 + X)."""
SOURCE, COPIES = sp.symbols("D_g n_g", real=True)
"""dD/d eps when n_g copies of g a neuron tilt its law by exp(eps g), at fixed residual; and n_g."""
COVARIANCE, VARIANCE = sp.symbols("K v", positive=True)
"""A mode's posterior variance, and that of the output at an input."""
FEATURES, OUTPUTS = sp.symbols("D O", nonnegative=True)
"""Gaussian features of equal weight in a kernel, and outputs whose readouts are integrated out."""
SHARE = sp.Symbol("f", positive=True)
"""Degrees of freedom of one feature, at most one."""
SCATTER = sp.Symbol("K_m2_K", positive=True)
"""A diagonal element of K m^2 K - (K m)(K m)."""


def variance_weight() -> sp.Expr:
    """The factor of cov(O, Var_x(r^2 - <r^2>)) over the posterior: second cumulant of n terms.

    Of replicas a, b the cumulant is cov_x(r_a^2, r_b^2)/(8 sigma^4), n times; with one of them
    observed and their number to zero, <O; Var r^2> - 2 <O; cov(r^2, <r^2>)> is left.
    """
    return n / (2 * (2 * sigma2) ** 2)


def evidence_weight() -> sp.Expr:
    """The factor of D in the mean log evidence: Var_x(r^2 - <r^2>) is 4 Var_x(m delta) there."""
    return 4 * variance_weight()


def evidence_shift() -> sp.Expr:
    """What the mean log evidence gains: of order N, as m is of order sqrt(N) and delta of one."""
    return evidence_weight() * (LOCAL - JOINT)


def training_shift() -> sp.Expr:
    """A mode of the residual on the training inputs: the evidence differentiated by the target.

    -(n/sigma^2) r is that derivative; m, and the residual that the neurons feel, move by
    1/(1 + X). Neurons feel this residual.
    """
    return -evidence_weight() * sigma2 / n * (RESIDUAL_SLOPE + LAW_SLOPE) / (1 + EXCESS)


def population_shift() -> sp.Expr:
    """A mode of the residual on new inputs: the evidence differentiated by a source J of r.

    The source moves m by K, and the residual that the neurons feel by -(sigma^2/n)/(1 + X).
    """
    answers = EXCESS * RESIDUAL_SLOPE - LAW_SLOPE
    return evidence_weight() * sigma2 / n * answers / (1 + EXCESS)


def neuron_shift() -> sp.Expr:
    """<g> at the training residual's own shift: the evidence differentiated by a source of g."""
    return evidence_weight() * SOURCE / (N * COPIES)


def regression_shift() -> sp.Expr:
    """Fixed kernel, v the same at all inputs: a mode's relative shift.

    It is that of sigma^2 + v - K in place of sigma^2: other modes' variance is noise.
    """
    return 2 * evidence_weight() * COVARIANCE * (VARIANCE - COVARIANCE)


def scatter() -> sp.Expr:
    """Variance over data sets of a mode of the mean residual on new inputs."""
    return 2 * evidence_weight() * SCATTER


def order_ratio() -> sp.Expr:
    """Size of the second order in 1/N over the first: N Gaussian draws of D features, small f.

    For one output it is (D + 4) f/N. In 1/n, where inputs are drawn and no readout is, O = 0.
    """
    rest = (1 - OUTPUTS) * (2 + OUTPUTS) / (FEATURES + 1 + OUTPUTS)
    return SHARE / N * (FEATURES + 2 + 2 * OUTPUTS + rest)


def _replica_claims(claim: sp.Expr) -> Claims:
    return replica_claims(claim)


def _evidence_cases(claim: sp.Tuple) -> Cases:
    weight, shift = claim
    whole = {LOCAL: sp.Symbol("D") + JOINT}
    yield from evidence_cases(sp.expand(shift.subs(whole)))
    yield from evidence_cases(weight * sp.Symbol("D"))


def _closure_cases(claim: sp.Tuple) -> Cases:
    yield from closure_cases(Responses(*claim))


def _regression_claims(claim: sp.Expr) -> Claims:
    return regression_claims(claim)


def _ratio_cases(claim: sp.Expr) -> Cases:
    return ratio_cases(claim, SHARE)


def _steps() -> tuple[Step, ...]:
    z, observed = sp.Function("log_Z")(n), sp.Symbol("O")
    order = (Assumption.DATA_FIRST_ORDER,)
    return (
        Step(
            "average over data sets",
            "log <exp(-sum_a r_a^2/(2 sigma^2))> n times, to its second cumulant over the inputs; "
            "replicas that are not observed go to zero in number. Exact at any N",
            observed,
            variance_weight(),
            all_hold(_replica_claims, "sums over all data sets of two inputs, three functions"),
            order,
        ),
        Step(
            "fluctuations of leading order",
            "r = m + delta, delta Gaussian with covariance K: Var_x(2 m delta) is of order N, the "
            "rest of Var_x(r^2 - <r^2>) of order sqrt(N) and one",
            variance_weight(),
            sp.Tuple(evidence_weight(), evidence_shift()),
            close_on(_evidence_cases, "second differences of the mean-field evidence in the data"),
            (Assumption.MEAN_FIELD,),
        ),
        Step(
            "shifts of means",
            "the mean log evidence differentiated by the target (residual on training inputs), by "
            "a source of the residual (new inputs), and by a source of an average over neurons; "
            "the mean residual's squared linear answer to the data is its variance",
            z,
            sp.Tuple(training_shift(), population_shift(), neuron_shift(), scatter()),
            close_on(_closure_cases, "differences of the closure in the weights of two inputs"),
        ),
        Step(
            "unlearned modes are noise",
            "at a fixed kernel D = <m^2> v - m.K.m has no other slope than 2 (v - K) m",
            population_shift(),
            regression_shift(),
            all_hold(_regression_claims, "regression on all data sets of inputs +-1, n = 100..400"),
        ),
        Step(
            "how fast the orders fall",
            "(1 + level W)^{-1} with weight det(1 + level W)^{-O/2}, W a Wishart matrix over N: "
            "level^2 has 1/N alone, level^3 the first 1/N^2",
            observed,
            order_ratio(),
            equal_on(_ratio_cases, "Wishart moments by Bartlett's triangle, D = 1, 2, O = 0 to 3"),
        ),
    )


@cache
def finite_data() -> Derivation:
    """Results ``variance_weight``, ``evidence_weight``, ``training_shift``, ``population_shift``,
    ``neuron_shift``, ``regression_shift``, ``scatter`` and ``order_ratio``.

    The first order in 1/n at fixed n/sigma^2 for any law of neurons and inputs. Source: derived
    here.
    """
    results = {
        "variance_weight": variance_weight(),
        "evidence_weight": evidence_weight(),
        "training_shift": training_shift(),
        "population_shift": population_shift(),
        "neuron_shift": neuron_shift(),
        "regression_shift": regression_shift(),
        "scatter": scatter(),
        "order_ratio": order_ratio(),
    }
    return Derivation("First order in 1/n", _steps(), results)
