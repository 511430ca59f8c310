"""The law of a neuron's cosine m and norm r, and its leading exponential: the action."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.gaussian.quadratic import gaussian_mean
from binodal.derive.mean_field import coupling
from binodal.derive.step import Cases, Step, close_on, equal_on
from binodal.derive.symbols import N, d, n, sigma2, sigma_a2, sigma_w2
from binodal.models.single_index.derivations.action import (
    action,
    amplitude,
    cost,
    field,
    m,
    overlap,
    r,
    u,
)

_MODES = (1, 2)
_SIZES = (sp.Integer(40), sp.Integer(320))
_PLACES = (
    {m: sp.Rational(2, 7), r: sp.Rational(5, 6)},
    {m: sp.Rational(-3, 5), r: sp.Rational(9, 8)},
)
_POINT = {
    N: sp.Integer(11),
    n: sp.Integer(13),
    d: sp.Integer(5),
    sigma2: sp.Rational(3, 4),
    sigma_a2: sp.Rational(2, 7),
    sigma_w2: sp.Rational(4, 9),
    amplitude(1): sp.Rational(2, 5),
    amplitude(2): sp.Rational(-1, 3),
    overlap(1): sp.Rational(3, 8),
    overlap(2): sp.Rational(5, 9),
}


def log_prior() -> sp.Expr:
    """log of the prior's density of (m, r) up to a constant: w ~ N(0, sigma_w^2/d) in d dimensions.

    r^{d-1} dr of the norm; (1 - m^2)^{(d-3)/2} dm of one coordinate on the sphere.
    """
    return -d * r**2 / (2 * sigma_w2) + (d - 1) * sp.log(r) + (d - 3) / 2 * sp.log(1 - m**2)


@cache
def coupling_per_dimension() -> sp.Expr:
    """u: the interaction of one neuron in units of d, -(u/2) F^2 in S/d."""
    return coupling(n) / d


def log_weight() -> sp.Expr:
    """log of the density of (m, r) at finite d up to a constant, for the modes 1 and 2."""
    return log_prior() + coupling(n) / 2 * field(_MODES) ** 2


def _moment_cases(claim: sp.Expr) -> Cases:
    """<r^2> = sigma_w^2 and <m^2> = 1/d from the density at d = 5, by exact integrals."""
    point = {d: sp.Integer(5), sigma_w2: sp.Rational(4, 9)}
    radial = sp.exp(claim.subs(m, 0).subs(point))
    angular = sp.exp(sp.expand(claim - claim.subs(m, 0)).subs(point))
    for name, weight, variable, low, high, wanted in (
        ("<r^2>", sp.simplify(radial), r, 0, sp.oo, sp.Rational(4, 9)),
        ("<m^2>", sp.simplify(angular), m, -1, 1, sp.Rational(1, 5)),
    ):
        whole = sp.integrate(weight, (variable, low, high))
        square = sp.integrate(variable**2 * weight, (variable, low, high))
        yield name, sp.simplify(square / whole), wanted


def _cost_claims(claim: sp.Expr) -> Claims:
    """-log_prior/d between two places at two sizes: what is left falls like 1/d."""
    rest = {m: 0, r: sp.sqrt(sigma_w2)}
    yield "zero state", sp.simplify(claim.subs(rest)) == 0
    errors = []
    for size in _SIZES:
        point = {d: size, sigma_w2: sp.Rational(4, 9)}
        prior, leading = (
            [sp.N(e.subs(point).subs(place), 30) for place in _PLACES]
            for e in (-log_prior() / d, claim)
        )
        errors.append(abs((prior[0] - prior[1]) - (leading[0] - leading[1])))
        yield (size, "small"), bool(errors[-1] < abs(leading[0] - leading[1]) / 5)
    yield "falls like 1/d", bool(errors[1] <= errors[0] / 7)


def _pulled(place: dict[sp.Symbol, sp.Expr]) -> sp.Expr:
    """log of the readout's average in the field of the residual, summed over n inputs."""
    readout = sp.Symbol("a", real=True)
    slope = (n / sigma2 * field(_MODES)).subs(place).subs(_POINT)
    mean = gaussian_mean(readout * slope, readout, (sigma_a2 / N).subs(_POINT))
    return sp.log(mean).expand(force=True)


def _coupling_cases(claim: sp.Expr) -> Cases:
    """The readout's Gaussian average at explicit numbers, over d F^2/2."""
    for k, place in enumerate(_PLACES):
        square = (field(_MODES) ** 2 * d / 2).subs(place).subs(_POINT)
        yield k, claim.subs(_POINT), _pulled(place) / square


def _action_cases(claim: sp.Expr) -> Cases:
    """Cost and Gaussian average at explicit numbers."""
    for k, place in enumerate(_PLACES):
        value = claim.subs(u, coupling_per_dimension()).subs(place).subs(_POINT)
        direct = cost().subs(place).subs(_POINT) - _pulled(place) / d.subs(_POINT)
        yield k, value, direct


@cache
def law() -> Derivation:
    """The law of (m, r) at finite d, and the action, for a residual with modes 1 and 2.

    Results: ``log_prior``, ``cost``, ``u``, ``action`` (S/d) and ``log_weight``, all relative to
    the zero state but for a constant in the logarithms. Source: derived here.
    """
    steps = (
        Step(
            "prior of m and r",
            "w = r times a unit vector: r^{d-1} dr, and (1 - m^2)^{(d-3)/2} dm on the sphere",
            -d * r**2 / (2 * sigma_w2),
            log_prior(),
            equal_on(_moment_cases, "<r^2> = sigma_w^2 and <m^2> = 1/d at d = 5"),
        ),
        Step(
            "leading cost",
            "-log of the prior over d for large d, relative to m = 0, r = sigma_w",
            log_prior(),
            cost(),
            all_hold(_cost_claims, "differences between two places at two sizes"),
            (Assumption.LARGE_D,),
        ),
        Step(
            "coupling",
            "integrate the readout a ~ N(0, sigma_a^2/N) in the field n F/sigma^2 of the residual; "
            "half of the squared field times u d",
            sp.exp(n / sigma2 * sp.Symbol("a", real=True) * sp.Symbol("F", real=True)),
            coupling_per_dimension(),
            close_on(_coupling_cases, "the Gaussian average at explicit numbers", 12),
            (Assumption.MEAN_FIELD, Assumption.CONTINUUM, Assumption.GAUSSIAN_DATA),
        ),
        Step(
            "law",
            "the prior times that weight",
            log_prior(),
            log_weight(),
            close_on(_weight_cases, "prior and Gaussian average at explicit numbers", 12),
        ),
        Step(
            "action",
            "-log of the weight over d to leading order",
            log_weight(),
            action(_MODES),
            close_on(_action_cases, "cost and Gaussian average at explicit numbers", 12),
        ),
    )
    results = {
        "log_prior": log_prior(),
        "cost": cost(),
        "u": coupling_per_dimension(),
        "log_weight": log_weight(),
        "action": action(_MODES),
    }
    return Derivation("Law of a single-index neuron", steps, results)


def _weight_cases(claim: sp.Expr) -> Cases:
    for k, place in enumerate(_PLACES):
        value = claim.subs(place).subs(_POINT)
        yield k, value, log_prior().subs(place).subs(_POINT) + _pulled(place)
