"""Networks whose neurons keep their prior, on one actual data set: the control without features."""

from __future__ import annotations

import torch
from torch import Tensor

from binodal.models.teacher_student.network.network import TeacherStudentShape
from binodal.models.teacher_student.predictions.data_closure import (
    NEURONS,
    DataState,
    OneNeuron,
    kernel_of,
    observed,
    residual_of,
)

_BATCHES = 16


def fixed_kernel(
    shape: TeacherStudentShape, inputs: Tensor, targets: Tensor, generator: torch.Generator
) -> DataState:
    """Regression with the prior's kernel, from 16 x 512 neurons of the prior.

    The series of the state are the batches, at the residual of all of them together.
    """
    batches = [
        torch.randn((NEURONS, shape.d), generator=generator, dtype=inputs.dtype)
        for _ in range(_BATCHES)
    ]
    target = OneNeuron(shape, inputs, targets.clone(), NEURONS)
    kernel = torch.stack([kernel_of(target, x) for x in batches]).mean(0)
    target.residual = residual_of(kernel, targets, shape)
    return DataState(torch.stack([observed(target, x) for x in batches]), target.residual)
