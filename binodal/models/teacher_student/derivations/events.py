"""Birth and coexistence of the feature minimum: closed forms along the order parameter rho.

On S/d = E(rho) - kappa rho (b - 2 c rho)^2 the two conditions of each event fix b and kappa as
explicit functions of rho and c, for any cost E with E(0) = 0, E' > 0 and E'' > 0.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.functions import LogRatio
from binodal.derive.step import Cases, Step, close_on, equal, equal_on
from binodal.derive.symbols import b, c, kappa, rho, sigma_w2
from binodal.derive.theories import THEORIES
from binodal.models.teacher_student.derivations.action import action, mode_field, tidy

_E0, _E1 = sp.symbols("E0 E1", positive=True)
"""E(rho) and E'(rho) of an unspecified cost."""

_slope_ratio = sp.Symbol("w", positive=True)
"""w = E'/E'': all that the birth condition needs of the cost."""


def _interaction(order: int) -> sp.Expr:
    """The order-th derivative of rho (b - 2 c rho)^2."""
    return sp.factor(sp.diff(rho * mode_field() ** 2, rho, order))


def coexistence_amplitude() -> sp.Expr:
    """b where S = S' = 0: E'/E = (ln g)' is linear in b."""
    ratio = sp.cancel(_interaction(1) / _interaction(0))
    return sp.factor(sp.solve(sp.numer(sp.together(ratio - _E1 / _E0)), b)[0])


def birth_amplitude() -> sp.Expr:
    """b/c where S' = S'' = 0, in rho and w = E'/E'': a quadratic, of which one root has kappa > 0.

    The larger root has b/c > 3 rho, where g'' and so kappa = E''/g'' is negative.
    """
    condition = (_interaction(1) - _slope_ratio * _interaction(2)).subs(c, 1)
    lead, linear, constant = sp.Poly(condition, b).all_coeffs()
    half = -linear / (2 * lead)
    discriminant = sp.expand(half**2 - constant / lead)
    return sp.expand(half) - sp.sqrt(discriminant)


@cache
def regular_cost(theory: str) -> sp.Expr:
    """E(rho)/rho in a form that is regular at rho = 0: the logarithm as a LogRatio."""
    terms = sp.Add.make_args(sp.expand(action(theory).cost))
    logarithms = sp.Add(*(t for t in terms if t.has(sp.log)))
    scale = logarithms / sp.log(1 - 2 * rho)
    rational = action(theory).cost - logarithms
    return tidy(rational / rho) - 2 * sp.simplify(scale) * LogRatio(0, 2 * rho)


def coexistence(theory: str) -> tuple[sp.Expr, sp.Expr]:
    """b/c and kappa c^2 at coexistence as functions of rho, regular on [0, 1/2)."""
    ratio, slope = sp.symbols("ratio slope", positive=True)
    amplitude = coexistence_amplitude().subs({_E0: rho * ratio, _E1: ratio + rho * slope})
    per_c = sp.factor(sp.cancel(amplitude / c))
    strength = sp.factor(sp.cancel(ratio / mode_field().subs({b: per_c * c}) ** 2 * c**2))
    cost = regular_cost(theory)
    values = {ratio: cost, slope: sp.diff(cost, rho)}
    return _finish(per_c.subs(values)), _finish(strength.subs(values))


def birth(theory: str) -> tuple[sp.Expr, sp.Expr]:
    """b/c and kappa c^2 at birth as functions of rho in [0, 1/2)."""
    cost = action(theory).cost
    curvature = tidy(sp.diff(cost, rho, 2))
    ratio = birth_amplitude().subs(_slope_ratio, tidy(sp.diff(cost, rho) / curvature))
    return ratio, curvature / _interaction(2).subs({b: ratio, c: 1})


def _finish(expression: sp.Expr) -> sp.Expr:
    return expression if expression.has(LogRatio) else sp.factor(sp.cancel(expression))


@cache
def event_curve(event: str, theory: str) -> tuple[sp.Expr, sp.Expr]:
    """(b/c, kappa c^2) along rho for "birth" or "coexistence". Raises KeyError otherwise."""
    return {"birth": birth, "coexistence": coexistence}[event](theory)


def _residual_cases(event: str, claim: sp.Tuple) -> Cases:
    """Substitute the event's b and kappa into the action's own conditions at explicit rho."""
    orders = {"coexistence": (0, 1), "birth": (1, 2)}[event]
    yield from _amplitude_cases(event, claim[0])
    for theory, per_c, strength in zip(THEORIES, claim[1::2], claim[2::2], strict=True):
        density = action(theory).density()
        for value in (sp.Rational(1, 7), sp.Rational(2, 5)):
            point = {rho: value, sigma_w2: sp.Rational(3, 8)}
            cubic = sp.Rational(-4, 9)
            ratio, coupling = (
                e.rewrite(sp.log).subs(point) if e.has(LogRatio) else e.subs(point)
                for e in (per_c, strength)
            )
            yield f"{theory}, rho = {value}, kappa > 0", sp.sign(coupling), sp.Integer(1)
            for order in orders:
                condition = sp.diff(density, rho, order).subs(point)
                value_at = condition.subs({b: ratio * cubic, c: cubic, kappa: coupling / cubic**2})
                yield f"{theory}, rho = {value}, order {order}", value_at, sp.Integer(0)


