"""The gradient of the posterior of a network with one output, in one visit of compiled code."""

from __future__ import annotations

import ctypes
from typing import Protocol

import torch
from torch import Tensor

from binodal.derive.gaussian.activations import Activation
from binodal.validate.blas import sgemm
from binodal.validate.compiled import library
from binodal.validate.kernel import Native, kernel_source
from binodal.validate.single_precision import code as c_code


class TwoLayers(Protocol):
    """Sizes and variances of f(x) = sum_i a_i phi(w_i.x) in whitened coordinates (w, a)."""

    @property
    def N(self) -> int:
        """Width of the hidden layer."""

    @property
    def n(self) -> int:
        """Size of the training set."""

    @property
    def inputs(self) -> int:
        """Dimension of an input."""

    @property
    def sigma2(self) -> float:
        """Variance of the noise."""

    @property
    def dimension(self) -> int:
        """N (d + 1)."""

    @property
    def readout_scale(self) -> float:
        """Prior standard deviation of a_i."""


class CompiledGradient:
    """grad U of R members, one after another, with room for one member.

    Its fields, slopes and weighed inputs then stay in the cache from one matrix product to the
    next; the products are torch's. ``columns`` (R, d, n) and ``inputs`` (R, n, d) are scaled by
    sigma_w/sqrt(d), ``targets`` (R, n); all in main memory, kept as contiguous float32.
    """

    def __init__(
        self,
        shape: TwoLayers,
        code: ctypes.CDLL,
        product: int,
        columns: Tensor,
        inputs: Tensor,
        targets: Tensor,
    ) -> None:
        sizes = shape.N, shape.n, shape.inputs
        factors = shape.readout_scale, -1 / shape.sigma2
        # The compiled code reads memory as it lies, so what it is given must lie as it reads.
        kept = [t.to(torch.float32).contiguous() for t in (columns, inputs, targets)]
        self._first = product, len(columns), *sizes, *factors, *(t.data_ptr() for t in kept)
        self._kept, self._room = kept, columns.new_empty(code.gradient_room(*sizes))
        self._gradient = code.gradient_n
        self._shape = len(columns), shape.dimension

    def __call__(self, x: Tensor) -> Tensor:
        """grad U, shape (R, D), in a new tensor."""
        if x.shape != self._shape or x.dtype != torch.float32:
            raise ValueError(f"x is {x.dtype} {tuple(x.shape)}, not torch.float32 {self._shape}")
        x = x.contiguous()
        out = torch.empty_like(x)
        self._gradient(*self._first, x.data_ptr(), out.data_ptr(), self._room.data_ptr())
        return out


def compiled_gradient(
    shape: TwoLayers,
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
    loaded = gradient_library(elementwise.activation)
    if loaded is None:
        return None
    return CompiledGradient(shape, loaded, product, columns, inputs, targets)


def gradient_source(activation: Activation) -> str:
    """C99 text of ``gradient_n``, behind the pair phi and phi' that it visits."""
    return f"{kernel_source(activation)}\n{c_code('compiled_gradient.c', __package__)}"


def gradient_library(activation: Activation) -> ctypes.CDLL | None:
    """The compiled gradient with its functions' types; None where it cannot be compiled."""
    loaded = library(gradient_source(activation))
    if loaded is None:
        return None
    size, pointer = ctypes.c_size_t, ctypes.c_void_p
    sizes, factors = [size] * 4, [ctypes.c_float] * 2
    loaded.gradient_n.argtypes = [pointer, *sizes, *factors, *[pointer] * 6]
    loaded.gradient_n.restype = None
    loaded.gradient_room.argtypes, loaded.gradient_room.restype = [size] * 3, size
    return loaded
