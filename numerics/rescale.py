"""Rescaling parameters along a model's scaling, exactly where the square root is rational."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import isqrt

from binodal.numerics.errors import ParameterError
from binodal.numerics.parameters import Parameters, fields_of

ROOT_DIGITS = 40
_WIDEST = Fraction(10) ** 30

Exponents = Mapping[str, tuple[Fraction, Fraction]]
"""For each parameter the powers of beta and of alpha that multiply it."""


def scaling_of(model: str) -> Exponents:
    """The scaling of a model as exponents: M.11, or the derived one of modular addition.

    Modular addition grows as in M.14 (N -> beta^2 N, P -> sqrt(beta) P) and has no alpha; its other
    exponents are derived. Raises :class:`ParameterError` for an unknown model.
    """
    if model == "teacher-student":
        from binodal.models.teacher_student.derivations.printed import M11_ALPHA, M11_BETA

        return {str(s): (Fraction(str(M11_BETA[s])), Fraction(str(M11_ALPHA[s]))) for s in M11_BETA}
    if model == "modular":
        from binodal.derive.symbols import N, P, sigma2, sigma_a2
        from binodal.models.modular.derivations.scaling import canonical

        powers = canonical()
        return {str(s): (Fraction(str(powers[s])), Fraction(0)) for s in (N, P, sigma2, sigma_a2)}
    raise ParameterError(f"model {model!r} has no scaling")


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
    parameters: Parameters, exponents: Exponents, beta: Fraction, alpha: Fraction | None = None
) -> tuple[Parameters, list[str]]:
    """The rescaled parameters and a sentence about what was done; alpha = beta by default.

    Exponents must be multiples of 1/2.
    """
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
    fields = fields_of(parameters.model)
    changed = {}
    for name, value in parameters.items():
        if fields[name].whole and value.denominator != 1:
            changed[name] = Fraction(max(round(value), int(fields[name].minimum)))
    if not changed:
        return parameters, []
    shown = ", ".join(f"{name} = {value}" for name, value in changed.items())
    return parameters.replace(**changed), [f"sizes rounded to integers: {shown}"]
