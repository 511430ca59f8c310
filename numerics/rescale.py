"""Rescaling parameters along a model's scaling, exactly where the square root is rational."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from binodal.numerics.errors import ParameterError
from binodal.numerics.parameters import Parameters

ROOT_DIGITS = 40
_WIDEST = Fraction(10) ** 30


def square_root(value: Fraction) -> tuple[Fraction, bool]:
    """A rational square root, and whether it is exact; else it is good to 40 digits.

    >>> square_root(Fraction(9, 4))
    (Fraction(3, 2), True)
    >>> root, is_exact = square_root(Fraction(2))
    >>> is_exact, abs(root**2 - 2) < Fraction(1, 10**40)
    (False, True)
    """
    top, bottom = isqrt(value.numerator), isqrt(value.denominator)
    if top**2 == value.numerator and bottom**2 == value.denominator:
        return Fraction(top, bottom), True
    # 30 more digits: beta may be as small as 1e-30, its root as small as 1e-15.
    scale = 10 ** (ROOT_DIGITS + 30)
    return Fraction(
        isqrt(value.numerator * value.denominator * scale**2), value.denominator * scale
    ), False


def _require(name: str, value: Fraction) -> None:
    if not 1 / _WIDEST <= value <= _WIDEST:
        raise ParameterError(f"{name}={value}: must be greater than 0, from 1e-30 to 1e30")


def _power(base: Fraction, exponent: Fraction) -> tuple[Fraction, bool]:
    """base^exponent for an exponent in halves, and whether it is exact."""
    if exponent.denominator == 1:
        return base ** int(exponent), True
    root, is_exact = square_root(base)
    return root * base ** int(exponent - Fraction(1, 2)), is_exact


def rescale(
    parameters: Parameters, beta: Fraction, alpha: Fraction | None = None
) -> tuple[Parameters, list[str]]:
    """The parameters along their model's scaling, and a sentence; alpha = beta by default.

    Exponents must be multiples of 1/2. Raises ParameterError for an alpha that changes nothing.
    """
    exponents = parameters.space.exponents()
    if alpha is not None and not any(of_alpha for _, of_alpha in exponents.values()):
        raise ParameterError(f"alpha={alpha}: the scaling of {parameters.model} has beta only")
    alpha = beta if alpha is None else alpha
    _require("beta", beta)
    _require("alpha", alpha)
    changed, rounded = {}, []
    for name, (of_beta, of_alpha) in exponents.items():
        (by_beta, exact_b), (by_alpha, exact_a) = _power(beta, of_beta), _power(alpha, of_alpha)
        changed[name] = parameters[name] * by_beta * by_alpha
        rounded += [] if exact_b and exact_a else [name]
    note = f"parameters rescaled along the model's scaling with beta = {beta}"
    if any(of_alpha for _, of_alpha in exponents.values()):
        note += f", alpha = {alpha}"
    if rounded:
        note += (
            f"; {', '.join(rounded)} with an irrational square root taken to {ROOT_DIGITS} digits"
        )
    return parameters.replace(**changed), [note]


def whole_sizes(parameters: Parameters) -> tuple[Parameters, list[str]]:
    """Sizes rounded to integers, as a finite model needs them, and a sentence for what changed."""
    fields = parameters.space.fields
    changed = {}
    for name, value in parameters.items():
        if fields[name].whole and value.denominator != 1:
            changed[name] = Fraction(max(round(value), int(fields[name].minimum)))
    if not changed:
        return parameters, []
    shown = ", ".join(f"{name} = {value}" for name, value in changed.items())
    return parameters.replace(**changed), [f"sizes rounded to integers: {shown}"]
