"""Where curves of birth and coexistence can end: which end points exist, and which cannot.

On S/d = E(rho) - kappa rho (b - 2 c rho)^2 the candidates are a cusp (S' = S'' = S''' = 0), a
meeting of birth and coexistence (S = S' = S'' = 0), the edges rho = 0 and rho = 1/2, and the
edges b = 0 and b = 1 of the zero branch.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.functions import LogRatio
from binodal.derive.step import Cases, Step, both, close_on, equal_on
from binodal.derive.symbols import b, c, epsilon, kappa, rho, sigma_w2
from binodal.derive.theories import THEORIES
from binodal.models.teacher_student.derivations.action import action, mode_field
from binodal.models.teacher_student.derivations.events import event_curve, regular_cost
from binodal.models.teacher_student.derivations.limit import gain, zero_branch, zero_stiffness

EVENTS = ("birth", "coexistence")
_V_AND_W = sp.symbols("v w", positive=True)
# E'' over the third derivative of E, and E' over E''.

NO_CUSP = (
    "a cusp S' = S'' = S''' = 0 needs E''^2 >= 2 E' E''', and E''^2 - 2 E' E''' is a sum of "
    "negative terms for 0 <= rho < 1/2: birth is a fold of S everywhere"
)
NO_MEETING = (
    "at coexistence S'' = rho (2 F F'' - F'^2)/(2 F) with F = E/rho, which is positive for "
    "0 < rho < 1/2: the feature is a minimum there, and birth is never met at rho > 0"
)
NO_EDGE = (
    "the zero branch is -1/sigma_w^2 at b = 0 and G > 0 at b = 1, so a curve keeps 0 < b < 1; "
    "rho = 0 needs S''(0) = 0 and so G = 0, and S''(0) < 0 as rho -> 1/2: at finite positive "
    "parameters and epsilon != 0 a curve has no end"
)


def cusp_bound(theory: str) -> sp.Expr:
    """E''^2 - 2 E' E'''; a cusp at rho > 0 needs it nonnegative."""
    first, second, third = (sp.diff(action(theory).cost, rho, k) for k in (1, 2, 3))
    return sp.factor(sp.cancel(sp.together(second**2 - 2 * first * third)))


def coexistence_curvature(theory: str) -> sp.Expr:
    """S''/rho at coexistence, (2 F F'' - F'^2)/(2 F) with F = E/rho."""
    cost = regular_cost(theory)
    first, second = sp.diff(cost, rho), sp.diff(cost, rho, 2)
    return second - first**2 / (2 * cost)


@cache
def stiffness_on(event: str, theory: str) -> sp.Expr:
    """S''(0)/d of the zero state at the event, where kappa b^2 is a function of rho."""
    ratio, strength = event_curve(event, theory)
    return zero_stiffness().subs(kappa, strength / epsilon**2).subs(b, ratio * epsilon)


def tricritical(theory: str) -> tuple[sp.Expr, sp.Expr]:
    """(b/eps, kappa eps^2) where rho -> 0: zero state, birth and coexistence meet there."""
    ratio, strength = (sp.simplify(e.subs(rho, 0)) for e in event_curve("birth", theory))
    return sp.factor(ratio), sp.factor(strength)


def lowest_epsilon(theory: str) -> sp.Expr:
    """The epsilon below which the tricritical b would exceed one."""
    return sp.factor(1 / tricritical(theory)[0])


def _cusp_cases(claim: sp.Ge) -> Cases:
    """Eliminate b/c and kappa c^2: 4 v times the claim's left minus right side is (rho - v)^2."""
    per_c, (v, w) = sp.Symbol("per_c", real=True), _V_AND_W
    field = (rho * mode_field() ** 2).subs({b: per_c, c: 1})
    first, second, third = (sp.diff(field, rho, k) for k in (1, 2, 3))
    (amplitude,) = sp.solve(second - v * third, per_c)
    left = sp.expand((first - w * second).subs(per_c, amplitude))
    yield "eliminated", left, 3 * (4 * v * (claim.lhs - claim.rhs) - (rho - v) ** 2)


def _bound_cases(claim: sp.Tuple) -> Cases:
    """The bound of rho times the regular cost, another form of E, at explicit points."""
    for theory, bound in zip(THEORIES, claim, strict=True):
        cost = rho * regular_cost(theory).rewrite(sp.log)
        first, second, third = (sp.diff(cost, rho, k) for k in (1, 2, 3))
        for value in (sp.Rational(1, 7), sp.Rational(2, 5)):
            point = {rho: value, sigma_w2: sp.Rational(3, 8)}
            direct = (second**2 - 2 * first * third).subs(point)
            yield (theory, value), bound.subs(point), direct


def _sign_claims(claim: sp.Tuple) -> Claims:
    """Numerators in z = 1 - 2 rho > 0 have coefficients of one sign only."""
    gap = sp.Symbol("z", positive=True)
    for theory, bound in zip(THEORIES, claim, strict=True):
        numerator, denominator = sp.fraction(sp.factor(bound.subs(rho, (1 - gap) / 2)))
        signs = {sp.sign(k) for k in sp.Poly(sp.expand(numerator), gap, sigma_w2).coeffs()}
        below = {sp.sign(k) for k in sp.Poly(sp.expand(denominator), gap, sigma_w2).coeffs()}
        yield theory, len(signs) == len(below) == 1 and signs != below


def _mixture_cases(claim: sp.Expr) -> Cases:
    """F is a positive mixture of f_t = 1/(1 - 2 t rho), 0 <= t <= 1, and its atom at t = 1.

    A pair of them adds f g (8 p^2 + 8 q^2 - 4 p q) to 2 (F F'' + F'' F - F' F')/2, p = t f.
    """
    t, r = sp.symbols("t r", positive=True)
    f, g = 1 / (1 - 2 * t * rho), 1 / (1 - 2 * r * rho)
    pair = f * sp.diff(g, rho, 2) + g * sp.diff(f, rho, 2) - sp.diff(f, rho) * sp.diff(g, rho)
    p, q = t * f, r * g
    yield "pair", sp.factor(pair), sp.factor(f * g * (8 * p**2 + 8 * q**2 - 4 * p * q))
    atom = 1 / (2 * sigma_w2 * (1 - 2 * rho))
    spread = sp.integrate(sp.series(f, rho, 0, 5).removeO(), (t, 0, 1))
    rest = sp.series(regular_cost("derived").rewrite(sp.log) - atom, rho, 0, 5).removeO()
    yield "derived cost", rest, spread
    published = atom * (1 + 2 * sigma_w2)
    whole = atom - sp.log(1 - 2 * rho) / (2 * rho)
    bent = sp.diff(whole, rho, 2) - sp.diff(whole, rho) ** 2 / (2 * whole)
    point = {rho: sp.Rational(2, 7), sigma_w2: sp.Rational(3, 8)}
    yield "curvature of the mixture", claim.rewrite(sp.log).subs(point), bent.subs(point)
    yield "published cost", sp.simplify(regular_cost("published") - published), sp.Integer(0)


def _curvature_cases(claim: sp.Expr) -> Cases:
    """The second derivative of S itself on the coexistence line, at explicit rho."""
    curvatures = {"published": rho * coexistence_curvature("published"), "derived": claim}
    for theory, curvature in curvatures.items():
        per_c, strength = event_curve("coexistence", theory)
        second = sp.diff(action(theory).density(), rho, 2)
        for value in (sp.Rational(1, 6), sp.Rational(3, 8)):
            point = {rho: value, sigma_w2: sp.Rational(2, 5)}
            ratio, coupling = (e.rewrite(sp.log).subs(point) for e in (per_c, strength))
            direct = second.subs(point).subs({b: ratio, c: 1, kappa: coupling})
            claimed = curvature.rewrite(sp.log).subs(point)
            yield (theory, value), sp.N(direct - claimed, 30, chop=True), sp.Integer(0)


def _lowest_cases(claim: sp.Tuple) -> Cases:
    """b = 1 at the bound, with b/eps from the limit of coexistence."""
    for theory, lowest in zip(THEORIES, claim, strict=True):
        limit = event_curve("coexistence", theory)[0].replace(LogRatio, _at_zero).subs(rho, 0)
        yield theory, lowest * limit, sp.Integer(1)


def _tricritical_cases(claim: sp.Tuple) -> Cases:
    """Coexistence has the same limit as birth, and the stiffness of zero vanishes there."""
    for theory, *values in zip(THEORIES, claim[::2], claim[1::2], strict=True):
        pairs = zip(event_curve("coexistence", theory), values, strict=True)
        for name, (curve, value) in zip(("ratio", "strength"), pairs, strict=True):
            limit = curve.replace(LogRatio, _at_zero)
            yield (theory, name), sp.simplify(limit.subs(rho, 0)), value
        for event in EVENTS:
            soft = stiffness_on(event, theory).replace(LogRatio, _at_zero).subs(rho, 0)
            yield (theory, event), sp.simplify(soft), sp.Integer(0)


def _at_zero(order: sp.Expr, argument: sp.Expr) -> sp.Expr:
    """The order-th derivative of -log(1 - x)/x at x = 0: order!/(order + 1)."""
    return sp.factorial(order) / (order + 1)


def _edge_claims(claim: sp.Tuple) -> Claims:
    yield "b = 0", sp.simplify(claim[0] + 1 / sigma_w2) == 0
    yield "b = 1", sp.simplify(claim[1] - gain()) == 0
    gap = sp.Symbol("z", positive=True)
    for theory in THEORIES:
        for event in EVENTS:
            soft = stiffness_on(event, theory).rewrite(sp.log).subs(rho, (1 - gap) / 2)
            leading = sp.limit(gap**3 * soft.subs(sigma_w2, sp.Rational(3, 7)), gap, 0, "+")
            yield (theory, event), bool(leading < 0)


@cache
def endpoints() -> Derivation:
    """Which end points the curves of birth and coexistence have, and that no others exist.

    Results, for each theory: ``<theory>_ratio`` and ``<theory>_strength`` (b/eps and kappa eps^2
    of the tricritical limit), ``<theory>_lowest_epsilon`` and ``<theory>_cusp_bound``. Source:
    derived here.
    """
    results: dict[str, sp.Expr] = {}
    for theory in THEORIES:
        ratio, strength = tricritical(theory)
        results |= {f"{theory}_ratio": ratio, f"{theory}_strength": strength}
        results |= {
            f"{theory}_lowest_epsilon": lowest_epsilon(theory),
            f"{theory}_cusp_bound": cusp_bound(theory),
        }
    return Derivation("End points of birth and coexistence", (*_absences(), *_limits()), results)


def _absences() -> tuple[Step, ...]:
    v, w = _V_AND_W
    return (
        Step(
            "cusp",
            "with v = E''/E''' and w = E'/E'' the conditions S' = S'' = S''' = 0 leave "
            "3 v^2 + 2 rho v - rho^2 = 8 v w, whose left side is 4 v^2 - (rho - v)^2",
            sp.Eq(3 * v**2 + 2 * rho * v - rho**2, 8 * v * w),
            sp.Ge(v, 2 * w),
            equal_on(_cusp_cases, "eliminate b and kappa from the derivatives of the action"),
        ),
        Step(
            "no cusp",
            NO_CUSP,
            sp.Ge(v, 2 * w),
            sp.Tuple(*(cusp_bound(theory) for theory in THEORIES)),
            both(
                close_on(_bound_cases, "another form of the cost at explicit points"),
                all_hold(_sign_claims, "signs of all coefficients in 1 - 2 rho and sigma_w^2"),
            ),
        ),
        Step(
            "coexistence is a minimum",
            NO_MEETING,
            sp.diff(action("derived").density(), rho, 2),
            rho * coexistence_curvature("derived"),
            equal_on(_curvature_cases, "S'' itself on the coexistence line at explicit rho"),
        ),
        Step(
            "the curvature is positive",
            "F is a mixture of 1/(1 - 2 t rho) with positive weights, and every pair of its parts "
            "adds f g (8 p^2 + 8 q^2 - 4 p q) > 0 to 2 F F'' - F'^2",
            regular_cost("derived"),
            coexistence_curvature("derived"),
            equal_on(
                _mixture_cases,
                "the pair's contribution, and the mixture's Taylor series",
            ),
        ),
    )


def _limits() -> tuple[Step, ...]:
    points = [part for theory in THEORIES for part in tricritical(theory)]
    return (
        Step(
            "tricritical limit",
            "as rho -> 0 birth, coexistence and S''(0) = 0 come together, at a fixed b/eps < 0 "
            "and kappa eps^2; on the zero branch this needs G = 0",
            sp.Tuple(*event_curve("birth", "derived")),
            sp.Tuple(*points),
            equal_on(_tricritical_cases, "the limits of coexistence and of the stiffness"),
            (Assumption.ZERO_BRANCH,),
        ),
        Step(
            "no end inside",
            NO_EDGE,
            zero_branch(),
            sp.Tuple(zero_branch().subs(b, 0), sp.factor(zero_branch().subs(b, 1))),
            all_hold(
                _edge_claims,
                "the branch at b = 0 and 1; the leading term of the stiffness at rho = 1/2",
            ),
            (Assumption.ZERO_BRANCH,),
        ),
        Step(
            "range of the tricritical limit",
            "b < 1 bounds epsilon from below",
            sp.Tuple(*(ratio * epsilon for ratio in points[::2])),
            sp.Tuple(*(lowest_epsilon(theory) for theory in THEORIES)),
            equal_on(_lowest_cases, "b = 1 at the bound, on the curve of coexistence"),
        ),
    )
