"""Data sets of a single-index teacher: Gaussian inputs, and a sum of He_k of one component."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import sympy as sp
import torch
from torch import Tensor

from binodal.derive.gaussian.hermite import mode, t
from binodal.derive.gaussian.rank_one import TEACHER2
from binodal.models.single_index.network.shape import SingleIndexShape, shape_of
from binodal.models.single_index.settings import teacher_of, teacher_text
from binodal.numerics.codegen.load import compiled
from binodal.numerics.parameters import Parameters
from binodal.validate.data import gaussian_inputs
from binodal.validate.network_model import Data
from binodal.validate.run.plausible import gaussian_departures


@cache
def _teacher(text: str) -> Callable[..., tuple[Any, ...]]:
    terms = (sp.Rational(str(y)) * mode(k) for k, y in teacher_of(text).items())
    target = sp.expand(sp.Add(*terms).subs(TEACHER2, 1))
    return compiled("teacher", {"y": target}, (t,), "torch")


def target_of(along: Tensor, teacher: Mapping[int, Fraction]) -> Tensor:
    """y = sum_k y_k He_k of the inputs' component w*.x, |w*| = 1.

    >>> target_of(torch.tensor([2.0]), {2: Fraction(1, 2)})
    tensor([1.5000])
    """
    value: Tensor = _teacher(teacher_text(teacher))(along)[0]
    return value.expand_as(along)


def draw_data(shape: SingleIndexShape, generator: torch.Generator) -> Data:
    """A fresh data set in float64; the teacher is w* = e_1, the inputs' law has no direction."""
    x = gaussian_inputs(1, shape.n, shape.d, generator, torch.float64)[0]
    return {"x": x, "y": target_of(x[:, 0], shape.setting.teacher)}


def departures(parameters: Parameters, data: Data) -> list[str]:
    """What a user's data have and the theory does not assume, Gaussian inputs or the teacher."""
    teacher, x = shape_of(parameters).setting.teacher, data["x"].double()
    words = f"the sum of He_k of the first component with coefficients {teacher_text(teacher)}"
    return gaussian_departures(x, data["y"], target_of(x[:, 0], teacher), words)
