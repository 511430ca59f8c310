"""Gradient flow of u^L - v^L with decay: one combination decays by itself, the rest is one number.

The loss is a function of w = u^L - v^L with slope g in this component. All that the data do
enters u and v through eta, and through A = alpha exp(-lambda t) the time.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, close_on
from binodal.models.diagonal_linear.derivations.symbols import (
    DECAY,
    DEGREES,
    ETA,
    NEARLY_TWO,
    PHI,
    SCALE,
    SLOPE,
    TWO,
    L,
    U,
    V,
)

_AT = {
    U: sp.Rational(7, 5),
    V: sp.Rational(4, 7),
    DECAY: sp.Rational(3, 11),
    SLOPE: sp.Rational(5, 13),
    SCALE: sp.Rational(9, 8),
    ETA: sp.Rational(2, 17),
    PHI: sp.Rational(3, 19),
}
_STEP = sp.Rational(1, 10**12)
_COEFFICIENTS = (sp.Rational(2, 3), sp.Rational(-5, 7), sp.Rational(3, 8))


def difference(of: sp.Expr, by: sp.Symbol, place: sp.Expr) -> sp.Expr:
    """Central difference of an expression in one symbol, good to some 20 digits."""
    up, down = (sp.N(of.subs(by, place + sign * _STEP), 60) for sign in (1, -1))
    return (up - down) / (2 * _STEP)


def _loss(u: sp.Expr, v: sp.Expr) -> sp.Expr:
    """A cubic in w, with decay."""
    w = u**L - v**L
    return sp.Add(*(c * w**k / k for k, c in enumerate(_COEFFICIENTS, start=1))) + DECAY / 2 * (
        u**2 + v**2
    )


def _flow_cases(claim: sp.Tuple) -> Cases:
    for degree in (TWO, *DEGREES):
        point = {**_AT, L: degree}
        w = (U**L - V**L).subs(point)
        point[SLOPE] = sp.Add(*(c * w**k for k, c in enumerate(_COEFFICIENTS)))
        loss = _loss(U, V).subs({L: degree, DECAY: point[DECAY]})
        for name, own, velocity in (("u", U, claim[0]), ("v", V, claim[1])):
            rest = {s: point[s] for s in (U, V) if s != own}
            slope = difference(loss.subs(rest), own, point[own])
            yield (name, degree), velocity.subs(point), -slope


def _flow() -> sp.Tuple:
    """du/dt and dv/dt."""
    return sp.Tuple(
        -L * U ** (L - 1) * SLOPE - DECAY * U,
        L * V ** (L - 1) * SLOPE - DECAY * V,
    )


def _along(of: sp.Expr) -> sp.Expr:
    """The time derivative along the flow."""
    return sp.Add(*(sp.diff(of, x) * rate for x, rate in zip((U, V), _flow(), strict=True)))


def _scale_cases(claim: sp.Tuple) -> Cases:
    general, at_two, rate = claim
    for degree in DEGREES:
        point = {**_AT, L: degree}
        yield ("rate", degree), (_along(general) / general).subs(point), rate.subs(point)
        yield ("start", degree), general.subs({U: 3, V: 3, L: degree}), TWO + 1
    yield "rate at 2", (_along(at_two) / at_two).subs({**_AT, L: TWO}), rate.subs(_AT)
    yield "start at 2", at_two.subs({U: 3, V: 3}), TWO + 1


def _trajectory() -> sp.Tuple:
    """u, v and d(eta)/dt; then u and v at L = 2."""
    power = -1 / (L - 2)
    u, v = (SCALE * (1 - sign * (L - 2) * ETA) ** power for sign in (1, -1))
    at_two = (SCALE * sp.exp(sign * ETA) for sign in (1, -1))
    return sp.Tuple(u, v, -L * SCALE ** (L - 2) * SLOPE, *at_two)


def _trajectory_cases(claim: sp.Tuple) -> Cases:
    """Both sides of the equations of motion, and the start; exact differentiation."""
    for degree in (TWO, *DEGREES):
        pair = claim[3:] if degree == TWO else claim[:2]
        for name, x, own, velocity in zip("uv", (U, V), pair, _flow(), strict=True):
            point = {**_AT, L: degree}
            moved = sp.diff(own, SCALE) * (-DECAY * SCALE) + sp.diff(own, ETA) * claim[2]
            yield (name, degree), moved.subs(point), velocity.subs(x, own).subs(point)
            yield (name, degree, "start"), own.subs({ETA: 0, SCALE: 3, L: degree}), TWO + 1


def _by_ratio() -> sp.Tuple:
    """eta, u, v and d(phi)/dt as functions of phi, and phi as a function of eta."""
    both = sp.cosh((L - 2) * PHI)
    u, v = (SCALE * sp.exp(sign * PHI) * both ** (1 / (L - 2)) for sign in (1, -1))
    rate = -L * SCALE ** (L - 2) * both**2 * SLOPE
    back = (sp.log(1 + (L - 2) * ETA) - sp.log(1 - (L - 2) * ETA)) / (2 * (L - 2))
    return sp.Tuple(sp.tanh((L - 2) * PHI) / (L - 2), u, v, rate, back)


def _ratio_cases(claim: sp.Tuple) -> Cases:
    eta, u, v, rate, back = claim
    of_eta = _trajectory()
    for degree in DEGREES:
        point = {**_AT, L: degree}
        own = {k: s for k, s in point.items() if k != ETA} | {ETA: eta.subs(point)}
        ratio = sp.log(of_eta[0] / of_eta[1]) / 2
        yield ("ratio", degree), ratio.subs(own), point[PHI]
        yield ("back", degree), back.subs(point), ratio.subs(point)
        yield ("u", degree), u.subs(point), of_eta[0].subs(own)
        yield ("v", degree), v.subs(point), of_eta[1].subs(own)
        moved = (sp.diff(eta, PHI) * rate).subs(point)
        yield ("rate", degree), moved, of_eta[2].subs(point)
    point = {**_AT, L: TWO}
    rates = (_trajectory()[k].subs(point) for k in (3, 4))
    yield "rate at 2", rate.subs(point), _trajectory()[2].subs(point)
    yield "ratio at 2", sp.log(next(rates) / next(rates)) / 2, point[ETA]


def _predictor() -> sp.Tuple:
    """w as a function of A and phi, without a difference of like numbers; then at L = 2."""
    general = 2 * SCALE**L * sp.cosh((L - 2) * PHI) ** (L / (L - 2)) * sp.sinh(L * PHI)
    return sp.Tuple(general, 2 * SCALE**2 * sp.sinh(2 * PHI))


def _predictor_cases(claim: sp.Tuple) -> Cases:
    _, u, v, *_ = _by_ratio()
    for degree in DEGREES:
        point = {**_AT, L: degree}
        yield degree, claim[0].subs(point), (u**L - v**L).subs(point)
    pair = (part.subs(ETA, PHI).subs(_AT) for part in _trajectory()[3:])
    yield TWO, claim[1].subs(_AT), next(pair) ** 2 - next(pair) ** 2
    yield "limit", claim[1].subs(_AT), sp.N(claim[0].subs({**_AT, L: NEARLY_TWO}), 60)


def _steps() -> tuple[Step, ...]:
    velocities, trajectory, ratio, predictor = _flow(), _trajectory(), _by_ratio(), _predictor()
    mean = (U ** (2 - L) + V ** (2 - L)) / 2
    scale = sp.Tuple(mean ** (-1 / (L - 2)), sp.sqrt(U * V), -DECAY)
    return (
        Step(
            "gradient flow",
            "minus the gradient of loss(u^L - v^L) + (lambda/2)(u^2 + v^2), g the loss's slope",
            _loss(U, V),
            velocities,
            close_on(_flow_cases, "central differences of a cubic loss at generic rationals"),
        ),
        Step(
            "decaying combination",
            "take u^(2-L) + v^(2-L), or u v at L = 2: the loss drops out, and what is left decays "
            "from alpha at rate lambda",
            velocities,
            scale,
            close_on(_scale_cases, "the chain rule along the flow, and u = v = alpha"),
        ),
        Step(
            "closed trajectory",
            "integrate u exp(lambda t) and v exp(lambda t): powers -1/(L-2) of a number that the "
            "loss moves, exponentials at L = 2",
            scale,
            trajectory,
            close_on(_trajectory_cases, "put into the equations of motion, and the start"),
        ),
        Step(
            "ratio",
            "go over to phi = log(u/v)/2, which has no largest value",
            trajectory,
            ratio,
            close_on(_ratio_cases, "the trajectory in eta at generic rationals"),
        ),
        Step(
            "predictor",
            "w = u^L - v^L as a hyperbolic sine, so that nothing cancels",
            ratio,
            predictor,
            close_on(_predictor_cases, "u^L - v^L at generic rationals, and L to 2"),
        ),
    )


@cache
def flow() -> Derivation:
    """The closed trajectories.

    >>> flow().results["predictor_2"]
    2*A**2*sinh(2*phi)
    """
    steps = _steps()
    _, scale, trajectory, ratio, predictor = (step.after for step in steps)
    return Derivation(
        "Gradient flow of a diagonal linear network with decay",
        steps,
        {
            "scale": scale[0],
            "scale_2": scale[1],
            "u": trajectory[0],
            "v": trajectory[1],
            "eta_rate": trajectory[2],
            "u_2": trajectory[3],
            "v_2": trajectory[4],
            "eta": ratio[0],
            "u_by_ratio": ratio[1],
            "v_by_ratio": ratio[2],
            "phi_rate": ratio[3],
            "phi": ratio[4],
            "predictor": predictor[0],
            "predictor_2": predictor[1],
        },
    )
