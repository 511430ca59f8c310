"""The gradient of the teacher-student posterior in one visit of compiled code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from validate.blas import sgemm
from validate.kernel import Native

if TYPE_CHECKING:
    from validate.networks.teacher_student import TeacherStudentShape


class CompiledGradient:
    """grad U of R members, one after another, with room for one member.

    Its fields, slopes and weighed inputs then stay in the cache from one matrix product to the
    next; the products are torch's. ``columns`` (R, d, n) and ``inputs`` (R, n, d) are scaled by
    sigma_w/sqrt(d), ``targets`` (R, n); float32, contiguous, in main memory.
    """

    def __init__(
        self,
        shape: TeacherStudentShape,
        native: Native,
        product: int,
        columns: Tensor,
        inputs: Tensor,
        targets: Tensor,
    ) -> None:
        self._tensors = columns, inputs, targets
        N, n, d = shape.N, shape.n, shape.d
        room = columns.new_empty(2 * N * n + n * d + N * d + 2 * N + n)
        sizes = columns.shape[0], N, n, d
        factors = shape.readout_scale, -1 / shape.sigma2
        self._first = product, *sizes, *factors, *(t.data_ptr() for t in self._tensors)
        self._room, self._gradient = room, native.gradient
        self._shape = columns.shape[0], shape.dimension

    def __call__(self, x: Tensor) -> Tensor:
        """grad U, shape (R, D), in a new tensor."""
        if x.shape != self._shape or x.dtype != torch.float32:
            raise ValueError(f"x is {x.dtype} {tuple(x.shape)}, not torch.float32 {self._shape}")
        x = x.contiguous()
        out = torch.empty_like(x)
        self._gradient(*self._first, x.data_ptr(), out.data_ptr(), self._room.data_ptr())
        return out


def compiled_gradient(
    shape: TeacherStudentShape,
    elementwise: object,
    columns: Tensor,
    inputs: Tensor,
    targets: Tensor,
) -> CompiledGradient | None:
    """The compiled gradient, where the activation is compiled and torch shows its BLAS."""
    product = sgemm()
    here = inputs.dtype == torch.float32 and inputs.device.type == "cpu"
    if product is None or not here or not isinstance(elementwise, Native):
        return None
    return CompiledGradient(shape, elementwise, product, columns, inputs, targets)
