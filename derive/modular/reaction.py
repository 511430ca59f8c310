"""The reaction of the network on one mode of a neuron: at most how much it changes the action."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import sympy as sp

from derive.assumptions import Assumption
from derive.derivation import Derivation
from derive.modular.action import mode_action
from derive.modular.checks import all_hold, generic_fractions
from derive.modular.saddles import action_density
from derive.reaction import OUTPUTS, PULL, SHARE, reaction, reaction_of_one, share_bound
from derive.step import Step
from derive.symbols import N, P, sigma2, sigma_a2, u, x, x_v
from derive.theories import THEORIES, require_theory


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


def _square_claims() -> Iterator[tuple[object, bool]]:
    """The sum over pairs itself, for explicit complex modes."""
    for order, k in ((3, 1), (5, 2), (9, 1)):
        re_w, im_w, re_v, im_v = (float(f) for f in generic_fractions(4, order))
        sides = []
        for real, imaginary in ((re_w, im_w), (re_v, im_v)):
            angles = [2 * sp.pi * k * j / order for j in range(order)]
            sides.append([float(2 * (real * sp.cos(t) + imaginary * sp.sin(t))) for t in angles])
        total = sum((one + other) ** 4 for one in sides[0] for other in sides[1])
        at = {P: order, x: re_w**2 + im_w**2, x_v: re_v**2 + im_v**2}
        yield (order, k), abs(total - float(feature_square().subs(at))) < 1e-9 * total


@cache
def reaction_of_network() -> Derivation:
    """Results ``published`` and ``derived``: the largest reaction at x. Source: derived here."""
    results = {theory: largest_reaction(theory) for theory in THEORIES}
    step = Step(
        "largest reaction on a mode",
        "S.S is the sum over all pairs of (w_n + v_m)^4; the interaction is F u x x_v",
        reaction(),
        sp.Tuple(feature_square(), *results.values()),
        "derived here",
        all_hold(_square_claims, "sums over all pairs for explicit modes at P = 3, 5, 9"),
        (Assumption.COMPLETE_DATA, Assumption.ODD_P),
    )
    own = Derivation("Reaction of the network on a mode", (step,), results)
    return reaction_of_one().then(own)
