"""Numbers and settings as users write them: read exactly, never evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Rational, Real
from operator import index
from reprlib import repr as short
from typing import Any, SupportsIndex

from binodal.errors import RequestError, said
from binodal.models.registry import fields_of, parameters_of, preset
from binodal.numerics.exact import exact
from binodal.numerics.parameters import Parameters

Exact = Rational | Decimal | str | float | Real
"""What the API takes for a parameter: integers and rationals of any library, Decimal, text, and
floats, NumPy's too. A float means the shortest decimal that is read as it."""

Given = Exact | Iterable[Exact]
"""One value of a parameter, or an array of them."""

DIGITS = 15
"""Decimal digits of a result where none are asked for."""

MAX_DIGITS = 4000
"""Most decimal digits that can be asked for."""


def exact_of(value: Given, name: str = "value") -> Fraction:
    """A number of the API as an exact rational. Raises :class:`RequestError` for anything else.

    >>> exact_of(0.15), exact_of("3/20"), exact_of(2)
    (Fraction(3, 20), Fraction(3, 20), Fraction(2, 1))
    >>> import numpy as np
    >>> exact_of(np.float32(0.15)), exact_of(np.array(0.15)), exact_of(np.int8(2))
    (Fraction(3, 20), Fraction(3, 20), Fraction(2, 1))
    """
    if isinstance(value, str):
        return exact(value, name)
    value = _unwrapped(value)
    if isinstance(value, (Decimal, float)) or (
        isinstance(value, Real) and not isinstance(value, (bool, Rational))
    ):
        return exact(_shortest(value), name)
    if isinstance(value, Rational) and not isinstance(value, bool):
        return Fraction(int(value.numerator), int(value.denominator))
    raise RequestError(f"{name}={short(value)}: give an int, a Fraction, a string or a float")


def is_float(value: Given) -> bool:
    """Whether a value was rounded to binary before it came here."""
    value = _unwrapped(value)
    return isinstance(value, Real) and not isinstance(value, Rational)


def _unwrapped(value: Any) -> Any:
    """The scalar in a NumPy array of no dimension; everything else as it is."""
    if isinstance(value, str) or getattr(value, "shape", None) != ():
        return value
    return value[()]


def _shortest(value: Any) -> str:
    """The shortest decimal that is read as this float in its own precision."""
    if isinstance(value, Decimal) or type(value) is float:
        return str(value)
    if hasattr(value, "dtype"):
        from numpy import format_float_scientific

        return str(format_float_scientific(value, trim="-"))
    return repr(float(value))


def whole(value: SupportsIndex, name: str, least: int, most: int) -> int:
    """A count of the API as an int, NumPy's integers included.

    Raises :class:`RequestError` for what is no integer or out of range.

    >>> whole(3, "points", 2, 20)
    3
    """
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise RequestError(f"{name}={short(value)}: must be a whole number from {least} to {most}")
    count = index(value)
    if not least <= count <= most:
        raise RequestError(f"{name}={count}: must be from {least} to {most}")
    return count


def settings(texts: Iterable[str]) -> dict[str, Fraction]:
    """NAME=VALUE texts as exact values. Raises RequestError for a name that comes twice.

    >>> settings(["sigma2=9/50", "n=3000"])
    {'sigma2': Fraction(9, 50), 'n': Fraction(3000, 1)}
    """
    exact_values: dict[str, Fraction] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name = name.strip()
        if not equals or not name:
            raise RequestError(f"{text!r}: write -s NAME=VALUE")
        if name in exact_values:
            raise RequestError(f"{name} is given twice")
        exact_values[name] = exact(value, name)
    return exact_values


def assemble(model: str, preset_name: str | None, values: Mapping[str, Fraction]) -> Parameters:
    """A preset's parameters with ``values`` over them, or ``values`` alone.

    Raises RequestError for a preset of another model, and numerics' ParameterError for unknown,
    missing or forbidden values.
    """
    defaults = {n: of.default for n, of in fields_of(model).items() if of.default is not None}
    if preset_name is None:
        return parameters_of(model, {**defaults, **values})
    base = preset(preset_name, model)
    if base.model != model:
        given = said(f"--preset {preset_name}", f"preset={preset_name!r}")
        raise RequestError(f"{given} belongs to {base.model}, not to {model}")
    return parameters_of(model, {**defaults, **base, **values})


def require_parameter(model: str, name: str) -> None:
    """Raise RequestError unless the model has a parameter of this name."""
    if name not in fields_of(model):
        raise RequestError(f"unknown parameter {name!r}: {model} has {', '.join(fields_of(model))}")


def grid_option() -> str:
    """What the caller calls the ranges of a grid."""
    return said("--grid", "grids")


def parse_range(
    text: str, model: str, form: str = "NAME=START:STOP", option: str = ""
) -> tuple[str, Fraction, Fraction, list[str]]:
    """The parameter, both exact ends, and what follows them, of a text of this ``form``.

    The ends may be equal. Raises RequestError with what is wrong.

    >>> parse_range("sigma2=0.1:0.3", "teacher-student")
    ('sigma2', Fraction(1, 10), Fraction(3, 10), [])
    """
    option = option or grid_option()
    name, equals, values = text.partition("=")
    parts = values.split(":")
    if not equals or len(parts) != form.count(":") + 1:
        raise RequestError(f"{option} {text!r}: write {form}")
    require_parameter(model, name)
    start, stop = (exact(part, name) for part in parts[:2])
    if start > stop:
        raise RequestError(f"{option} {text}: START must be less than STOP")
    for value in (start, stop):
        problem = fields_of(model)[name].problem(value)
        if problem:
            raise RequestError(f"{option} {text}: {name} {problem}")
    return name, start, stop, parts[2:]


def require_digits(digits: SupportsIndex) -> int:
    """The number of digits, if it is within the limits."""
    return whole(digits, "digits", 1, MAX_DIGITS)
