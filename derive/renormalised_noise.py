"""Finite data beyond the first order in 1/n: what networks have not learned is noise, closed on
itself.

Notation as in :mod:`binodal.derive.finite_data`; an input's noise is sigma^2 and the variance v(x)
of outputs there, K and v follow from the law of neurons under that noise, and so does the law.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.finite_data import (
    COVARIANCE,
    JOINT,
    LOCAL,
    VARIANCE,
    evidence_shift,
    variance_weight,
)
from binodal.derive.renormalised_noise_checks import closed_claims
from binodal.derive.step import Cases, Step, close_on, equal_on
from binodal.derive.symbols import n, sigma2

RESIDUAL = sp.Symbol("m", real=True)
"""The mean residual at one input."""
NOISE = sp.Symbol("nu", positive=True)
"""An input's noise."""
PULLED = sp.Symbol("h_K_h", positive=True)
"""<h(x) K(x, x') h(x')> over two inputs, h = m/nu the mean pull of a datum."""
SQUARED = sp.Symbol("K_squared", positive=True)
"""<K(x, x')^2/(nu(x) nu(x'))> over two inputs."""
SOURCE = sp.Symbol("J", real=True)
"""A source of the residual at an input, over the input's chance."""

_SMALL = sp.Symbol("small", positive=True)


def noise() -> sp.Expr:
    """The variance of a new datum around the mean output.

    >>> noise()
    sigma2 + v
    """
    return sigma2 + VARIANCE


def loss_of_a_datum() -> sp.Expr:
    """-log of a new datum's likelihood, averaged over outputs, over that at the mean output's own.

    Its part in m is the loss at noise nu, of which neurons feel the slope; the rest is of order
    N^0.
    """
    return sp.log(noise() / sigma2) / 2 + RESIDUAL**2 / (2 * noise())


def share() -> sp.Expr:
    """What a datum weighs beside one without variance: sigma^2/nu."""
    return sigma2 / NOISE


def exactly_n() -> sp.Expr:
    """What log Z gains because there are n data, and not n on average.

    It is <mean loss> squared over replicas: Gaussian there, with their number to zero linear.
    """
    return -n / 2 * PULLED


def fluctuations() -> sp.Expr:
    """What log Z gains at an input beside -log det(1 + n A/nu)/2, which holds v once too often."""
    return n / 2 * (VARIANCE / NOISE - sp.log(NOISE / sigma2))


def joint_fluctuations() -> sp.Expr:
    """:func:`exactly_n` of order N^0: outputs' fluctuations in place of the mean residual."""
    return -n / 4 * SQUARED


def source_shift() -> sp.Expr:
    """What a source of the residual on new inputs moves: the target by -this, m by this.

    n h y + J (y - f) is n h' (y - f) at h' = h - J/n, and nu h is m.
    """
    return NOISE * SOURCE / n


def population_weight() -> sp.Expr:
    """What a source -J <r^2> of new inputs adds to the weight of all inputs: J r^2 is n share
    r^2/(2 sigma^2). Data alone pull for :func:`exactly_n`, and make the noise."""
    return 2 * SOURCE * sigma2 / n


def training_weight() -> sp.Expr:
    """The training loss over the slope of log Z by sigma^2: log Z holds -n loss/(2 sigma^2)."""
    return 1 / sp.diff(-n / (2 * sigma2), sigma2)


def _datum_cases(claim: sp.Expr) -> Cases:
    """The likelihood averaged over outputs, by the trapezoidal rule."""
    point = {RESIDUAL: sp.Float(0.7), VARIANCE: sp.Float(0.4), sigma2: sp.Float(1.3)}
    step, reach = sp.Rational(1, 8), 80
    total = sp.Integer(0)
    for k in range(-reach, reach + 1):
        z = k * step
        missed = point[RESIDUAL] - sp.sqrt(point[VARIANCE]) * z
        total += step * sp.N(sp.exp(-(missed**2) / (2 * point[sigma2]) - z**2 / 2), 30)
    yield "one datum", claim.subs(point), -sp.log(total / sp.sqrt(2 * sp.pi))


def _first_order_cases(claim: sp.Tuple) -> Cases:
    """At small variance the loss and the pulls are those of the first order in 1/n."""
    loss, extra = claim
    yield "no variance", loss.subs(VARIANCE, 0), RESIDUAL**2 / (2 * sigma2)
    slope = sp.diff(loss, VARIANCE).subs(VARIANCE, 0)
    felt = -n * (slope - slope.subs(RESIDUAL, 0)) * VARIANCE
    yield "<m^2 v>", felt, evidence_shift().subs({LOCAL: RESIDUAL**2 * VARIANCE, JOINT: 0})
    first = evidence_shift().subs({LOCAL: 0, JOINT: PULLED * sigma2**2})
    yield "<m K m>", extra, sp.expand(first)


