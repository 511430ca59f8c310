"""The exact law of one neuron at finite d, in the scaled overlap y = q/sqrt(1 + 2 r_perp^2).

rho = y^2/(1 + 2 y^2) depends on y alone, so the interaction does, and the integral over r_perp
at fixed y is a Tricomi function: the two-dimensional law becomes a closed one-dimensional one.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.functions import TricomiU
from binodal.derive.step import Cases, Step, close_on, equal, equal_on
from binodal.derive.symbols import N, b, c, d, kappa, n, q, rho, s, sigma2, sigma_a2, sigma_w2, y
from binodal.models.teacher_student.derivations.action import mode_field
from binodal.models.teacher_student.derivations.continuum import (
    CORRELATION,
    continuum_action,
    coupling,
)


def rho_of_y() -> sp.Expr:
    """rho in the scaled overlap: q^2 = y^2 (1 + 2 s) cancels s.

    >>> rho_of_y()
    y**2/(2*y**2 + 1)
    """
    return sp.factor(CORRELATION.subs(q, y * sp.sqrt(1 + 2 * s)))


def _prior_exponent() -> sp.Expr:
    """-log of the Gaussian prior at (y, s)."""
    prior = continuum_action((sp.Integer(0),)).subs(q, y * sp.sqrt(1 + 2 * s))
    return sp.expand(prior)


def perp_integrand() -> sp.Expr:
    """The integrand over s at fixed y, with r_perp^{d-2} dr_perp and dq = sqrt(1 + 2s) dy."""
    jacobian = sp.sqrt(1 + 2 * s) * s ** ((d - 3) / 2)
    rate = _prior_exponent().coeff(s)
    return jacobian * sp.exp(-rate * s)


def perp_weight() -> sp.Expr:
    """The integral over s up to a factor that does not depend on y.

    With t = 2s it is Gamma(A) U(A, A + 3/2, rate/2), A = (d - 1)/2.
    """
    order = (d - 1) / 2
    rate = sp.factor(_prior_exponent().coeff(s))
    return TricomiU(order, order + sp.Rational(3, 2), rate / 2)


def derived_weight() -> sp.Expr:
    """Prior weight of y with r_perp integrated out exactly (any normalisation)."""
    rest = _prior_exponent().coeff(s, 0)
    return sp.exp(-rest) * perp_weight()


def published_weight() -> sp.Expr:
    """Prior weight of y with r_perp^2 held at sigma_w^2: a Gaussian, as q is proportional to y."""
    exponent = _prior_exponent().subs(s, sigma_w2)
    return sp.exp(-sp.factor(exponent - exponent.subs(y, 0)))


def interaction_exponent() -> sp.Expr:
    """d kappa rho (b - 2 c rho)^2 in y: what the mean residual adds to the log of the weight."""
    return (d * kappa * rho * mode_field((b, c)) ** 2).subs(rho, rho_of_y())


def log_weight(theory: str) -> sp.Expr:
    """log of the unnormalised density of y under a theory, "published" or "derived"."""
    prior = {"published": published_weight, "derived": derived_weight}[theory]()
    return sp.expand_log(sp.log(prior), force=True) + interaction_exponent()


_WIDTH = sp.Rational(3, 7)
_GENERIC = {N: sp.Integer(7), n: sp.Integer(11), sigma2: sp.Integer(3), sigma_a2: sp.Rational(5, 4)}


def _chi_square_mean() -> sp.Expr:
    """<rho> under the prior in d = 5, from |w|^2 alone: by symmetry it is <R/(1 + 2R)>/d."""
    radius = sp.Symbol("R", positive=True)
    density = radius ** sp.Rational(3, 2) * sp.exp(-5 * radius / (2 * _WIDTH))
    top = sp.Integral(density * radius / (1 + 2 * radius), (radius, 0, 40 * _WIDTH))
    bottom = sp.Integral(density, (radius, 0, 40 * _WIDTH))
    return top.evalf(14) / bottom.evalf(14) / 5


def _law_mean(weight: sp.Expr) -> sp.Expr:
    """<rho> over the closed law of y without interaction, d = 5, by the trapezoidal rule.

    The integrand is analytic in |Im y| < 1/sqrt(2), so the rule's error at step h is about
    exp(-2 pi/(sqrt(2) h)): below 1e-18 at h = 1/10.
    """
    kummer = weight.subs({d: 5, sigma_w2: _WIDTH}).replace(
        TricomiU, lambda *a: TricomiU(*a).rewrite(sp.hyper)
    )
    knots = [sp.Rational(k, 10) for k in range(-45, 46)]
    weights = [sp.N(kummer.subs(y, knot), 20) for knot in knots]
    top = sum(w * rho_of_y().subs(y, knot) for w, knot in zip(weights, knots, strict=True))
    return top / sum(weights)


def _overlap_cases(claim: sp.Expr) -> Cases:
    for value in (sp.Rational(3, 7), sp.Rational(-8, 5)):
        for perp2 in (sp.Rational(1, 3), sp.Rational(6, 5)):
            point = {q: value * sp.sqrt(1 + 2 * perp2), s: perp2}
            yield f"y = {value}, s = {perp2}", claim.subs(y, value), CORRELATION.subs(point)


_STATE = {b: sp.Rational(2, 9), c: sp.Rational(-1, 5), d: sp.Integer(5), sigma_w2: _WIDTH}


def _law_cases(claim: sp.Tuple) -> Cases:
    """Ratios of densities at y to those at 0, from S(q, s) with r_perp held and integrated."""
    published, derived = (e.subs(kappa, coupling()).subs(_GENERIC).subs(_STATE) for e in claim)
    exponent = continuum_action().subs(q, y * sp.sqrt(1 + 2 * s)).subs(_GENERIC).subs(_STATE)
    kummer = derived.replace(TricomiU, lambda *a: TricomiU(*a).rewrite(sp.hyper))
    measure = s * sp.sqrt(1 + 2 * s)

    def integrated(place: sp.Expr) -> sp.Expr:
        whole = measure * sp.exp(-exponent.subs(y, place))
        return sp.Integral(whole, (s, 0, 40 * _WIDTH)).evalf(18)

    for value in (sp.Rational(3, 7), sp.Rational(6, 5)):
        held = (exponent.subs(y, 0) - exponent.subs(y, value)).subs(s, _WIDTH)
        yield ("held", value), published.subs(y, value) - published.subs(y, 0), held
        ratio = sp.log(integrated(value) / integrated(sp.Integer(0)))
        yield ("integrated", value), kummer.subs(y, value) - kummer.subs(y, 0), ratio


def _interaction_cases(claim: sp.Expr) -> Cases:
    """The interaction at y against that of S at (q, s) = (y sqrt(1 + 2s), s)."""
    state = {b: sp.Rational(2, 9), c: sp.Rational(-1, 5), y: sp.Rational(3, 7), d: sp.Integer(5)}
    free = continuum_action((sp.Integer(0),)) - continuum_action()
    for perp2 in (sp.Rational(1, 3), sp.Rational(6, 5)):
        place = {q: y * sp.sqrt(1 + 2 * s), s: perp2}
        direct = free.subs(q, place[q]).subs(s, perp2).subs(state)
        yield f"s = {perp2}", claim.subs(kappa, coupling()).subs(state), direct


def _mean_cases(claim: sp.Expr) -> Cases:
    """<rho> at d = 5; and at one y the integral, in which t = 2 s leaves Gamma(A) 2^-A."""
    yield "<rho> at d = 5", _law_mean(claim), _chi_square_mean()
    point = {d: sp.Integer(5), sigma_w2: _WIDTH, y: sp.Rational(3, 7)}
    integrand = (perp_integrand() * sp.exp(-_prior_exponent().coeff(s, 0))).subs(point)
    kummer = claim.subs(point).replace(TricomiU, lambda *a: TricomiU(*a).rewrite(sp.hyper))
    direct = sp.Integral(integrand, (s, 0, 40 * _WIDTH)).evalf(18)
    yield "integral over s", kummer / 4, direct


def _law_steps() -> tuple[Step, ...]:
    """The whole weight of y, and the published one's Gaussian form."""
    return (
        Step(
            "law of y",
            "log of the prior's weight plus the interaction, for both treatments of r_perp",
            sp.Tuple(published_weight(), derived_weight()),
            sp.Tuple(log_weight("published"), log_weight("derived")),
            close_on(_law_cases, "exp(-S) with r_perp held, and integrated numerically, d = 5", 10),
        ),
        Step(
            "published law",
            "hold s at sigma_w^2: y is Gaussian under the prior",
            sp.exp(-_prior_exponent()),
            published_weight(),
            equal(
                sp.exp(-d * (y**2 * (1 + 2 * sigma_w2)) / (2 * sigma_w2)),
                "q = y sqrt(1 + 2 sigma_w^2) in exp(-d q^2/(2 sigma_w^2))",
            ),
            (Assumption.PERP_FIXED,),
            source="A.11-kernel",
        ),
    )


