"""What a network on a subset says of pairs that it has not seen, beside what it says of others."""

from __future__ import annotations

from math import comb, sqrt

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.step import Step
from binodal.derive.symbols import x
from binodal.models.modular.derivations.subsets import F
from binodal.models.modular.derivations.symbols_of_subsets import COUPLING as U
from binodal.models.modular.derivations.symbols_of_subsets import STIFFNESS as Z

_STEP, _TERMS = 1e-5, 60


def said_elsewhere(gain: sp.Expr, level: sp.Expr) -> sp.Expr:
    """The mean output on pairs that are not seen over that on pairs seen, by z, U x and F.

    A pair's part of a neuron's output along the target is -dS/dc by its indicator c = F + xi. The
    sum of c dS/dc is the slope of S as all indicators grow, U as their square; that of xi dS/dxi
    the slope as disorder does: what pairs seen have more than the others, times (1 - F) of the sum
    above over the mean output on pairs seen. ``gain`` is what s loses as the other modes relax,
    ``level`` -(ds/dU)/x^2.
    """
    grown = -2 * U * x**2 * level
    apart = sp.diff(gain, Z) * (1 - Z**2) / Z
    return sp.factor(1 - apart / grown / (1 - F))


def _differences(y: float, strength: float, share: float) -> float:
    """The same at x = 1 by differences of s, the pairings without crossings summed."""

    def s(coupling: float, disorder: float) -> float:
        ratio = 8 * disorder * coupling**2
        return -coupling - sum(comb(2 * k, k) / (k + 1) * ratio ** (k + 1) for k in range(_TERMS))

    up, down = (1 + _STEP) ** 2, (1 - _STEP) ** 2
    grown = s(y * up, strength) - s(y * down, strength)
    apart = s(y, strength * up) - s(y, strength * down)
    return 1 - apart / grown / (1 - share)


def _claims(claim: sp.Expr) -> Claims:
    for y, strength, share in ((1.1, 0.004, 0.9), (2.1, 0.002, 0.6)):
        z = sqrt(1 - 32 * strength * y * y)
        ratio = claim.subs({U: y / x, Z: z, F: sp.Float(share)})
        yield y, abs(float(ratio) - _differences(y, strength, share)) < 1e-6


def elsewhere_step(gain: sp.Expr, level: sp.Expr) -> Step:
    """The step, given what it rests on."""
    return Step(
        "pairs that are not seen",
        "the output on a pair is the slope of S by its indicator: the other modes relax towards "
        "the pairs that are seen, and as much away from the others",
        sp.Symbol("f_others") / sp.Symbol("f_seen"),
        said_elsewhere(gain, level),
        all_hold(_claims, "differences of s as all indicators grow, and as their disorder does"),
        (Assumption.LARGE_P, Assumption.QUENCHED),
    )
