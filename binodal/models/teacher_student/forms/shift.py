"""What finite d changes at birth."""

from __future__ import annotations

from binodal.derive.symbols import b, rho
from binodal.models.teacher_student.derivations.corrections import birth_shift
from binodal.models.teacher_student.forms.action import PARAMETERS
from binodal.numerics.codegen.function import Function


def shift(theory: str) -> Function:
    """The coefficient of 1/d in the birth's sigma^2, at a point of the limit."""
    return Function("shift", {"shift": birth_shift(theory)}, (rho, b, *PARAMETERS))
