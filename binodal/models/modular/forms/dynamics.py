"""Force, free relaxation and residual of a mode in time."""

from __future__ import annotations

from binodal.derive.symbols import P, a, xy_mean
from binodal.models.modular.derivations import dynamics as derived
from binodal.models.modular.forms.action import PARAMETERS
from binodal.numerics.codegen.function import Function


def force() -> Function:
    """(|w_k|, |v_k|, a, parameters) -> drift of both by residual and decay."""
    named = dict(zip(("along_w", "along_v"), derived.forces(), strict=True))
    return Function("force", named, (*derived.MODULI, a, *PARAMETERS))


def steepest() -> Function:
    """(r, a, parameters) -> a bound on the slopes of that drift up to r."""
    return Function("steepest", {"bound": derived.steepest()}, (derived.MODULI[0], a, *PARAMETERS))


def relaxation() -> Function:
    """(t, P) -> mean factor and variance of a real part of a mode after t."""
    named = dict(zip(("kept", "spread"), derived.relaxation(), strict=True))
    return Function("relaxation", named, (derived.TIME, P))


def residual() -> Function:
    """(<x x_v>, parameters) -> a."""
    return Function("residual", {"a": derived.residual()}, (xy_mean, *PARAMETERS))
