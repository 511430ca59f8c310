"""Force, free relaxation and residual of the mean-field dynamics."""

from __future__ import annotations

from binodal.derive.symbols import b, c, d, q, sigma_w2
from binodal.models.teacher_student.derivations import dynamics as derived
from binodal.models.teacher_student.derivations.barrier import RADIUS
from binodal.models.teacher_student.derivations.closure import MEAN_RHO
from binodal.models.teacher_student.forms.action import PARAMETERS
from binodal.numerics.codegen.function import Function


def force() -> Function:
    """(q, r_perp, b, c, parameters) -> the force of the residual along q and r_perp."""
    named = dict(zip(("along_q", "along_r"), derived.forces(), strict=True))
    return Function("force", named, (q, RADIUS, b, c, *PARAMETERS))


def relaxation() -> Function:
    """(t, d, sigma_w2) -> mean factor and variance of a component after t."""
    named = dict(zip(("kept", "spread"), derived.relaxation(), strict=True))
    return Function("relaxation", named, (derived.TIME, d, sigma_w2))


def residual() -> Function:
    """(<rho>, <rho^2>, <rho^3>, parameters) -> b and c."""
    named = dict(zip(("b", "c"), derived.residual(), strict=True))
    return Function("residual", named, (*MEAN_RHO, *PARAMETERS))
