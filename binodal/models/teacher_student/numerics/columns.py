"""Grids of the teacher-student model as the columns of a table, with loss and evidence."""

from __future__ import annotations

from collections.abc import Mapping

from binodal.models.teacher_student.numerics.functions import PARAMETERS
from binodal.models.teacher_student.numerics.grid import thermodynamic_grid
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.grids import Array

_FORMS = Forms("binodal.models.teacher_student.forms.curves")
_EVIDENCE, _LOSSES = _FORMS.floats("evidence"), _FORMS.floats("losses")


def thermodynamic(columns: Mapping[str, Array], theory: str) -> Mapping[str, Array]:
    """Closure, feature and phase on a grid of parameters, in double precision."""
    solved = thermodynamic_grid(columns, theory)
    modes = solved["b"], solved["c"]
    evidence, _ = _EVIDENCE()(*modes, *(columns[name] for name in PARAMETERS))
    return {**solved, "test_loss": sum(_LOSSES()(*(t**2 for t in modes))), "log_evidence": evidence}
