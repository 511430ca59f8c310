"""Data sets of the teacher-student model: Gaussian inputs with the teacher's target."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import sympy as sp
import torch
from torch import Tensor

from binodal.derive.gaussian.hermite import mode, t
from binodal.derive.gaussian.rank_one import TEACHER2
from binodal.derive.symbols import epsilon
from binodal.numerics.codegen.load import compiled
from binodal.numerics.parameters import Parameters
from binodal.validate.data import gaussian_inputs
from binodal.validate.network_model import Data
from binodal.validate.run.plausible import gaussian_departures

if TYPE_CHECKING:
    from binodal.models.teacher_student.network.network import TeacherStudentShape


@cache
def _teacher() -> Callable[..., tuple[Any, ...]]:
    target = (mode(1) + epsilon * mode(3)).subs(TEACHER2, 1)
    return compiled("teacher", {"y": sp.expand(target)}, (t, epsilon), "torch")


def teacher_target(along: Tensor, strength: float) -> Tensor:
    """y = H1(t) + eps H3(t) of the inputs' component t = w*.x, |w*| = 1 (M.1)."""
    target: Tensor = _teacher()(along, strength)[0]
    return target


def draw_data(shape: TeacherStudentShape, generator: torch.Generator) -> Data:
    """A fresh data set in float64; the teacher is w* = e_1, the inputs' law has no direction."""
    x = gaussian_inputs(1, shape.n, shape.d, generator, torch.float64)[0]
    return {"x": x, "y": teacher_target(x[:, 0], shape.epsilon)}


def teacher_departures(parameters: Parameters, data: Data) -> list[str]:
    """What a user's data have and the theory does not assume, Gaussian inputs or the teacher."""
    epsilon, x = float(parameters["epsilon"]), data["x"].double()
    words = f"H1 + epsilon H3 of the first component with epsilon = {epsilon:g}"
    return gaussian_departures(x, data["y"], teacher_target(x[:, 0], epsilon), words)
