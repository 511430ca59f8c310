"""Names of nonlinearities: what each stands for, and which one an expression has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from fractions import Fraction
from types import MappingProxyType

import sympy as sp

from binodal.derive.errors import ExpressionError
from binodal.derive.gaussian import grammar
from binodal.derive.gaussian.grammar import z

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "erf": "erf(z)",
        "relu": "relu(z)",
        "abs": "abs(z)",
        "linear": "z",
        "sign": "sign(z)",
        "gauss": "exp(-z^2/2)",
        "gelu": "gelu(z)",
        "tanh": "tanh(z)",
        "softplus": "softplus(z)",
        "silu": "silu(z)",
        "elu": "elu(z)",
        "quadratic": "z^2",
    }
)
"""Names without a number and what they stand for."""


def _leaky(slope: sp.Expr) -> sp.Expr:
    return sp.Max(z, 0) + slope * sp.Min(z, 0)


def _hermite(order: sp.Expr) -> sp.Expr:
    """He_order by He_{k+1} = z He_k - k He_{k-1}."""
    before, value = sp.Integer(0), sp.Integer(1)
    for k in range(int(order)):
        before, value = value, sp.expand(z * value - k * before)
    return value


FAMILIES: Mapping[str, tuple[bool, Callable[[sp.Expr], sp.Expr]]] = MappingProxyType(
    {
        "leaky-relu": (False, _leaky),
        "sin": (False, lambda frequency: sp.sin(frequency * z)),
        "cos": (False, lambda frequency: sp.cos(frequency * z)),
        "monomial": (True, lambda power: z**power),
        "he": (True, _hermite),
    }
)
"""Names with a number after a colon: whether it counts something, and what they stand for."""

_WORD = re.compile(r"[A-Za-z]\w*(-[A-Za-z]+)*")
_NUMBER = re.compile(r"[+-]?(\d{1,12}(\.\d{1,12})?(/\d{1,12})?|\.\d{1,12})")


def phi_of(text: str) -> sp.Expr:
    """The nonlinearity that a name, a name with a number or an expression stands for.

    Raises :class:`ExpressionError` with one line for anything else.

    >>> phi_of("he:2"), phi_of("z^2/2")
    (z**2 - 1, z**2/2)
    """
    family, colon, number = text.partition(":")
    if not colon and (text in NAMES or text == "z" or not _WORD.fullmatch(text)):
        return _expression(NAMES.get(text, text))
    if family not in FAMILIES:
        known = ", ".join((*NAMES, *(f"{name}:NUMBER" for name in FAMILIES)))
        raise ExpressionError(f"unknown activation {text!r}: choose {known} or an expression in z")
    counts, of = FAMILIES[family]
    try:
        value = sp.Rational(Fraction(number)) if _NUMBER.fullmatch(number) else None
    except ZeroDivisionError:
        value = None
    if value is None or (counts and not 1 <= value <= grammar.ASKED.power):
        allowed = f"a whole number from 1 to {grammar.ASKED.power}" if counts else "a number"
        example = f"{family}:2" if counts else f"{family}:1/2"
        raise ExpressionError(f"{text!r}: {family} takes {allowed}, as in {example}")
    if counts and not value.is_Integer:
        raise ExpressionError(f"{text!r}: {family} takes a whole number")
    phi = of(value)
    if not phi.has(z):
        raise ExpressionError(f"{text!r} does not depend on z")
    return phi


def _expression(text: str) -> sp.Expr:
    """Of what may be asked for, or of a text that is this module's own for what it says."""
    try:
        return grammar.parsed(text)
    except ExpressionError:
        with suppress(ExpressionError):
            phi = grammar.parsed(text, grammar.OWN)
            if grammar.written(phi) == text:
                return phi
        raise


def name_of(phi: sp.Expr) -> str:
    """The name of a nonlinearity that has one, else its expression: :func:`phi_of` reads both.

    >>> name_of(sp.sin(z / 2)), name_of(sp.sin(z + 1)), name_of(sp.cos(sp.sqrt(2) * z))
    ('sin:1/2', 'sin(z + 1)', 'cos(sqrt(2)*z)')
    """
    for name, text in NAMES.items():
        if grammar.parsed(text) == phi:
            return name
    for family, number in _candidates(phi):
        if _NUMBER.fullmatch(str(number)) and FAMILIES[family][1](number) == phi:
            return f"{family}:{number}"
    return grammar.written(phi)


def _candidates(phi: sp.Expr) -> Iterable[tuple[str, sp.Expr]]:
    """The number that each family would have to take, to be tried."""
    wave = (phi if phi.func in (sp.sin, sp.cos) else -phi).args[:1]
    if wave:
        frequency = wave[0] / z
        yield from (("sin", frequency), ("sin", -frequency), ("cos", frequency))
    if phi.is_polynomial(z):
        degree = sp.Integer(sp.degree(phi, z))
        if degree <= grammar.ASKED.power:
            yield from (("monomial", degree), ("he", degree))
    yield "leaky-relu", phi.coeff(sp.Min(z, 0))
