"""Neurons that memorise beside those that generalise, at the residual where the latter coexist.

On all pairs a neuron whose modes are all equal needs the coupling of a ring. On a subset it puts
what it gets wrong on a pair that is missing, whatever share is missing: there it is the deeper one.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.step import Step
from binodal.derive.symbols import P, gamma, u, x, x_v
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.pair_left_out import (
    COSINE2,
    OF_MODES,
    equal_modes,
    own_weights,
    pulled,
    said_there,
)
from binodal.models.modular.derivations.quenched import coexistence_curve
from binodal.models.modular.derivations.subsets import F, indicators
from binodal.models.modular.derivations.symbols_of_subsets import STIFFNESS as Z

RATIO = sp.Symbol("ratio", positive=True)
"""U^2/gamma of a ring, U = F^2 u."""
_LARGE = (Assumption.LARGE_P, Assumption.QUENCHED)
_ORDER, _DRAWS = 31, 8


def mean_pull() -> sp.Expr:
    """E Q over Q on all pairs, of equal singular values whose phase is that of a missing (0, 0).

    All others are kept with probability F: F^2 of Q without (0, 0), and the variance of an
    indicator times sum_p y_p^2 = 1 - 1/P and the squares z^2 on the others, 4 |w|^4 in all.
    """
    whole, own, pull = equal_modes(own_weights(), said_there())
    without = whole - 2 * own * pull + own**2 * (1 - 1 / P)
    scattered = indicators()[0] * (1 - 1 / P) * (4 - own**2)
    return sp.factor((F**2 * without + scattered) / whole)


@cache
def least_pull() -> sp.Expr:
    """The most of it by the phase at large P: on average over subsets some neuron has as much.

    A and C do not depend on the phase, so that this is its coupling over what it needs on all pairs
    for the same u; a ring has F^2.
    """
    large = sp.factor(sp.limit(mean_pull(), P, sp.oo))
    (cosine,) = sp.solve(sp.diff(large, COSINE2), COSINE2)
    return sp.factor(large.subs(COSINE2, cosine))


def advantage() -> sp.Expr:
    """u/sqrt(gamma) of that neuron, as it stands in s, where a ring has U^2/gamma on the subset."""
    return least_pull() / F**2 * sp.sqrt(RATIO)


def depth(coupling: sp.Expr) -> sp.Expr:
    """sqrt(gamma) S/P^2 of all modes alike at u/sqrt(gamma): (P-1)/2 of 2 P s each, deepest."""
    s = mode_action().s.subs(x_v, x).subs(gamma, 1)
    deepest = max(sp.solve(sp.diff(s, x), x), key=lambda root: root.subs(u, 2))
    return sp.simplify(s.subs(x, deepest)).subs(u, coupling)


def least_depth() -> sp.Expr:
    """The least that it has anywhere on coexistence: at no disorder's share, one, and at its end.

    U^2/gamma falls along coexistence and the pull over F^2 as F grows, so both are least there.
    """
    y, g, _ = coexistence_curve()
    end = sp.simplify((y**2 / g).subs(Z, sp.Rational(1, 2)))
    return sp.radsimp(sp.simplify(depth(advantage().subs({**OF_MODES, F: 1, RATIO: end}))))


def _random(order: int, share: float, seed: int) -> np.ndarray:
    seen = np.random.default_rng(seed).random((order, order)) < share
    seen[0, 0] = False
    return seen


def _mean_claims(claim: sp.Expr) -> Claims:
    """Every subset of Z_3 without (0, 0), weighed; functions of one input are not fitted."""
    order, share, phase = 3, 0.6, 0.4
    half = np.cos(2 * np.pi * np.arange(order) / order + phase)
    table = 2 * np.outer(half, half)
    labels = np.add.outer(np.arange(order), np.arange(order)) % order
    parts = np.array([(table * ((labels == p) - 1 / order)).ravel() for p in range(order)])
    whole, mean = float(np.square(parts.sum(1)).sum()), 0.0
    for bits in range(2 ** (order**2 - 1)):
        seen = np.array([0, *(bits >> k & 1 for k in range(order**2 - 1))])
        chance = share ** seen.sum() * (1 - share) ** (order**2 - 1 - seen.sum())
        mean += chance * float(np.square(parts @ seen).sum())
    here = claim.subs({P: order, F: share, COSINE2: np.cos(phase) ** 2})
    yield "all subsets of Z_3", abs(mean / whole - float(here)) < 1e-9


def _least_claims(claim: sp.Expr) -> Claims:
    """Actual subsets with functions of one input fitted, to 1/P; and no phase does better."""
    whole = pulled(_ORDER, 0.0, np.ones((_ORDER, _ORDER), dtype=bool))
    for share in (0.6, 0.9):
        phases = [np.arccos(c**0.5) for c in (share / (1 + 2 * share), 0.1, 0.7)]
        best, *others = (
            np.mean([pulled(_ORDER, f, _random(_ORDER, share, k)) for k in range(_DRAWS)]) / whole
            for f in phases
        )
        near = abs(best - float(claim.subs(F, share))) < 2 / _ORDER
        yield share, bool(near) and bool(best > max(others))


def _depth_claims(claim: sp.Expr) -> Claims:
    """The action of equal modes in real space at P = 7, at the size where it is least."""
    order, ratio = 7, 1.6
    modes = np.arange(1, (order + 1) // 2)
    half = np.cos(2 * np.pi * np.outer(np.arange(order), modes) / order + 0.3).sum(1)
    seen = np.ones((order, order), dtype=bool)
    sizes = np.linspace(8, 16, 4001)
    waves = np.abs(np.fft.fft(half) / order) ** 2
    square, sixth, pull = half @ half, 2 * order / 6 * (waves**3).sum(), pulled(order, 0.3, seen)
    # gamma = 1, and a ring of w_n = 2 cos has s = 1 - u + 1/3 at x = 1 with Q = 8 P^3.
    action = sizes * square - ratio / (4 * order**2) * sizes**2 * pull + sizes**3 * sixth
    here = float(claim.subs(u, ratio)) * order * (order - 1)
    yield order, abs(action.min() / here - 1) < 1e-5


def _bound_claims(claim: sp.Expr) -> Claims:
    """No point of coexistence at any share is above it."""
    y, g, _ = coexistence_curve()
    told = sp.lambdify((F, RATIO), depth(advantage().subs(OF_MODES)))
    ratios = [float((y**2 / g).subs(Z, z)) for z in np.linspace(0.5, 1, 21)]
    depths = [told(share, ratio) for share in np.linspace(0.02, 1, 50) for ratio in ratios]
    yield "shares and disorders", max(depths) < float(claim) + 1e-12
    yield "it is met", abs(max(depths) - float(claim)) < 1e-9


@cache
def crossing() -> Derivation:
    """Where a memorising neuron is as deep as a generalising one: at no share below one."""
    steps = (
        Step(
            "pulls beside a missing pair",
            "a neuron of equal modes whose phase is that of a missing pair: its squared pulls "
            "averaged over all subsets without that pair, by indicators",
            sp.Symbol("E Q"),
            mean_pull().subs(OF_MODES),
            all_hold(_mean_claims, "all subsets of the pairs of Z_3 without one, weighed"),
        ),
        Step(
            "the least that memorising has",
            "the best phase, at large P: on average over subsets some neuron needs less coupling "
            "than a ring without disorder, by 1/F + F/(1 + 2F) at least",
            mean_pull().subs(OF_MODES),
            least_pull().subs(OF_MODES),
            all_hold(_least_claims, "subsets of 31^2 pairs, functions of one input fitted"),
            _LARGE,
        ),
        Step(
            "depth of equal modes",
            "(P-1)/2 modes of 2 P s each: by u over sqrt(gamma), as in s, at its deepest",
            mode_action().s,
            depth(u),
            all_hold(_depth_claims, "the action in real space at P = 7, over all sizes"),
            (Assumption.MEAN_FIELD, Assumption.MODE_DECAY),
        ),
        Step(
            "no crossing",
            "at the residual where a ring is as deep as the zero state, sqrt(gamma) S/P^2 of a "
            "neuron that memorises is below this at every share below one: a ring has U^2/gamma of "
            "9/8 at least, and 1/F + F/(1 + 2F) is 4/3 at least",
            sp.Tuple(advantage().subs(OF_MODES), depth(u)),
            least_depth(),
            all_hold(_bound_claims, "shares from 0.02 to 1 and the whole curve of coexistence"),
            _LARGE,
        ),
    )
    results = {
        "least_pull": least_pull().subs(OF_MODES),
        "depth_of_equal_modes": depth(u),
        "crossing": least_depth(),
    }
    return Derivation("Neurons that memorise beside those that generalise", steps, results)
