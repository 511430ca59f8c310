"""Energy, stationary places and rate of an escape from zero."""

from __future__ import annotations

import sympy as sp

from binodal.models.diagonal_linear.derivations.escape import (
    ESCAPE,
    FEATURE,
    GAIN,
    HEAT,
    WEIGHT,
    escape,
)
from binodal.models.diagonal_linear.derivations.symbols import ALPHA, DECAY, SCALE, L, U
from binodal.numerics.codegen.function import Function

_OF_PYTHON = {DECAY: sp.Symbol("decay", positive=True)}


def energy() -> Function:
    """(u, L, G, K, lambda) -> the loss with decay above its value at zero."""
    named = {"energy": escape().results["energy"].subs(_OF_PYTHON)}
    return Function("energy", named, (U, L, GAIN, WEIGHT, _OF_PYTHON[DECAY]))


def stationary() -> Function:
    """(u, L, G, K) -> the decay for which u is stationary, and its energy."""
    named = {name: escape().results[name] for name in ("decay", "barrier")}
    return Function("stationary", named, (U, L, GAIN, WEIGHT))


def slope() -> Function:
    """(u, L, G, K) -> the derivative of that decay."""
    named = {"slope": sp.diff(escape().results["decay"], U)}
    return Function("slope", named, (U, L, GAIN, WEIGHT))


def rate() -> Function:
    """(u of saddle and feature, L, G, K, T) -> Kramers' rates over it, out of zero and back."""
    named = {name: escape().results[name] for name in ("rate", "back")}
    return Function("rate", named, (U, FEATURE, L, GAIN, WEIGHT, HEAT))


def edges() -> Function:
    """(L, G, K) -> u^L where saddle and feature merge, and of a feature as deep as zero."""
    of = escape().results
    return Function("edges", {k: of[k] for k in ("merged", "level")}, (L, GAIN, WEIGHT))


def crossover() -> Function:
    """(lambda, tau, A*) -> log alpha of a start that decays as long as an escape takes."""
    named = {"log_start": escape().results["crossover"].subs(_OF_PYTHON)}
    return Function("crossover", named, (_OF_PYTHON[DECAY], ESCAPE, SCALE))


def blur() -> Function:
    """(alpha, L, T, lambda) -> variance that noise gives a free weight while the norm decays."""
    named = {"variance": escape().results["blur"].subs(_OF_PYTHON)}
    return Function("blur", named, (ALPHA, L, HEAT, _OF_PYTHON[DECAY]))
