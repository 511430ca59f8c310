"""When a classifier goes over: its margin grows as decay gets slower, and with it the scale.

The path of separators with least margin M is M times that of unit margins, at a scale M^(1/L)
times as large. The loss has to push as hard as decay pulls, so that exponential tails put M at the
logarithm of 1/lambda. ``push`` is a component of K^-1 1 on the path of unit margins.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, close_on
from binodal.models.diagonal_linear.derivations.delay import delay, kernel_on_path, rho_by_scale
from binodal.models.diagonal_linear.derivations.flow import flow
from binodal.models.diagonal_linear.derivations.path import path
from binodal.models.diagonal_linear.derivations.symbols import (
    ALPHA,
    DECAY,
    DEGREES,
    PHI,
    SCALE,
    SLOPE,
    TWO,
    L,
)

MARGIN, PUSH = sp.symbols("M push", positive=True)
_AT = {SCALE: sp.Rational(9, 8), PHI: sp.Rational(3, 19), MARGIN: sp.Rational(23, 4)}
_SLOW = {DECAY: sp.Rational(3, 700), ALPHA: sp.Rational(17, 3)}
_UNIT = sp.ImmutableMatrix([1, 1])


def _predictor(degree: sp.Expr, scale: sp.Expr) -> sp.Expr:
    of = path().results["predictor_2" if degree == TWO else "predictor"]
    return sp.N(of.subs({**_AT, L: degree, SCALE: scale}), 40)


def _scale_cases(claim: sp.Expr) -> Cases:
    """The predictor at the larger scale, with the same ratio of u and v."""
    for degree in (TWO, *DEGREES):
        larger = _predictor(degree, claim.subs({**_AT, L: degree}))
        yield degree, larger, _AT[MARGIN] * _predictor(degree, _AT[SCALE])


def _margin_cases(claim: sp.Expr) -> Cases:
    """The flow pushed by exp(-M) must move rho as the path moves, which is walked at -lambda."""
    rate = flow().results["eta_rate"]
    for degree in (TWO, sp.Rational(7, 2)):
        scale = sp.Rational(4, 5)
        moved = -_SLOW[DECAY] * rho_by_scale(degree, scale, _UNIT)
        pushes = kernel_on_path(degree, scale, _UNIT).LUsolve(sp.Matrix(_UNIT))
        for k in range(2):
            point = {**_SLOW, L: degree, SCALE: scale, PUSH: pushes[k]}
            pushed = rate.subs(SLOPE, -sp.exp(-claim)).subs(point)
            yield (degree, k), sp.N(pushed, 40), moved[k]


def _time_cases(claim: sp.Expr) -> Cases:
    """At that time the predictor is the margin times what the path has at A."""
    for degree in (TWO, *DEGREES):
        time = claim.subs({**_AT, **_SLOW, L: degree})
        scale = _SLOW[ALPHA] * sp.exp(-_SLOW[DECAY] * time)
        yield degree, _predictor(degree, scale), _AT[MARGIN] * _predictor(degree, _AT[SCALE])


@cache
def classifier() -> Derivation:
    """Scale, margin and time of the transition of a classifier.

    Results: ``margin_scale`` is A M^(1/L), at which w is M times what it is at A on the path of
    unit margins; ``margin`` of the exponential loss (and of the logistic one as lambda -> 0, where
    M over log(1/lambda) tends to 1); ``margin_time`` leaves out that M itself moves. Source:
    derived here.
    """
    scale = SCALE * MARGIN ** (1 / L)
    margin = -sp.log(delay().results["residual"] * PUSH)
    time = sp.log(ALPHA / scale) / DECAY
    steps = (
        Step(
            "path of a margin",
            "w is A^L times a function of the ratio of u and v alone: with all margins M times as "
            "large the same ratios come at a scale M^(1/L) times as large",
            path().results["predictor"],
            scale,
            close_on(_scale_cases, "the predictor at generic rationals, L = 2 and above"),
        ),
        Step(
            "margin that decay leaves",
            "what is a residual in a regression is exp(-M) here: it has to move rho as the path "
            "moves, so that M is the logarithm of 1/lambda and of what does not depend on it",
            delay().results["residual"],
            margin,
            close_on(_margin_cases, "central differences of rho on the path, sixty digits"),
        ),
        Step(
            "time of a classifier",
            "alpha exp(-lambda t) has to fall to the larger scale only: earlier than a regression "
            "by log(M)/(L lambda)",
            scale,
            time,
            close_on(_time_cases, "the predictor at that time, at generic rationals"),
        ),
    )
    return Derivation(
        "The time of a classifier",
        steps,
        {"margin_scale": scale, "margin": margin, "margin_time": time},
    )
