"""Data sets of a teacher: Gaussian inputs, and a sum of He_k of one component or several."""

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
from binodal.models.single_index.settings import modes_of, teacher_text
from binodal.numerics.codegen.load import compiled
from binodal.numerics.parameters import Parameters
from binodal.validate.data import gaussian_inputs
from binodal.validate.network_model import Data
from binodal.validate.run.plausible import gaussian_departures


@cache
def _teacher(text: str) -> Callable[..., tuple[Any, ...]]:
    modes = modes_of(text)
    count = len(next(iter(modes)))
    inputs = sp.symbols(f"t_1:{count + 1}", real=True)
    target = sp.Add(
        *(
            sp.Rational(str(y))
            * sp.prod([mode(k).subs({TEACHER2: 1, t: x}) for k, x in zip(a, inputs, strict=True)])
            for a, y in modes.items()
        )
    )
    return compiled("teacher", {"y": sp.expand(target)}, inputs, "torch")


def target_of(along: Tensor, teacher: Mapping[int, Fraction]) -> Tensor:
    """y = sum_k y_k He_k of the inputs' component w*.x, |w*| = 1.

    >>> target_of(torch.tensor([2.0]), {2: Fraction(1, 2)})
    tensor([1.5000])
    """
    value: Tensor = _teacher(teacher_text(teacher))(along)[0]
    return value.expand_as(along)


def targets(shape: SingleIndexShape, x: Tensor) -> Tensor:
    """The teacher at inputs (n, d), whose directions are the first components."""
    value: Tensor = _teacher(shape.teacher)(*x[:, : shape.directions].T)[0]
    return value.expand(len(x))


def draw_data(shape: SingleIndexShape, generator: torch.Generator) -> Data:
    """A fresh data set in float64; w*_j = e_j, as the inputs' law has no direction."""
    x = gaussian_inputs(1, shape.n, shape.d, generator, torch.float64)[0]
    return {"x": x, "y": targets(shape, x)}


def with_constant(shape: SingleIndexShape, x: Tensor) -> Tensor:
    """Inputs (..., d) with one more, the constant whose weights are biases, if neurons have any."""
    constants = x.new_full((*x.shape[:-1], shape.inputs - shape.d), shape.constant)
    return torch.cat((x, constants), -1)


def departures(parameters: Parameters, data: Data) -> list[str]:
    """What a user's data have and the theory does not assume, Gaussian inputs or the teacher."""
    shape, x = shape_of(parameters), data["x"].double()
    first = "the first component" if shape.directions == 1 else "the first components"
    words = f"the sum of He_k of {first} with coefficients {shape.teacher}"
    return gaussian_departures(x, data["y"], targets(shape, x), words)