def _fluctuation_cases(claims: sp.Tuple) -> Cases:
    """One output: v^2 and K^2 have the second cumulant's weight, cov(delta^2, delta'^2) = 2 K^2."""
    claim, joint = claims
    yield "no variance", claim.subs({VARIANCE: 0, NOISE: sigma2}, simultaneous=True), sp.Integer(0)
    whole = joint.subs(SQUARED, COVARIANCE**2 / sigma2**2)
    yield "K^2", whole, -variance_weight() * 2 * COVARIANCE**2
    level = sp.Symbol("A", positive=True)
    learned = level / (1 + n * level / sigma2)
    risen = {NOISE: sigma2 + _SMALL * VARIANCE, VARIANCE: _SMALL * VARIANCE}
    whole = -sp.log(1 + n * level / NOISE) / 2
    once = sp.diff(whole.subs(NOISE, sigma2 + _SMALL * VARIANCE), _SMALL).subs(_SMALL, 0)
    rest = sp.diff(claim.subs(risen, simultaneous=True), _SMALL, 2).subs(_SMALL, 0) / 2
    value = once.subs(VARIANCE, learned) + rest.subs(VARIANCE, learned)
    yield "v^2", value, variance_weight() * 2 * learned**2
    yield "v", sp.diff(claim.subs(risen, simultaneous=True), _SMALL).subs(_SMALL, 0), sp.Integer(0)


def _source_cases(claim: sp.Expr) -> Cases:
    """The extremum over pulls of one output with a source, and its slope: the residual on it."""
    level, target, pull = sp.symbols("A y h", real=True)
    whole = n * (-pull * target + NOISE * pull**2 / 2)
    whole += (n * pull - SOURCE) ** 2 * level / 2 + SOURCE * target
    best = sp.solve(sp.diff(whole, pull), pull)[0]
    moved = target - claim
    residual = moved / (1 + n * level / NOISE)
    value = -n * moved * residual / (2 * NOISE) + NOISE * SOURCE**2 / (2 * n)
    yield "log Z", sp.together(whole.subs(pull, best)), sp.together(value)
    yield "residual", sp.together(NOISE * best), sp.together(residual + claim)


def _loss_cases(claim: sp.Tuple) -> Cases:
    """One output without variance: the square of its residual, by both."""
    weight, training = claim
    level, target = sp.symbols("A y", real=True)
    share = sp.Symbol("share", positive=True)
    whole = -n * share * target**2 / (2 * sigma2 * (1 + n * share * level / sigma2))
    missed = target / (1 + n * level / sigma2)
    risen = sp.diff(whole.subs(share, 1 + weight), SOURCE).subs(SOURCE, 0)
    yield "new inputs", sp.factor(risen), sp.factor(-(missed**2))
    slope = sp.diff(whole.subs(share, 1), sigma2) * training
    yield "training inputs", sp.factor(slope), sp.factor(missed**2)


def _closed_claims(claim: sp.Tuple) -> Claims:
    return closed_claims(*claim)


def _results() -> dict[str, sp.Expr]:
    return {
        "noise": noise(),
        "share": share(),
        "exactly_n": exactly_n(),
        "fluctuations": fluctuations(),
        "joint_fluctuations": joint_fluctuations(),
        "source_shift": source_shift(),
        "population_weight": population_weight(),
        "training_weight": training_weight(),
    }


def _steps() -> tuple[Step, ...]:
    z = sp.Function("log_Z")(n)
    order = (Assumption.SELF_CONSISTENT_NOISE,)
    return (
        Step(
            "a new datum",
            "its likelihood averaged over Gaussian outputs with mean residual m and variance v",
            sp.exp(-(RESIDUAL**2) / (2 * sigma2)),
            loss_of_a_datum(),
            close_on(_datum_cases, "trapezoidal rule over the outputs"),
            order,
        ),
        Step(
            "noise of an input",
            "mean field with noise nu = sigma^2 + v at each input, v = K(x, x) under that noise; "
            "n data exactly. At small v it is the first order in 1/n",
            loss_of_a_datum(),
            sp.Tuple(loss_of_a_datum(), exactly_n()),
            equal_on(_first_order_cases, "slopes by the variance against the second cumulant"),
            (Assumption.MEAN_FIELD,),
        ),
        Step(
            "fluctuations under that noise",
            "log det of the curvature at noise nu, less what the noise holds of it already; "
            "n data exactly",
            z,
            sp.Tuple(fluctuations(), joint_fluctuations()),
            equal_on(_fluctuation_cases, "second cumulant over data sets of Gaussian outputs"),
        ),
        Step(
            "a source of the residual",
            "the pull takes the source up: target and residual move",
            z,
            source_shift(),
            equal_on(_source_cases, "extremum over the pull of one output"),
        ),
        Step(
            "a source of the loss",
            "new inputs weigh as data do; the training loss by the slope in sigma^2",
            z,
            sp.Tuple(population_weight(), training_weight()),
            equal_on(_loss_cases, "extremum of one output, differentiated"),
        ),
        Step(
            "closed on itself",
            "nu = sigma^2 + v(nu), log Z differentiated by sources, nu following",
            z,
            sp.Tuple(*_results().values()),
            all_hold(_closed_claims, "regression on all data sets of n = 4, 8, 16 inputs +-1"),
        ),
    )


@cache
def renormalised_noise() -> Derivation:
    """Results ``noise``, ``share``, ``exactly_n``, ``fluctuations``,
    ``joint_fluctuations``, ``source_shift``, ``population_weight`` and ``training_weight``.

    A closure at finite data for any law of neurons and inputs, of which 1/n is the first order.
    Source: derived here.
    """
    return Derivation("Renormalised noise", _steps(), _results())
