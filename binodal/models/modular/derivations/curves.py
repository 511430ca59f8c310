"""Learning curves of modular addition: loss, evidence, and response to the target's size."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import ExactCases, exact_on
from binodal.derive.derivation import Derivation
from binodal.derive.evidence import LOG_Z, evidence, log_evidence
from binodal.derive.mean_field import spring
from binodal.derive.step import Cases, Step, close_on, equal_on
from binodal.derive.symbols import N, P, a, gamma, lam, mass, sigma2, sigma_a2, u, x, x_v
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.closure import (
    potential_weight,
    renormalised_coupling,
    ring_lambda,
)
from binodal.models.modular.derivations.data import data, target
from binodal.models.modular.derivations.saddles import SQUARE_POINTS, depth, quadratic, ring

_ORDERS = (2, 3, 5)
_COLD = {
    "derived": (sp.Rational(1, 10**6), sp.Rational(7, 2000)),
    "published": (sp.Rational(1, 100), sp.Rational(7, 20)),
}
"""sigma_a^2 and sigma^2 at which a ring holds everything."""


def whole_square() -> sp.Expr:
    """|y|^2 over all pairs and labels."""
    return P * data().results["target_norm"]


def loss() -> sp.Expr:
    """The mean over pairs of the squared residual a y, summed over labels."""
    return sp.factor(a**2 * whole_square() / P**2)


def whole_target() -> sp.Expr:
    """(spring/2)|y|^2."""
    return spring(sp.Integer(1)) / 2 * whole_square()


@cache
def potential() -> sp.Expr:
    """Phi in a, each of the independent modes with the average weight z."""
    count = potential_weight() * whole_square() * spring(sp.Integer(1))
    learned = (1 - a) ** 2 * whole_square()
    return log_evidence(sp.factor(count) * LOG_Z, learned, sp.S.Zero, spring(sp.Integer(1)))


def ring_partition() -> sp.Expr:
    """log z to leading order in P where the ring is the deepest, x on the ring."""
    return -mode_action().factor * depth()


@cache
def full_response(theory: str) -> sp.Expr:
    """Response of the residual's amplitude where a ring at x holds everything.

    The amplitude t solves t (1 + lambda/sigma^2) = s for a target s y, and u goes with t^2.
    """
    (at_u,) = sp.solve(quadratic(), u)
    level = ring_lambda(theory).subs(mass, 1)
    slope = 2 * at_u * sp.diff(level, x) / sp.diff(at_u, x)
    return sp.simplify(1 / (1 + (level + slope) / sigma2))


def _loss_cases(claim: sp.Expr) -> ExactCases:
    """Sums of squares of the target itself."""
    share = sp.Rational(3, 7)
    for order in _ORDERS:
        squares = (entry**2 for label in target(order) for row in label for entry in row)
        direct = sp.Rational(str(sum(squares))) * share**2 / order**2
        yield order, claim.subs({P: order, a: share}), direct


def _potential_cases(claim: sp.Tuple) -> Cases:
    """At a = 0 and a = 1 without features, and its slope with one mode's log z linear in a."""
    held, lost = claim
    size = sp.Integer(0)
    point = {N: 7, sigma2: sp.Rational(2, 3), P: 5}
    for label in target(5):
        size += sum(sp.Rational(str(e)) ** 2 for row in label for e in row)
    yield "all learned", held.subs({LOG_Z: 0, a: 0}).subs(point), size / (2 * 7) * sp.Rational(3, 2)
    yield "none learned", held.subs({LOG_Z: 0, a: 1}), sp.S.Zero
    yield "target", lost.subs(point), size / (2 * 7) * sp.Rational(3, 2)
    yield "modes", sp.diff(held, LOG_Z), (P - 1) / 2


def _ring_cases(claim: sp.Expr) -> Cases:
    """-S of the ring at explicit u and gamma, from the action itself."""
    for at_u, at_gamma in SQUARE_POINTS:
        place = {u: at_u, gamma: at_gamma}
        point = ring().subs(place)
        height = mode_action().s.subs({x: point, x_v: point}).subs(place)
        yield at_u, claim.subs(place).subs(x, point), -mode_action().factor * height


def _response_cases(claim: sp.Expr, theory: str) -> Cases:
    """The closure at two sizes of the target beside each other, by Newton's method."""
    spread, noises = _COLD[theory]
    point = {N: 1, P: 5, gamma: sp.Rational(1, 9), sigma_a2: spread, sigma2: noises}
    t, tau = sp.Symbol("t", positive=True), sp.Symbol("tau", positive=True)
    coupling = renormalised_coupling().subs(lam, tau - sigma2).subs(tau, sigma2 / t)
    level = ring_lambda(theory).subs({mass: 1, x: ring().subs(u, coupling)}).subs(point)

    def root(size: sp.Expr) -> sp.Expr:
        return sp.nsolve(t * (1 + level / point[sigma2]) - size, t, start, prec=60)

    start = sp.Rational(7, 20)
    step, here = sp.Rational(1, 10**12), root(sp.Integer(1))
    slope = (root(1 + step) - root(1 - step)) / (2 * step)
    place = ring().subs(u, coupling.subs(point).subs(t, here)).subs(point)
    yield theory, claim.subs(point).subs(x, place), slope


def _steps(theory: str) -> Iterable[Step]:
    response = close_on(
        lambda claim: _response_cases(claim, theory), "roots at two sizes of the target", 14
    )
    return (
        Step(
            "loss",
            "the residual is a y: the mean over pairs of a^2 sum_p y_p^2",
            a**2 * whole_square() / P**2,
            loss(),
            exact_on(_loss_cases, "sums of squares of the target at P = 2, 3, 5"),
            (Assumption.COMPLETE_DATA,),
        ),
        Step(
            "evidence of the modes",
            "(P - 1)/2 independent modes, each with the average weight z",
            evidence().results["log_evidence"],
            sp.Tuple(potential(), whole_target()),
            equal_on(_potential_cases, "sums of squares of the target; the number of modes"),
            (Assumption.MODE_DECAY,),
        ),
        Step(
            "weight of a ring",
            "to leading order in P log z is -S on the ring where that is the deepest, else zero",
            mode_action().factor * mode_action().s,
            ring_partition(),
            equal_on(_ring_cases, "the action itself at explicit rings"),
            (Assumption.LARGE_P,),
        ),
        Step(
            "response of a full ring",
            "differentiate t (1 + lambda/sigma^2) = s along the ring; before, the amplitude "
            "follows the target, and at coexistence it is pinned",
            lam,
            full_response(theory),
            response,
        ),
    )


@cache
def curves(theory: str = "derived") -> Derivation:
    """Loss, evidence and responses of modular addition.

    Results: ``loss``; ``potential`` and ``whole_target``, whose difference is the log evidence per
    neuron; ``ring_partition`` for its log z; ``full_response``. Source: derived here.
    """
    results = {
        **evidence().results,
        "loss": loss(),
        "potential": potential(),
        "whole_target": whole_target(),
        "ring_partition": ring_partition(),
        "full_response": full_response(theory),
    }
    steps = (*evidence().steps, *_steps(theory))
    return Derivation(f"Learning curves of modular addition, {theory} theory", steps, results)
