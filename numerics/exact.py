"""Numbers as users write them, read exactly."""

from __future__ import annotations

import re
from fractions import Fraction

from binodal.errors import RequestError

_LONGEST = 300
_LARGEST_EXPONENT = 400
_RATIONAL = re.compile(r"([+-]?[0-9]+)/([0-9]+)")
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")


def exact(text: str, name: str = "value") -> Fraction:
    """An integer, a decimal (1e-3 included) or a rational p/q, as it is written.

    Raises :class:`RequestError` for anything else, NaN and infinity included.

    >>> exact("0.3"), exact("8/700"), exact("-1.5e-3")
    (Fraction(3, 10), Fraction(2, 175), Fraction(-3, 2000))
    """
    text = text.strip()
    if len(text) > _LONGEST:
        raise RequestError(
            f"{name}={text[:12]}...: a number may have at most {_LONGEST} characters"
        )
    rational, decimal = _RATIONAL.fullmatch(text), _DECIMAL.fullmatch(text)
    if rational:
        if int(rational[2]) == 0:
            raise RequestError(f"{name}={text}: the denominator is zero")
        return Fraction(int(rational[1]), int(rational[2]))
    if not decimal:
        raise RequestError(
            f"{name}={text!r}: not a finite number; write an integer, a decimal or p/q"
        )
    if decimal[2] and abs(int(decimal[2][1:])) > _LARGEST_EXPONENT:
        raise RequestError(
            f"{name}={text}: the exponent must be from -{_LARGEST_EXPONENT} to {_LARGEST_EXPONENT}"
        )
    return Fraction(text)
