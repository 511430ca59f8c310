"""The leading law of the overlap q itself: r_perp contracted at each q, not at each rho.

Both contractions have the same saddles with the same values; between them the cost of q is the
lower. At fixed q the minimiser is explicit when rho serves as the curve's parameter.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, close_on, equal_on
from binodal.derive.symbols import N, b, c, d, kappa, q, rho, s, sigma_w2
from binodal.models.teacher_student.derivations.action import (
    action,
    joint_cost,
    mode_field,
    overlap_at,
)
from binodal.models.teacher_student.derivations.continuum import (
    CORRELATION,
    continuum_action,
    coupling,
)


def joint_action() -> sp.Expr:
    """S/d in (q, s = r_perp^2): cost, entropy and interaction, relative to q = 0, s = sigma_w^2."""
    interaction = kappa * rho * mode_field((b, c)) ** 2
    cost = joint_cost() - joint_cost().subs({q: 0, s: sigma_w2})
    return cost - interaction.subs(rho, CORRELATION)


def _stationarity() -> sp.Expr:
    """dS/ds at fixed q as a polynomial in s, with q eliminated for rho and g' kept whole."""
    slope = sp.Symbol("g1", real=True)
    bare = sp.diff(joint_cost(), s) - kappa * slope * sp.diff(CORRELATION, s)
    return sp.numer(sp.together(sp.cancel(bare.subs(q**2, overlap_at(s)))))


@cache
def contracted_perp2() -> sp.Expr:
    """The positive r_perp^2 with dS/ds = 0 at fixed q, along the curve's parameter rho.

    A quadratic in s whose roots have opposite signs: its outer coefficients differ in sign.
    """
    slope = sp.Symbol("g1", real=True)
    lead, linear, constant = sp.Poly(_stationarity(), s).all_coeffs()
    half = sp.factor(linear) / (2 * lead)
    positive = sp.sqrt(half**2 - constant / lead) - half
    field_slope = sp.diff(rho * mode_field((b, c)) ** 2, rho)
    return positive.subs(slope, field_slope)


def contracted_overlap2() -> sp.Expr:
    """q^2 along the curve."""
    return overlap_at(s).subs(s, contracted_perp2())


def contracted_action() -> sp.Expr:
    """S/d along the curve: the leading -log p(q)/d, relative to q = 0."""
    return joint_action().subs(q**2, contracted_overlap2()).subs(s, contracted_perp2())


_POINTS = (
    {rho: sp.Rational(1, 7), sigma_w2: sp.Rational(3, 8), kappa: sp.Rational(37, 2)},
    {rho: sp.Rational(2, 9), sigma_w2: sp.Rational(5, 6), kappa: sp.Rational(23, 3)},
)
_MODES = {b: sp.Rational(2, 7), c: sp.Rational(-3, 11)}


def _joint_cases(claim: sp.Expr) -> Cases:
    """S/d of the continuum and the chi-square law of s, relative to zero, at explicit (q, s)."""
    place = {q: sp.Rational(3, 5), s: sp.Rational(2, 7)}
    for point in _POINTS:
        numbers = {k: v for k, v in {**point, **_MODES}.items() if k != rho}
        whole = continuum_action() / d - sp.log(s) / 2
        change = whole.subs(place) - whole.subs({q: 0, s: sigma_w2})
        size = sp.solve(coupling() - point[kappa], N)[0]
        yield f"{point}", claim.subs(place).subs(numbers), change.subs(N, size).subs(numbers)


def _slope_cases(claim: sp.Tuple) -> Cases:
    """dS/ds of the joint action itself at the curve's (q, s), which lies at rho."""
    for point in _POINTS:
        numbers = {**point, **_MODES}
        perp2, overlap2 = (e.subs(numbers) for e in claim)
        place = {q: sp.sqrt(overlap2), s: perp2, **numbers}
        yield f"{point}, rho", sp.nsimplify(CORRELATION.subs(place)), point[rho]
        yield f"{point}", sp.nsimplify(sp.diff(joint_action(), s).subs(place)), sp.Integer(0)


def _value_cases(claim: sp.Expr) -> Cases:
    """The curve's action against prior, entropy and interaction of S at the curve's (q, s)."""
    for point in _POINTS:
        numbers = {**point, **_MODES}
        perp2, square = (e.subs(numbers) for e in (contracted_perp2(), contracted_overlap2()))
        place = {q: sp.sqrt(square), s: perp2}
        whole = (continuum_action() / d).subs(place) - sp.log(perp2) / 2
        zero = (continuum_action() / d).subs({q: 0, s: sigma_w2}) - sp.log(sigma_w2) / 2
        # The continuum action carries its own coupling: choose N so that it is the point's kappa.
        size = sp.solve(coupling() - point[kappa], N)[0]
        direct = (whole - zero).subs(N, size).subs(numbers)
        yield f"{point}", sp.N(claim.subs(numbers), 30), sp.N(direct, 30)


def _saddle_cases(claim: sp.Eq) -> Cases:
    """Where dS/drho = 0 both contractions agree: choose kappa so that it vanishes there."""
    slope = sp.diff(action("derived").density(), rho)
    for point in _POINTS:
        numbers = {k: v for k, v in {**point, **_MODES}.items() if k != kappa}
        strength = sp.solve(slope.subs(numbers), kappa)[0]
        both = {**numbers, kappa: strength}
        yield f"{point}", contracted_perp2().subs(both), claim.rhs.subs(both)


@cache
def overlap_law() -> Derivation:
    """The law of q to leading order in d, as a curve with parameter rho.

    Results: ``joint_action`` S(q, s)/d, and along the curve ``perp2``, ``overlap2`` and ``action``.
    Source: derived here; what A.7b replaces.
    """
    steps = (
        Step(
            "joint action",
            "prior, entropy and interaction of (q, s) per unit of d, relative to zero overlap",
            continuum_action() / d,
            joint_action(),
            close_on(_joint_cases, "the continuum action and the entropy at explicit (q, s)", 20),
            (Assumption.LARGE_D,),
            source="A.6",
        ),
        Step(
            "contraction at fixed q",
            "dS/ds = 0 at fixed q; with q^2 = rho (1 + 2s)/(1 - 2 rho) it is a quadratic in s",
            joint_action(),
            sp.Tuple(contracted_perp2(), contracted_overlap2()),
            equal_on(_slope_cases, "slope of the joint action at the curve's (q, s), exact"),
            (Assumption.LARGE_D,),
            source="A.7b",
        ),
        Step(
            "action along the curve",
            "insert the minimiser in S(q, s)",
            joint_action(),
            contracted_action(),
            close_on(_value_cases, "the continuum action and the entropy at explicit points", 20),
        ),
        Step(
            "same saddles",
            "a stationary point of min_s S(q, s) is one of S(q, s), and so of the action in rho",
            sp.diff(action("derived").density(), rho),
            sp.Eq(s, action("derived").perp2),
            equal_on(_saddle_cases, "both minimisers where dS/drho = 0, exact"),
        ),
    )
    results = {
        "joint_action": joint_action(),
        "perp2": contracted_perp2(),
        "overlap2": contracted_overlap2(),
        "action": contracted_action(),
    }
    return Derivation("Leading law of the overlap", steps, results)
