"""One-dimensional actions of an erf neuron: the published one and the relaxed one.

Both have the form S/d = E(rho) - kappa rho (b - 2 c rho)^2 with rho in [0, 1/2): they differ
only in the cost E of an overlap. Published: r_perp^2 is held at sigma_w^2 (A.7b). Derived:
r_perp follows by contraction, and E is its large-deviation cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import b, c, d, kappa, q, rho, s, sigma_w2
from binodal.models.teacher_student.derivations.continuum import (
    CORRELATION,
    continuum,
    continuum_action,
    coupling,
    mode_coefficients,
)


@dataclass(frozen=True)
class Action:
    """S/d of one neuron, relative to zero overlap, as a function of rho.

    ``cost`` is E(rho); ``overlap2`` and ``perp2`` give q^2 and r_perp^2 at each rho.
    """

    theory: str
    cost: sp.Expr
    overlap2: sp.Expr
    perp2: sp.Expr
    assumptions: tuple[Assumption, ...]

    def density(self, amplitudes: tuple[sp.Expr, ...] = (b, c)) -> sp.Expr:
        """E(rho) - kappa rho (sum_j amplitudes[j] h_j rho^j)^2, for any number of odd modes."""
        return self.cost - kappa * rho * mode_field(amplitudes) ** 2

    def slope(self, amplitudes: tuple[sp.Expr, ...] = (b, c)) -> sp.Expr:
        """d(density)/drho with the cost over one denominator and the interaction factored."""
        interaction = sp.factor(sp.diff(rho * mode_field(amplitudes) ** 2, rho))
        return tidy(sp.diff(self.cost, rho)) - kappa * interaction


_gap = sp.Symbol("z", positive=True)


@cache
def tidy(expression: sp.Expr) -> sp.Expr:
    """Simplify with 1 - 2 rho > 0 in sight, so that logarithms and signs come out real."""
    in_gap = sp.expand_log(expression.subs(rho, (1 - _gap) / 2), force=True)
    terms = sp.Add.make_args(sp.expand(in_gap))
    logarithms = [term for term in terms if term.has(sp.log)]
    rational = sp.factor(sp.together(sp.Add(*(t for t in terms if t not in logarithms))))
    numerator, denominator = sp.fraction(rational)
    back = (numerator / denominator).subs(_gap, 1 - 2 * rho)
    return back + sp.Add(*logarithms).subs(_gap, 1 - 2 * rho)


@cache
def mode_field(amplitudes: tuple[sp.Expr, ...] = (b, c)) -> sp.Expr:
    """The mean residual as seen by a neuron: b - 2 c rho, and higher modes likewise."""
    heights = mode_coefficients(len(amplitudes))
    terms = (t * h * rho**i for i, (t, h) in enumerate(zip(amplitudes, heights, strict=True)))
    return sp.Add(*terms)


@cache
def overlap_at(perp2: sp.Expr) -> sp.Expr:
    """q^2 at given rho and r_perp^2, from rho = q^2/(1 + 2(q^2 + r_perp^2)).

    The denominator 1 - 2 rho shows that rho < 1/2.
    """
    square = sp.Symbol("q2", positive=True)
    solution = sp.solve(sp.Eq(CORRELATION.subs(q**2, square), rho), square)[0]
    return tidy(solution.subs(s, perp2))


@cache
def joint_cost() -> sp.Expr:
    """Prior and entropy of (q, r_perp) per unit of d: -log(prior r_perp^{d-2}) to leading order."""
    return _prior() - sp.log(s) / 2


@cache
def relaxed_perp2() -> sp.Expr:
    """The r_perp^2 that minimises the joint cost at fixed rho; the interaction drops out there."""
    cost = joint_cost().subs(q**2, overlap_at(s))
    return tidy(sp.solve(sp.together(sp.diff(cost, s)), s)[0])


def _prior() -> sp.Expr:
    return (continuum_action((sp.Integer(0),)) / d).expand()


def _relative_cost(joint: sp.Expr, perp2: sp.Expr) -> sp.Expr:
    """A cost in (q, s) along r_perp^2 = perp2(rho), minus its value at zero overlap."""
    cost = joint.subs(q**2, overlap_at(s)).subs(s, perp2)
    return tidy(cost - cost.subs(rho, 0))


@cache
def published_action() -> Action:
    """M.13 in rho: r_perp^2 held at its prior mean."""
    assumptions = (*continuum().assumptions, Assumption.PERP_FIXED, Assumption.LARGE_D)
    cost = _relative_cost(_prior(), sigma_w2)
    return Action("published", cost, overlap_at(sigma_w2), sigma_w2, assumptions)


@cache
def relaxed_action() -> Action:
    """The leading large-d law: r_perp eliminated by the contraction principle."""
    perp2 = relaxed_perp2()
    assumptions = (*continuum().assumptions, Assumption.LARGE_D)
    cost = _relative_cost(joint_cost(), perp2)
    return Action("derived", cost, overlap_at(perp2), perp2, assumptions)


@cache
def action(theory: str) -> Action:
    """The action of a theory, "published" or "derived". Raises KeyError for another name."""
    return {"published": published_action, "derived": relaxed_action}[theory]()


def stationarity(theory: str) -> sp.Poly:
    """A polynomial in rho whose zeros on (0, 1/2) are those of dS/drho.

    The logarithm of the relaxed cost has a rational slope, so both theories give a quartic.
    """
    slope = sp.together(sp.diff(action(theory).density(), rho))
    return sp.Poly(sp.numer(slope), rho)


@cache
def published_in_q() -> sp.Expr:
    """M.13 as a function of the overlap q, relative to q = 0, with kappa for its coupling."""
    correlation = CORRELATION.subs(s, sigma_w2)
    cost = _prior().subs(s, sigma_w2) - _prior().subs({s: sigma_w2, q: 0})
    return sp.expand(cost) - kappa * correlation * mode_field().subs(rho, correlation) ** 2


_GENERIC = {
    sigma_w2: sp.Rational(3, 7),
    kappa: sp.Rational(17, 3),
    b: sp.Rational(2, 5),
    c: sp.Rational(-3, 8),
}


def _entropy_cases(claim: sp.Expr) -> Cases:
    """-log of the densities of q and of s (chi-square with d - 1 components), over d at large d."""
    half = (d - 1) / 2
    law = s ** (half - 1) * sp.exp(-d * s / (2 * sigma_w2))
    law *= sp.exp(-d * q**2 / (2 * sigma_w2))
    slope = sp.limit(-sp.diff(sp.log(law), s) / d, d, sp.oo)
    yield "slope in s", sp.diff(claim, s), slope
    yield "slope in q", sp.diff(claim, q), -sp.diff(sp.log(law), q) / d
    yield "stationary at the prior's mean", sp.diff(claim, s).subs(s, sigma_w2), sp.Integer(0)


def _lagrange_cases(claim: sp.Tuple) -> Cases:
    """At the contracted point the cost's gradient is parallel to rho's, for explicit rho."""
    perp2, overlap2 = claim
    square = sp.Symbol("q2", positive=True)
    cost, correlation = (e.subs(q**2, square) for e in (joint_cost(), CORRELATION))
    for value in (sp.Rational(1, 9), sp.Rational(2, 7), sp.Rational(3, 8)):
        numbers = {**_GENERIC, rho: value}
        point = {square: overlap2.subs(numbers), s: perp2.subs(numbers), **_GENERIC}
        yield f"rho = {value}, on the path", correlation.subs(point), value
        cross = sp.diff(cost, square) * sp.diff(correlation, s)
        other = sp.diff(cost, s) * sp.diff(correlation, square)
        yield f"rho = {value}", cross.subs(point), other.subs(point)


def _published_cases(claim: sp.Tuple) -> Cases:
    """M.13 at explicit q against the action in rho at the matching rho."""
    published = published_action()
    for value in (sp.Rational(2, 3), sp.Rational(-9, 7)):
        matching = CORRELATION.subs({q: value, s: sigma_w2}).subs(_GENERIC)
        action = (continuum_action() / d).subs(s, sigma_w2)
        direct = (action - action.subs(q, 0)).subs(q, value)
        left = claim[0].subs(kappa, coupling()).subs(q, value)
        interaction = published.density() - published.cost
        right = (claim[1] + interaction).subs(kappa, coupling()).subs(rho, matching)
        yield f"q = {value}, from the continuum", left.subs(_GENERIC), direct.subs(_GENERIC)
        yield f"q = {value}", left.subs(_GENERIC), right.subs(_GENERIC)


def _relaxed_cases(claim: sp.Tuple, overlap2: sp.Expr) -> Cases:
    density, cost = claim
    path = joint_cost().subs(s, sigma_w2 * (1 - 2 * rho)).subs(q**2, overlap2)
    yield "slope", path.diff(rho), cost.diff(rho)
    yield "zero overlap", cost.subs(rho, 0), sp.Integer(0)
    yield "interaction", cost - density, kappa * rho * (b - 2 * c * rho) ** 2


def _error_cases(claim: sp.Expr) -> Cases:
    """A.7b's excess at explicit rho against the definite integral of a slope that is positive."""
    slope = 2 * rho / (1 - 2 * rho) ** 2
    for end in (sp.Rational(1, 6), sp.Rational(2, 7)):
        yield f"rho = {end}", claim.subs(rho, end), sp.integrate(slope, (rho, 0, end))


