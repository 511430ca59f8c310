"""Neurons, outputs and data of any number: the exact posterior of the weights, and one loop in 1/N.

S_i is the vector of neuron i's features over the D data, K = (sigma_a^2/N) sum_i S_i S_i^T and O
the number of outputs. Mean field is the saddle of the field conjugate to the residual; what it
leaves out at order 1/N is the Gaussian integral around that saddle, nothing else.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.finite_width_checks import (
    FirstOrder,
    curvature_cases,
    gaussian_cases,
    loss_claims,
    saddle_cases,
    two_atom_claims,
)
from binodal.derive.step import Cases, Step, close_on, equal_on
from binodal.derive.symbols import N, sigma2, sigma_a2

NORM2 = sp.Symbol("Y", positive=True)
"""|y|^2 over all outputs and data."""
AMPLITUDE = sp.Symbol("A", positive=True)
"""The residual's share of the target at the saddle: sigma^2 tau = A y."""
LEVEL, LEVEL_SLOPE = sp.symbols("level level_1", positive=True)
"""lambda(A), the target's eigenvalue of the kernel under the law at A, and d lambda/dA."""
SLOPE = sp.Symbol("h_1", real=True)
"""dh/dA for h = log det of the curvature."""
MEAN_SLOPE, SOURCE_SLOPE, POPULATION = sp.symbols("g_1 h_g n_g", real=True)
"""d<g>/dA; dh/d eps when n_g copies of g a neuron tilt its law by exp(eps g); and n_g."""

NOISE_SLOPE = sp.Symbol("h_s", real=True)
"""dh/d sigma^2, the saddle following."""
COUNT = sp.Symbol("n_y", positive=True)
"""Outputs times data."""

_SPREAD, _CAVITY, _PULL = sp.symbols("O s J")
_KERNEL, _COVARIANCE = sp.symbols("K C")


def balance() -> sp.Expr:
    """Slope of the saddle's potential along the target, in units of |y|^2/sigma^2."""
    return AMPLITUDE * (1 + LEVEL / sigma2) - 1


@cache
def stiffness() -> sp.Expr:
    """d balance/dA: the curvature along the target, in units of |y|^2/sigma^2."""
    level = sp.Function("level_of")(AMPLITUDE)
    slope = sp.diff(balance().subs(LEVEL, level), AMPLITUDE)
    return slope.subs(sp.Derivative(level, AMPLITUDE), LEVEL_SLOPE).subs(level, LEVEL)


def amplitude_shift() -> sp.Expr:
    """a - A at first order: log Z = V - h/2 differentiated by the target's size.

    The saddle moves by dA = d eta/stiffness when y -> eta y, and a = -sigma^2 dlog Z/d eta/|y|^2.
    """
    return sigma2 / NORM2 * SLOPE / 2 / stiffness()


def mean_shift() -> sp.Expr:
    """<g> minus its mean over the saddle's law: log Z differentiated by a source of g."""
    return amplitude_shift() * MEAN_SLOPE - SOURCE_SLOPE / (2 * N * POPULATION)


def training_loss() -> sp.Expr:
    """<|y - f|^2> over all outputs and data at first order: 2 sigma^4 dlog Z/d sigma^2.

    The Gaussian of the likelihood is not normalised in it, so that log Z = V - h/2 +
    n_y log(sigma^2)/2; of V the saddle does not move the slope, A^2 |y|^2/(2 sigma^4).
    """
    slope = AMPLITUDE**2 * NORM2 / (2 * sigma2**2) - NOISE_SLOPE / 2 + COUNT / (2 * sigma2)
    return sp.expand(2 * sigma2**2 * slope)


def covariance_weight() -> sp.Expr:
    """Factor of cov((tau.S) S, (tau.S) S) in the curvature."""
    return sigma_a2**2 / N


def neuron_in_cavity() -> sp.Expr:
    """-log of one neuron's conditional weight without its prior, all others fixed (exact).

    s = (sigma_a^2/N) S.C^{-1} S and J = sum_p (S.C^{-1} y_p)^2 for C = sigma^2 + K without it.
    """
    return _SPREAD / 2 * sp.log(1 + _CAVITY) - sigma_a2 * _PULL / (2 * N * (1 + _CAVITY))


