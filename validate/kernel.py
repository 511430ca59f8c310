"""phi and phi' in one pass of compiled C: the optional fast path of a float32 network.

The pair is printed by the C target from the activation's derivation, with the single-precision
functions of this package.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType

import sympy as sp
import torch
from torch import Tensor

from binodal.derive.gaussian.activations import Activation, z
from binodal.numerics.codegen.printer import body
from binodal.numerics.codegen.rewrite import Constants, nearest_double
from binodal.numerics.codegen.targets import C
from binodal.numerics.errors import CodegenError
from binodal.validate.activation import Compiled, Elementwise, pair
from binodal.validate.compiled import library, name_of
from binodal.validate.single_precision import c_file, code

_SINGLE = replace(
    C,
    integer="{0}.0f",
    rational="({0}.0f / {1}.0f)",
    sqrt="sqrtf({0})",
    power="powf({0}, {1})",
    functions=MappingProxyType(
        {
            "exp": "exp32({0})",
            "erf": "erf32({0})",
            "tanh": "tanh32({0})",
            "log": "logf({0})",
            "log1p": "log_one_plus32({0})",
            "sin": "sinf({0})",
            "cos": "cosf({0})",
            "Max": "larger32({0}, {1})",
            "Min": "smaller32({0}, {1})",
            "Abs": "fabsf({0})",
            "sign": "sign32({0})",
            "Heaviside": "step32({0})",
        }
    ),
)


def kernel_source(activation: Activation) -> str:
    """C99 text of ``void activation_n(size_t, float *z, float *slope)``: z becomes phi(z).

    Raises :class:`CodegenError` for a function that has no single-precision form here.
    """
    head = "activation_n(size_t count, float *restrict arguments, float *restrict slopes)"
    return _loop(pair(activation), head, ("arguments", "slopes"))


def values_source(activation: Activation) -> str:
    """C99 text of ``void values_n(size_t, float *z)``: z becomes phi(z) and nothing else.

    Raises :class:`CodegenError` for a function that has no single-precision form here.
    """
    phi = {"phi": pair(activation)["phi"]}
    return _loop(phi, "values_n(size_t count, float *arguments)", ("arguments",))


def _loop(expressions: Mapping[str, sp.Expr], head: str, places: Sequence[str]) -> str:
    constants = Constants()
    of = body(expressions, _SINGLE, constants)
    values = [f"static const float {k} = {nearest_double(v)!r}f;" for k, v in constants.values()]
    loop = [
        f"void {head}",
        "{",
        "    for (size_t i = 0; i < count; i++) {",
        f"        const float {z} = arguments[i];",
        *(f"        const float {left} = {right};" for left, right in of.assignments),
        *(f"        {place}[i] = {text};" for place, text in zip(places, of.results, strict=True)),
        "    }",
        "}",
    ]
    return c_file(*_cornered(loop), *values, "", *loop)


def _cornered(loop: Sequence[str]) -> list[str]:
    """Functions that a loop may need beside exp and erf, where it calls one."""
    text = code("cornered.c")
    names = re.findall(r"float (\w+)\(", text)
    return [text] if any(f"{name}(" in line for name in names for line in loop) else []


class Native:
    """phi and phi' by compiled C, in place; float32 tensors in main memory only.

    Raises :class:`CodegenError` where they cannot be compiled.
    """

    def __init__(self, activation: Activation) -> None:
        self.activation = activation
        both, values = (library(t(activation)) for t in (kernel_source, values_source))
        if both is None or values is None:
            raise CodegenError(f"{activation.name} cannot be compiled here")
        self.name = f"{name_of(both)}+{name_of(values)}"
        size, pointer = ctypes.c_size_t, ctypes.c_void_p
        self._loop, self._values = both.activation_n, values.values_n
        self._loop.argtypes, self._loop.restype = [size, pointer, pointer], None
        self._values.argtypes, self._values.restype = [size, pointer], None

    def __call__(self, argument: Tensor, room: Tensor | None = None, /) -> tuple[Tensor, Tensor]:
        """(phi(z), phi'(z)); the argument's memory now holds phi, and ``room`` phi'."""
        slope = torch.empty_like(argument) if room is None else room
        self._loop(argument.numel(), argument.data_ptr(), slope.data_ptr())
        return argument, slope

    def values(self, argument: Tensor, /) -> Tensor:
        """phi(z), in the argument's memory."""
        self._values(argument.numel(), argument.data_ptr())
        return argument


def fastest(activation: Activation, dtype: torch.dtype, device: torch.device) -> Elementwise:
    """Compiled C for float32 in main memory where a compiler works, else generated torch."""
    if dtype == torch.float32 and device.type == "cpu":
        with suppress(CodegenError):
            return Native(activation)
    return Compiled(activation)
