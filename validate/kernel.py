"""phi and phi' in one pass of compiled C: the optional fast path of a float32 network.

The pair is printed by the C target from the activation's derivation. Its exp and erf are
polynomials fitted when the code is generated (Chebyshev, so the error is known), because the C
library's are scalar functions that keep a loop off the vector registers.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import mpmath
import sympy as sp
import torch
from torch import Tensor

from derive.gaussian.activations import Activation, z
from numerics.codegen.native import build
from numerics.codegen.printer import body
from numerics.codegen.rewrite import Constants, nearest_double
from numerics.codegen.targets import C
from numerics.errors import CodegenError
from validate.activation import Compiled, Elementwise

_SINGLE = replace(
    C,
    integer="{0}.0f",
    rational="({0}.0f / {1}.0f)",
    functions=MappingProxyType(
        {"exp": "exp32({0})", "erf": "erf32({0})", "sin": "sinf({0})", "cos": "cosf({0})"}
    ),
)
_ERF_TERMS, _EXP_TERMS = 16, 7
FIT_ERROR = 1e-7
"""Largest error of a fitted polynomial, relative for exp and absolute for erf."""


def _horner(coefficients: list[mpmath.mpf], variable: str) -> str:
    text = f"{float(coefficients[0]):.9e}f"
    for coefficient in coefficients[1:]:
        text = f"MULTIPLY_ADD({text}, {variable}, {float(coefficient):.9e}f)"
    return text


@cache
def _fitted() -> dict[str, str]:
    """The numbers of exp32 and erf32. Raises :class:`CodegenError` when a fit is too rough."""
    with mpmath.workdps(30):
        half = mpmath.log(2) / 2 * 1.01
        exp_fit, exp_error = mpmath.chebyfit(mpmath.exp, [-half, half], _EXP_TERMS, error=True)
        end = mpmath.erfinv(1 - mpmath.mpf(2) ** -24)

        def ratio(y: mpmath.mpf) -> mpmath.mpf:
            root = end * mpmath.sqrt((1 + y) / 2)
            return mpmath.erf(root) / root if root else 2 / mpmath.sqrt(mpmath.pi)

        erf_fit, erf_error = mpmath.chebyfit(ratio, [-1, 1], _ERF_TERMS, error=True)
        if exp_error > FIT_ERROR or end * erf_error > FIT_ERROR:
            raise CodegenError(
                f"polynomials for exp and erf miss {FIT_ERROR}: {exp_error}, {end * erf_error}"
            )
        high = mpmath.mpf(round(mpmath.log(2) * 2**12)) / 2**12
        return {
            "LOG2_E": f"{float(1 / mpmath.log(2)):.9e}f",
            "LN2_HIGH": f"{float(high):.9e}f",
            "LN2_LOW": f"{float(mpmath.log(2) - high):.9e}f",
            "EXP_POLYNOMIAL": _horner(exp_fit, "rest"),
            "ERF_END": f"{float(end):.9e}f",
            "ERF_SCALE": f"{float(2 / end**2):.9e}f",
            "ERF_POLYNOMIAL": _horner(erf_fit, "y"),
        }


def kernel_source(activation: Activation) -> str:
    """C99 text of ``void activation_n(size_t, float *z, float *slope)``: z becomes phi(z).

    After it stands ``layer_n``, which does the same for a hidden layer and meets its readout and
    the residual in one visit (validate/hidden_layer.c). Raises :class:`CodegenError` for a
    function that has no single-precision form here.
    """
    constants = Constants()
    pair = {"phi": activation.phi, "slope": sp.diff(activation.phi, z)}
    of = body(pair, _SINGLE, constants)
    values = [f"static const float {k} = {nearest_double(v)!r}f;" for k, v in constants.values()]
    lines = [f"        const float {left} = {right};" for left, right in of.assignments]
    phi, slope = of.results
    loop = [
        "void activation_n(size_t count, float *restrict arguments, float *restrict slopes)",
        "{",
        "    for (size_t i = 0; i < count; i++) {",
        f"        const float {z} = arguments[i];",
        *lines,
        f"        arguments[i] = {phi};",
        f"        slopes[i] = {slope};",
        "    }",
        "}",
    ]
    layer = (files("validate") / "hidden_layer.c").read_text("utf-8")
    return _file([*values, "", *loop, "", layer])


def values_source(activation: Activation) -> str:
    """C99 text of ``void values_n(size_t, float *z)``: z becomes phi(z) and nothing else.

    Raises :class:`CodegenError` for a function that has no single-precision form here.
    """
    constants = Constants()
    of = body({"phi": activation.phi}, _SINGLE, constants)
    values = [f"static const float {k} = {nearest_double(v)!r}f;" for k, v in constants.values()]
    lines = [f"        const float {left} = {right};" for left, right in of.assignments]
    loop = [
        "void values_n(size_t count, float *arguments)",
        "{",
        "    for (size_t i = 0; i < count; i++) {",
        f"        const float {z} = arguments[i];",
        *lines,
        f"        arguments[i] = {of.results[0]};",
        "    }",
        "}",
    ]
    return _file([*values, "", *loop])


def _file(code: list[str]) -> str:
    helpers = (files("validate") / "single_precision.c").read_text("utf-8")
    for name, value in _fitted().items():
        helpers = helpers.replace(f"@{name}@", value)
    head = ["#include <math.h>", "#include <stddef.h>", "#include <stdint.h>"]
    return "\n".join([*head, "", helpers, *code, ""])


class Native:
    """phi and phi' by compiled C, in place; float32 tensors in main memory only."""

    def __init__(self, activation: Activation) -> None:
        self.activation = activation
        library = _library(activation)
        self._loop, self._layer = library.activation_n, library.layer_n
        self._values = _values_library(activation)

    def __call__(self, argument: Tensor, room: Tensor | None = None, /) -> tuple[Tensor, Tensor]:
        """(phi(z), phi'(z)); the argument's memory now holds phi, and ``room`` phi'."""
        slope = torch.empty_like(argument) if room is None else room
        self._loop(argument.numel(), argument.data_ptr(), slope.data_ptr())
        return argument, slope

    def layer(
        self, fields: Tensor, slopes: Tensor, readout: Tensor, targets: Tensor, factor: float
    ) -> tuple[Tensor, Tensor]:
        """A hidden layer with its readout a, in one visit of ``fields`` z (R, N, n).

        ``fields`` and ``slopes`` then hold phi and phi'. Returns, of ``readout`` (R, N) and
        ``targets`` (R, n), the pull g = factor (y - a.phi), (R, n), and phi g, (R, N).
        """
        members, neurons, data = fields.shape
        pull, force = torch.empty_like(targets), torch.empty_like(readout)
        pointers = [t.data_ptr() for t in (fields, slopes, readout, targets)]
        results = pull.data_ptr(), force.data_ptr()
        self._layer(members, neurons, data, *pointers, factor, *results)
        return pull, force

    def values(self, argument: Tensor, /) -> Tensor:
        """phi(z), in the argument's memory."""
        self._values(argument.numel(), argument.data_ptr())
        return argument


@cache
def _library(activation: Activation) -> ctypes.CDLL:
    library = ctypes.CDLL(str(build(kernel_source(activation))))
    size, pointer = ctypes.c_size_t, ctypes.c_void_p
    library.activation_n.argtypes = [size, pointer, pointer]
    library.layer_n.argtypes = [*[size] * 3, *[pointer] * 4, ctypes.c_float, pointer, pointer]
    library.activation_n.restype = library.layer_n.restype = None
    return library


@cache
def _values_library(activation: Activation) -> Callable[[int, int], None]:
    library = ctypes.CDLL(str(build(values_source(activation))))
    loop: Callable[[int, int], None] = library.values_n
    library.values_n.argtypes = [ctypes.c_size_t, ctypes.c_void_p]
    library.values_n.restype = None
    return loop


def fastest(activation: Activation, dtype: torch.dtype, device: torch.device) -> Elementwise:
    """Compiled C for float32 in main memory where a compiler works, else generated torch."""
    if dtype == torch.float32 and device.type == "cpu":
        try:
            return Native(activation)
        except (CodegenError, OSError):
            pass
    return Compiled(activation)