@cache
def finite_d() -> Derivation:
    """The exact one-dimensional law of y at finite d, for both theories.

    Results: ``rho_of_y``, ``published_log_weight``, ``derived_log_weight``. Source: derived here.
    """
    steps = (
        Step(
            "scaled overlap",
            "set q = y sqrt(1 + 2 s): rho no longer depends on s",
            CORRELATION,
            rho_of_y(),
            equal_on(_overlap_cases, "rho itself at two (q, s) that share one y"),
        ),
        Step(
            "integral over r_perp",
            "r_perp^{d-2} dr_perp dq = (1/2) s^{(d-3)/2} sqrt(1 + 2s) ds dy; the integral "
            "over s is a Tricomi function",
            sp.Integral(perp_integrand(), (s, 0, sp.oo)),
            derived_weight(),
            close_on(
                _mean_cases,
                "<rho> under the prior from the radial law of |w|^2, d = 5",
                10,
            ),
            (Assumption.MEAN_FIELD, Assumption.CONTINUUM, Assumption.MODE_ANSATZ),
        ),
        Step(
            "interaction",
            "add d kappa rho (b - 2 c rho)^2 to the log of the weight",
            continuum_action(),
            interaction_exponent(),
            equal_on(_interaction_cases, "the continuum action at two (q, s) that share one y"),
        ),
        *_law_steps(),
    )
    results = {
        "rho_of_y": rho_of_y(),
        "published_log_weight": log_weight("published"),
        "derived_log_weight": log_weight("derived"),
    }
    return Derivation("Law of one neuron at finite d", steps, results)
