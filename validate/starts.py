"""Where networks start: at a draw from the prior, or in the feature state.

Runs from both sides of a first-order transition must meet; where they do not, a barrier keeps
them apart and neither is an equilibrium sample.
"""

from __future__ import annotations

from math import pi

import torch
from torch import Tensor

from binodal.models.modular.network.network import ModularShape
from binodal.models.teacher_student.network.network import TeacherStudentShape

FEATURE_SHARE = 0.5
"""Share of the neurons that start in the feature state."""

FEATURE_OVERLAP = 1.0
"""|w.w*| of these neurons (teacher-student), and |u_k| = |v_k| of one mode (modular)."""

# What starts are made from is in single precision whatever torch's default is, so that a run's
# first state, and with it every later one, is the same in every program.
_SINGLE = torch.float32

Shape = TeacherStudentShape | ModularShape


def prior_start(shape: Shape, generator: torch.Generator) -> Tensor:
    """(D,) float64: independent standard normals, the prior in whitened coordinates."""
    return torch.randn(shape.dimension, generator=generator, dtype=torch.float64)


def feature_start(shape: Shape, generator: torch.Generator) -> Tensor:
    """(D,) float64: a prior draw in which every second neuron holds the feature.

    Teacher-student: w.w* = +-1 with random sign. Modular: one random mode k != 0 with
    |u_k| = |v_k| = 1 (P large; the mode P/2 of an even P is left out) and random phases is added.
    The readout keeps its prior: the posterior is Gaussian in it, and it follows within few steps.
    """
    x = prior_start(shape, generator)
    count = max(1, round(FEATURE_SHARE * shape.N))
    if isinstance(shape, TeacherStudentShape):
        signs = (torch.randint(2, (count,), generator=generator) * 2 - 1).to(_SINGLE)
        w = x[: shape.N * shape.d].view(shape.N, shape.d)
        w[:count, 0] = signs * FEATURE_OVERLAP / shape.input_scale
    else:
        w = x[: 2 * shape.N * shape.P].view(shape.N, 2, shape.P)
        w[:count] += _waves(shape.P, count, generator)
    return x


def _waves(order: int, count: int, generator: torch.Generator) -> Tensor:
    """(count, 2, P): 2 cos(2 pi k n/P + phase), whose transform has modulus 1 at +-k."""
    half = max(1, (order - 1) // 2)
    modes = torch.randint(1, half + 1, (count, 1, 1), generator=generator).to(_SINGLE)
    phases = torch.rand((count, 2, 1), generator=generator, dtype=torch.float64) * 2 * pi
    angle = 2 * pi * modes * torch.arange(order, dtype=torch.float64) / order
    return 2 * FEATURE_OVERLAP * torch.cos(angle + phases)


STARTS = {"prior": prior_start, "feature": feature_start}