def perp_fixed_error() -> sp.Expr:
    """Published minus relaxed cost: what A.7b adds to the action at each rho."""
    return tidy(published_action().cost - relaxed_action().cost)


def _transverse_steps(published: Action, relaxed: Action) -> tuple[Step, ...]:
    """From the law of (q, r_perp) to its contraction."""
    return (
        Step(
            "published action",
            "hold r_perp^2 at sigma_w^2 and drop the constant",
            continuum_action() / d,
            sp.Tuple(published_in_q(), published.cost),
            equal_on(_published_cases, "the action in rho at matching points, exact rationals"),
            (Assumption.PERP_FIXED, Assumption.LARGE_D),
            source="M.13",
        ),
        Step(
            "entropy of the transverse weights",
            "r_perp has the measure r_perp^{d-2} dr_perp: -log of it is -(d/2) log s to "
            "leading order in d",
            continuum_action((sp.Integer(0),)) / d,
            joint_cost(),
            equal_on(_entropy_cases, "the chi-square law of r_perp^2 itself, per unit of d"),
            (Assumption.LARGE_D,),
        ),
        Step(
            "contraction over r_perp",
            "the interaction depends on rho alone, so at fixed rho minimise the cost over s",
            joint_cost().subs(q**2, overlap_at(s)),
            sp.Tuple(relaxed.perp2, relaxed.overlap2),
            equal_on(_lagrange_cases, "Lagrange condition in (q^2, s) at explicit rho"),
        ),
    )


