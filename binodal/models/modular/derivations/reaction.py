"""The reaction of the network on one mode of a neuron: at most how much it changes the action."""

from __future__ import annotations

from functools import cache
from math import cos, log, pi, sin

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold, generic_fractions
from binodal.derive.derivation import Derivation
from binodal.derive.reaction import OUTPUTS, PULL, SHARE, reaction, reaction_of_one, share_bound
from binodal.derive.step import Step
from binodal.derive.symbols import N, P, a, sigma2, sigma_a2, u, x, x_v
from binodal.derive.theories import THEORIES, require_theory
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.saddles import action_density


def feature_square() -> sp.Expr:
    """sum over all pairs of (w_n + v_m)^4 where one pair of modes +-k is excited.

    w_n = 2 sqrt(x) cos: <w^2> = 2 x and <w^4> = 6 x^2 over n, odd moments of v or w vanish.
    """
    second, fourth = 2 * x, 6 * x**2
    cross = 6 * second * second.subs(x, x_v)
    return sp.expand(P**2 * (fourth + cross + fourth.subs(x, x_v)))


def largest_reaction(theory: str = "derived") -> sp.Expr:
    """The most that the reaction adds to S (not S/P) at x = x_v; there are P outputs."""
    require_theory(theory)
    at_ring = action_density().subs(x_v, x)
    pull = mode_action(theory).factor * (at_ring.subs(u, 0) - at_ring)
    share = share_bound(feature_square().subs(x_v, x), sigma_a2 / N, sigma2)
    return reaction().subs({OUTPUTS: P, SHARE: share, PULL: pull})


def _halves(order: int, k: int, modes: tuple[tuple[float, float], ...]) -> list[list[float]]:
    """w_n and v_m of a neuron with one pair of modes +-k a half, from real and imaginary parts."""
    angles = [2 * pi * k * j / order for j in range(order)]
    return [[2 * (re * cos(t) + im * sin(t)) for t in angles] for re, im in modes]


def _claims(claim: sp.Tuple) -> Claims:
    """Sums over pairs and labels in real space: S.S, and the whole reaction at x = x_v."""
    noise, variance, width, amplitude = 0.3, 0.7, 11, 0.8
    for order, k in ((3, 1), (5, 2), (9, 1)):
        re_w, im_w, re_v, im_v = (float(f) for f in generic_fractions(4, order))
        first, second = _halves(order, k, ((re_w, im_w), (re_v, im_v)))
        total = sum((one + other) ** 4 for one in first for other in second)
        point = {P: order, x: re_w**2 + im_w**2, x_v: re_v**2 + im_v**2}
        yield (order, k), abs(total - float(claim[0].subs(point))) < 1e-9 * total
        first, second = _halves(order, k, ((re_w, im_w), (im_w, re_w)))
        squares = {(n, m): (first[n] + second[m]) ** 2 for n in range(order) for m in range(order)}
        mean = sum(squares.values()) / order
        labels = [sum(squares[n, (p - n) % order] for n in range(order)) for p in range(order)]
        pull = variance * (amplitude / noise) ** 2 / (2 * width)
        pull *= sum((label - mean) ** 2 for label in labels)
        share = variance / (width * noise) * sum(e * e for e in squares.values())
        # As printed a mode has half of its interaction.
        direct = [
            order / 2 * log(1 + share) + part * share / (1 + share) for part in (pull / 2, pull)
        ]
        exact = {N: width, sigma2: noise, sigma_a2: variance, a: amplitude}
        place = {P: order, x: re_w**2 + im_w**2}
        for theory, whole, value in zip(THEORIES, claim[1:], direct, strict=True):
            drag = whole.subs(u, mode_action().coupling).subs(exact).subs(place)
            yield (order, k, theory), abs(float(drag) - value) < 1e-9 * value


@cache
def reaction_of_network() -> Derivation:
    """Results ``published`` and ``derived``: the largest reaction at x. Source: derived here."""
    results = {theory: largest_reaction(theory) for theory in THEORIES}
    step = Step(
        "largest reaction on a mode",
        "S.S is the sum over all pairs of (w_n + v_m)^4; the interaction is F u x x_v",
        reaction(),
        sp.Tuple(feature_square(), *results.values()),
        all_hold(_claims, "sums over pairs and labels for explicit modes at P = 3, 5, 9"),
        (Assumption.COMPLETE_DATA, Assumption.ODD_P),
    )
    own = Derivation("Reaction of the network on a mode", (step,), results)
    return reaction_of_one().then(own)
