"""C text of functions that single-precision loops call, fitted when the code is generated.

The C library's exp, erf, log, sin and cos are scalar functions that keep a loop off the vector
registers. The polynomials here are Chebyshev's, so that the error of each is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files

import mpmath

from binodal.numerics.errors import CodegenError
from binodal.numerics.isolation import own_settings

FIT_ERROR = 1e-7
"""Largest absolute error of a fitted polynomial; what is fitted is of order one."""

_ERF_TERMS, _EXP_TERMS, _LOG_TERMS, _SIN_TERMS, _COS_TERMS = 16, 7, 9, 4, 5
_TANH_TERMS, _TANH_END = 6, mpmath.mpf(5) / 8


def _fitted(
    name: str,
    function: Callable[[mpmath.mpf], mpmath.mpf],
    interval: tuple[mpmath.mpf, mpmath.mpf],
    terms: int,
    weight: mpmath.mpf = 1,
) -> list[mpmath.mpf]:
    """Coefficients, the highest first, whose error times ``weight`` is within FIT_ERROR."""
    coefficients, error = mpmath.chebyfit(function, list(interval), terms, error=True)
    if weight * error > FIT_ERROR:
        raise CodegenError(f"a polynomial of {terms} terms for {name} misses {FIT_ERROR}: {error}")
    fitted: list[mpmath.mpf] = coefficients
    return fitted


def _horner(coefficients: Sequence[mpmath.mpf], variable: str) -> str:
    text = f"{float(coefficients[0]):.9e}f"
    for coefficient in coefficients[1:]:
        text = f"MULTIPLY_ADD({text}, {variable}, {float(coefficient):.9e}f)"
    return text


def _number(value: mpmath.mpf) -> str:
    return f"{float(value):.9e}f"


def _of_exp_and_erf() -> dict[str, str]:
    log2 = mpmath.log(2)
    half = log2 / 2 * 1.01
    high = mpmath.mpf(round(log2 * 2**12)) / 2**12
    end = mpmath.erfinv(1 - mpmath.mpf(2) ** -24)

    def ratio(y: mpmath.mpf) -> mpmath.mpf:
        root = end * mpmath.sqrt((1 + y) / 2)
        return mpmath.erf(root) / root if root else 2 / mpmath.sqrt(mpmath.pi)

    series = _fitted("exp", mpmath.exp, (-half, half), _EXP_TERMS)
    return {
        "LOG2_E": _number(1 / log2),
        "LN2_HIGH": _number(high),
        "LN2_LOW": _number(log2 - high),
        "EXP_POLYNOMIAL": _horner(series, "rest"),
        "ERF_END": _number(end),
        "ERF_SCALE": _number(2 / end**2),
        "ERF_POLYNOMIAL": _horner(_fitted("erf", ratio, (-1, 1), _ERF_TERMS, end), "y"),
    }


def _of_normals() -> dict[str, str]:
    """log(1 + f)/f up to factors of 2, and the sine and cosine of an eighth of a turn."""
    turn, eighth = 2 * mpmath.pi, mpmath.mpf(1) / 64

    def slope(f: mpmath.mpf) -> mpmath.mpf:
        return mpmath.log1p(f) / f if f else mpmath.mpf(1)

    def sine(y: mpmath.mpf) -> mpmath.mpf:
        return mpmath.sin(turn * mpmath.sqrt(y)) / mpmath.sqrt(y) if y else turn

    def cosine(y: mpmath.mpf) -> mpmath.mpf:
        return mpmath.cos(turn * mpmath.sqrt(y))

    root = mpmath.sqrt(mpmath.mpf(1) / 2)
    return {
        "LN2": _number(mpmath.log(2)),
        "LOG_POLYNOMIAL": _horner(_fitted("log", slope, (root - 1, 2 * root - 1), _LOG_TERMS), "f"),
        "SINE_POLYNOMIAL": _horner(_fitted("sin", sine, (0, eighth), _SIN_TERMS), "square"),
        "COSINE_POLYNOMIAL": _horner(_fitted("cos", cosine, (0, eighth), _COS_TERMS), "square"),
    }


def _of_tanh() -> dict[str, str]:
    """tanh(x)/x as a function of x^2 below an end; above it is left to exp."""

    def ratio(y: mpmath.mpf) -> mpmath.mpf:
        root = mpmath.sqrt(y)
        return mpmath.tanh(root) / root if root else mpmath.mpf(1)

    series = _fitted("tanh", ratio, (mpmath.mpf(0), _TANH_END**2), _TANH_TERMS)
    return {"TANH_END": _number(_TANH_END), "TANH_POLYNOMIAL": _horner(series, "square")}


@cache
def _numbers() -> dict[str, str]:
    with own_settings(), mpmath.workdps(30):
        return _of_exp_and_erf() | _of_normals() | _of_tanh()


def code(resource: str, package: str = "binodal.validate") -> str:
    """A C file of a package with its @NUMBERS@ filled in.

    Raises :class:`binodal.numerics.errors.CodegenError` when a fit is too rough.
    """
    text = (files(package) / resource).read_text("utf-8")
    for name, value in _numbers().items():
        text = text.replace(f"@{name}@", value)
    return text


def c_file(*parts: str) -> str:
    """C99 text of the parts, after the functions of single_precision.c."""
    head = [
        "#include <math.h>",
        "#include <stddef.h>",
        "#include <stdint.h>",
        "#include <string.h>",
    ]
    return "\n".join([*head, "", code("single_precision.c"), *parts, ""])
