"""Weights, the path and the time of the transition, as functions of numbers."""

from __future__ import annotations

import sympy as sp

from binodal.models.diagonal_linear.derivations.delay import LAG, PULL, delay
from binodal.models.diagonal_linear.derivations.path import path
from binodal.models.diagonal_linear.derivations.symbols import (
    ALPHA,
    DECAY,
    ETA,
    PHI,
    SCALE,
    SLOPE,
    TWO,
    L,
    W,
)
from binodal.numerics.codegen.function import Function

_OF_PYTHON = {DECAY: sp.Symbol("decay", positive=True)}
"""A name that Python does not keep for itself."""


def weights(at_two: bool) -> Function:
    """(A, phi, L) -> w, dw/d(eta), dw/d(phi), d(phi)/dt over minus the loss's slope, its slope."""
    end = "_2" if at_two else ""
    of = path().results
    rate = -of["phi_rate"].coeff(SLOPE)
    rate = rate.subs(L, TWO) if at_two else rate
    expressions = {
        "w": of["predictor" + end],
        "gain": of["gain" + end],
        "w_slope": sp.diff(of["predictor" + end], PHI),
        "rate": rate,
        "rate_slope": sp.diff(rate, PHI),
    }
    return Function("weights", expressions, (SCALE, PHI, L))


def scale_slopes(at_two: bool) -> Function:
    """(A, phi, L) -> A dw/dA, and A times the slope in A of the rate of phi."""
    slopes = weights(at_two)
    named = {
        f"{name}_by_scale": SCALE * sp.diff(slopes.expressions[name], SCALE)
        for name in ("w", "rate")
    }
    return Function("scale_slopes", named, slopes.arguments)


def ratio() -> Function:
    """(eta, L) -> phi, for L above 2."""
    return Function("ratio", {"phi": path().results["phi"]}, (ETA, L))


def law() -> Function:
    """(A*, L, w, pull, lag) -> speed and shift of w; (..., alpha, lambda) -> the time."""
    of = delay().results
    expressions = {name: of[name].subs(_OF_PYTHON) for name in ("speed", "shift", "time")}
    arguments = (SCALE, L, W, PULL, LAG, ALPHA, _OF_PYTHON[DECAY])
    return Function("law", expressions, arguments)
