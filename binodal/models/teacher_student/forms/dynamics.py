"""Forces, free relaxation and residuals of the mean-field dynamics, readouts fast or not."""

from __future__ import annotations

from binodal.derive.symbols import b, c, d, q, sigma_w2
from binodal.models.teacher_student.derivations import dynamics as derived
from binodal.models.teacher_student.derivations import held_weights as held
from binodal.models.teacher_student.derivations import joint_dynamics as joint
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


def joint_force() -> Function:
    """(q, r_perp, a, b, c, parameters) -> the force along q and r_perp."""
    along_q, along_r, _ = joint.forces()
    named = {"along_q": along_q, "along_r": along_r}
    return Function("joint_force", named, (q, RADIUS, joint.READOUT, b, c, *PARAMETERS))


def joint_residual() -> Function:
    """(<a u>, <a u^3>, parameters) -> b and c."""
    named = dict(zip(("b", "c"), joint.residual(), strict=True))
    return Function("joint_residual", named, (*joint.MEAN_READ, *PARAMETERS))


def joint_answer() -> Function:
    """(<u^2>, <u^4>, <u^6>, parameters) -> strengths of b and c, and G row by row."""
    named = dict(zip(("first", "third"), held.strengths(), strict=True))
    named |= {f"answer_{k}": value for k, value in enumerate(held.answer())}
    return Function("joint_answer", named, (*MEAN_RHO, *PARAMETERS))


def joint_pushed() -> Function:
    """(k, g, t, y, R) -> the integral of exp(-k (t - s)) R(s)."""
    arguments = held.OWN_RATE, held.ANSWER_RATE, held.TIME, held.AIM, held.LEFT
    return Function("joint_pushed", {"pushed": held.pushed()}, arguments)