def _features(neurons: int, inputs: int) -> sp.Matrix:
    return sp.Matrix(
        neurons, inputs, lambda i, k: sp.Rational(3 * i + 2 * k + 1, 4 + i * k) - int(k == i)
    )


_TARGET = sp.Matrix([sp.Rational(3, 2), sp.Rational(-2, 5), sp.Rational(7, 3)])
_NOISE, _VARIANCE = sp.Rational(3, 11), sp.Rational(5, 7)


def _kernel(features: sp.Matrix, width: int) -> sp.Matrix:
    inputs = features.shape[1]
    return _VARIANCE / width * features.T * features + _NOISE * sp.eye(inputs)


def _integrated_readouts(neurons: int, inputs: int) -> tuple[sp.Matrix, sp.Expr, sp.Expr]:
    """K + sigma^2; determinant and exponent of the Gaussian integral over the readouts."""
    features, target = _features(neurons, inputs), _TARGET[:inputs, :]
    precision = features * features.T / _NOISE + neurons / _VARIANCE * sp.eye(neurons)
    source = features * target / _NOISE
    exponent = (source.T * precision.inv() * source)[0] - target.dot(target) / _NOISE
    volume = precision.det() * (_VARIANCE / neurons) ** neurons * _NOISE**inputs
    return _kernel(features, neurons), volume, exponent


def _collapse_cases(claim: sp.Expr) -> Cases:
    """The Gaussian integral over the readouts themselves; the claim itself for one datum."""
    for neurons in (1, 2, 4):
        matrix, volume, exponent = _integrated_readouts(neurons, 3)
        yield (neurons, "exponent"), -(_TARGET.T * matrix.inv() * _TARGET)[0], exponent
        yield (neurons, "determinant"), matrix.det(), volume
        matrix, volume, exponent = _integrated_readouts(neurons, 1)
        point = {sigma2: _NOISE, _KERNEL: matrix[0] - _NOISE, NORM2: _TARGET[0] ** 2}
        claimed = sp.exp(2 * claim.subs({**point, _SPREAD: 3}))
        yield (neurons, "one datum"), claimed, sp.exp(exponent) / volume**3


def _cavity_cases(claim: sp.Expr) -> Cases:
    for neurons in (2, 3):
        features = _features(neurons, 3)
        whole, rest = _kernel(features, neurons), _kernel(features[1:, :], neurons)
        one = features[0, :].T
        spread = _VARIANCE / neurons * (one.T * rest.inv() * one)[0]
        pull = (one.T * rest.inv() * _TARGET)[0] ** 2
        change = (_TARGET.T * (whole.inv() - rest.inv()) * _TARGET)[0] / 2
        action = claim.subs({sigma_a2: _VARIANCE, N: neurons})
        parts = {_CAVITY: spread, _PULL: pull}
        yield (neurons, "misfit"), action.subs(_SPREAD, 0).subs(parts), change
        volume = sp.exp(action.subs({_SPREAD: 2, _PULL: 0}).subs(parts))
        yield (neurons, "volume"), whole.det() / rest.det(), volume


def fluctuation_shift() -> sp.Expr:
    """Relative shift of a under the prior alone, for D Gaussian features and O outputs."""
    share = sigma_a2 / (sigma2 + sigma_a2)
    return share**2 * (sp.Symbol("D") + 1 + _SPREAD) / N


def _curvature_cases(claim: sp.Tuple) -> Cases:
    """The field's own sigma^2 apart, the claim at K and C is the second derivative."""
    whole, weight = claim
    yield from curvature_cases(lambda k, c: (whole - sigma2).subs({_KERNEL: k, _COVARIANCE: c}))
    yield "weight", sp.diff(whole, _COVARIANCE), weight


def _two_atom_claims(claim: sp.Tuple) -> Claims:
    amplitude, mean = claim
    return two_atom_claims(FirstOrder(balance(), amplitude, mean, covariance_weight()))


def _loss_claims(claim: sp.Expr) -> Claims:
    return loss_claims(FirstOrder(balance(), claim, mean_shift(), covariance_weight()))


