"""The parameters of a single-index theory: those of the teacher-student model, but the teacher."""

from __future__ import annotations

from collections.abc import Mapping

from binodal.models.teacher_student import parameters as paper
from binodal.numerics.parameters import Exponents, Space

NAME = "single-index"
_TEACHER = "epsilon"


def scaling() -> Exponents:
    """M.11, which does not touch the teacher."""
    return paper.scaling()


def space(settings: Mapping[str, str]) -> Space:
    """The parameters of a member of the family; the published settings without their teacher."""
    presets = {
        name: {key: value for key, value in values.items() if key != _TEACHER}
        for name, values in paper.SPACE.presets.items()
    }
    fields = {key: value for key, value in paper.SPACE.fields.items() if key != _TEACHER}
    return Space(NAME, fields, presets, scaling, settings)