def _amplitude_cases(event: str, claim: sp.Expr) -> Cases:
    """Both conditions of an event at explicit E, E', E'': kappa from one, the other must hold."""
    overlap, cubic = {rho: sp.Rational(2, 7)}, sp.Rational(-4, 9)
    field = rho * (b - 2 * cubic * rho) ** 2
    low = 0 if event == "coexistence" else 1
    heights = (sp.Rational(3, 5), sp.Rational(7, 4))
    names = {_E0: heights[0], _E1: heights[1], _slope_ratio: heights[0] / heights[1], c: cubic}
    amplitude = claim.subs(names).subs(overlap) * (1 if event == "coexistence" else cubic)
    pulls = [sp.diff(field, rho, low + k).subs(overlap).subs(b, amplitude) for k in (0, 1)]
    yield f"{event} of an unspecified cost", heights[0] * pulls[1], heights[1] * pulls[0]


def _third_derivative_cases(claim: sp.Expr) -> Cases:
    """Positive terms: powers of 1/(1 - 2 rho), and a LogRatio, whose Taylor series is positive."""
    gap = 1 - 2 * rho
    prior = 24 / (sigma_w2 * gap**4)
    values = {"derived": prior + 8 * LogRatio(3, 2 * rho), "published": prior * (1 + 2 * sigma_w2)}
    for theory, positive_sum in values.items():
        interaction = kappa * mode_field() ** 2
        third = sp.diff(regular_cost(theory) - interaction, rho, 3)
        yield theory, third, positive_sum
    yield "claim", claim, values["derived"]


def _shape_steps() -> tuple[Step, ...]:
    """What the shape of the cost says of the number of events and droplets."""
    return (
        Step(
            "one droplet",
            "S/rho = E/rho - kappa (b - 2 c rho)^2 has the third derivative of E/rho, which is "
            "positive: its slope is convex, so it has one minimum at most, and S touches zero at "
            "one rho > 0 at most",
            sp.diff(regular_cost("derived") - kappa * mode_field() ** 2, rho, 3),
            sp.diff(regular_cost("derived"), rho, 3),
            equal_on(_third_derivative_cases, "both costs as sums of positive terms"),
        ),
        Step(
            "no event without a cubic mode",
            "at c = 0 the action is E(rho) - kappa b^2 rho: convex, so no second minimum appears",
            sp.diff(action("derived").density((b,)), rho, 2),
            sp.factor(sp.diff(action("derived").cost, rho, 2)),
            equal(
                2 / (sigma_w2 * (1 - 2 * rho) ** 3) + 2 / (1 - 2 * rho) ** 2,
                "a sum of two positive terms",
            ),
        ),
    )


def _curves(event: str) -> tuple[sp.Expr, ...]:
    """(b/c, kappa c^2) of the published theory, then of the derived one."""
    return tuple(part for theory in THEORIES for part in event_curve(event, theory))


@cache
def events() -> Derivation:
    """b/c and kappa c^2 at birth and coexistence, for both theories.

    Results are named ``<event>_<theory>_ratio`` (b/c) and ``<event>_<theory>_strength``
    (kappa c^2). For c = 0 the action is convex in rho minus a linear term: neither event exists.
    Source: derived here; M.Claim IV is judged by it.
    """
    results = {
        f"{event}_{theory}_{part}": value
        for event in ("birth", "coexistence")
        for theory in THEORIES
        for part, value in zip(("ratio", "strength"), event_curve(event, theory), strict=True)
    }
    steps = (
        Step(
            "coexistence",
            "S = S' = 0 at rho > 0: divide the two to remove kappa; what is left is linear in b",
            sp.Eq(_E1 / _E0, _interaction(1) / _interaction(0)),
            sp.Tuple(coexistence_amplitude(), *_curves("coexistence")),
            close_on(
                lambda claim: _residual_cases("coexistence", claim),
                "substitution in both actions at explicit rho",
                30,
            ),
        ),
        Step(
            "birth",
            "S' = S'' = 0: divide to remove kappa; a quadratic in b whose discriminant is "
            "positive, "
            "and whose larger root b/c has kappa < 0",
            sp.Eq(_interaction(1), _slope_ratio * _interaction(2)),
            sp.Tuple(birth_amplitude(), *_curves("birth")),
            close_on(
                lambda claim: _residual_cases("birth", claim),
                "substitution in both actions at explicit rho",
                30,
            ),
        ),
        *_shape_steps(),
    )
    return Derivation("Birth and coexistence of the feature minimum", steps, results)