def _exact_steps() -> tuple[Step, ...]:
    """Identities at any N."""
    field, whole = sp.Symbol("f"), sigma2 + _KERNEL
    collapsed = -_SPREAD / 2 * sp.log(whole) - NORM2 / (2 * whole)
    return (
        Step(
            "readouts integrated",
            "Gaussian readouts at fixed w: O times -log det(sigma^2 + K)/2, and the misfit "
            "-sum_p y_p.(sigma^2 + K)^{-1} y_p/2; no approximation",
            sp.exp(-((sp.Symbol("y") - field) ** 2) / (2 * sigma2)),
            collapsed,
            equal_on(_collapse_cases, "the integral over 1, 2, 4 readouts in rationals"),
        ),
        Step(
            "one neuron in the cavity of the others",
            "determinant lemma and Sherman-Morrison: mean field is s -> 0 with C at its mean",
            collapsed,
            neuron_in_cavity(),
            equal_on(
                _cavity_cases,
                "determinants and inverses of the whole kernel in rationals",
            ),
        ),
    )


def _loop_steps() -> tuple[Step, ...]:
    """The field's saddle, its curvature and the first order."""
    tau = sp.Symbol("tau")
    log_z, h = sp.Function("log_z")(tau), sp.Symbol("h")
    potential = sigma2 * tau**2 / 2 + N * log_z - tau * sp.Symbol("y")
    curvature = sigma2 + _KERNEL + covariance_weight() * _COVARIANCE
    loop = (Assumption.WIDTH_FIRST_ORDER,)
    return (
        Step(
            "saddle along the target",
            "V = sigma^2 tau^2/2 + N log z - tau y at tau = A y/sigma^2, differentiated once and "
            "twice by A in units of |y|^2/sigma^2: the tilted law has the kernel's eigenvalue",
            potential,
            sp.Tuple(balance(), stiffness()),
            close_on(saddle_cases, "differentiation of log z for two atoms"),
        ),
        Step(
            "curvature of the saddle",
            "the second derivative of N log z, z = <exp(sigma_a^2 sum_p (tau_p.S)^2/2N)>: K under "
            "the tilted law on every output, and the covariance of (tau_p.S) S across outputs",
            potential,
            sp.Tuple(curvature, covariance_weight()),
            close_on(
                _curvature_cases,
                "differentiation for two atoms, two outputs, two data",
            ),
        ),
        Step(
            "first order in 1/N",
            "V is of order N in the field tau ~ sqrt(N), so log Z = V - h/2 + O(1/N) with h the "
            "log det of the curvature; a is its derivative by the target's size",
            sp.Symbol("V") - h / 2,
            sp.Tuple(amplitude_shift(), mean_shift()),
            all_hold(
                _two_atom_claims, "a and a mean by exact sums over all 2^N states, N = 200..800"
            ),
            loop,
        ),
        Step(
            "training loss",
            "the slope of log Z by sigma^2, the saddle following",
            sp.Symbol("V") - h / 2 + COUNT * sp.log(sigma2) / 2,
            training_loss(),
            all_hold(_loss_claims, "<(y - f)^2> by exact sums over all 2^N states, N = 200..800"),
            loop,
        ),
        Step(
            "fluctuating kernel",
            "for the prior alone the covariance is what Marchenko-Pastur adds: a_0 (1 - a_0)^2 "
            "times (D + 1)/N, and O/N from the determinant",
            amplitude_shift(),
            fluctuation_shift(),
            equal_on(
                gaussian_cases,
                "(sigma^2 + K)^{-1} to second order in a Wishart K with weight det^{-O/2}",
            ),
            loop,
        ),
    )


@cache
def finite_width() -> Derivation:
    """Results ``balance``, ``amplitude_shift``, ``mean_shift``, ``training_loss`` and
    ``covariance_weight``.

    The first order in 1/N at fixed data: the neuron's own share of the kernel, the kernel's
    fluctuation and the correlation between neurons, each once. Source: derived here.
    """
    results = {
        "balance": balance(),
        "stiffness": stiffness(),
        "amplitude_shift": amplitude_shift(),
        "mean_shift": mean_shift(),
        "training_loss": training_loss(),
        "covariance_weight": covariance_weight(),
    }
    steps = (*_exact_steps(), *_loop_steps())
    return Derivation("First order in 1/N", steps, results)