def _relaxed_steps(published: Action, relaxed: Action) -> tuple[Step, ...]:
    """The relaxed action and what A.7b costs."""
    error = perp_fixed_error()
    return (
        Step(
            "relaxed action",
            "insert the minimiser; s falls below sigma_w^2 wherever rho > 0",
            joint_cost(),
            sp.Tuple(relaxed.density(), relaxed.cost),
            equal_on(
                lambda claim: _relaxed_cases(claim, relaxed.overlap2),
                "slope of the joint cost along the path, with r_perp^2 = sigma_w^2 (1 - 2 rho)",
            ),
        ),
        Step(
            "size of A.7b",
            "published minus relaxed cost: convex, zero with zero slope at rho = 0, so positive "
            "elsewhere; A.7b is exact at rho = 0 only",
            published.cost - relaxed.cost,
            error,
            equal_on(_error_cases, "the integral from zero of its slope 2 rho/(1 - 2 rho)^2 > 0"),
            source="A.7b",
        ),
    )


@cache
def actions() -> Derivation:
    """The published and the relaxed action from the law of (q, r_perp); A.7b settled.

    Results: ``published_in_q`` (M.13), the costs E of both theories, q^2 and r_perp^2 along the
    relaxed path, and ``perp_fixed_error``. Source: A.7, A.7b, A.8, M.13; relaxed: derived here.
    """
    published, relaxed = published_action(), relaxed_action()
    steps = (*_transverse_steps(published, relaxed), *_relaxed_steps(published, relaxed))
    results = {
        "published_in_q": published_in_q(),
        "published_cost": published.cost,
        "derived_cost": relaxed.cost,
        "derived_overlap2": relaxed.overlap2,
        "derived_perp2": relaxed.perp2,
        "perp_fixed_error": perp_fixed_error(),
    }
    return Derivation("Actions of one erf neuron", steps, results)
