"""The parameters of diagonal linear networks: degree, initial scale, decay, temperature."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from binodal.numerics.parameters import Field, Space

NAME = "diagonal-linear"
NONE = Fraction(0)
_FIELDS = {
    "L": Field(Fraction(2), strict=False, why="of degree 1 decay alone chooses, at every time"),
    "alpha": Field(),
    "lambda": Field(),
    "sigma2": Field(strict=False, default=NONE),
}
_DICHOTOMY = {"L": Fraction(2), "alpha": Fraction(100), "lambda": Fraction(1, 100), "sigma2": NONE}
_PRESETS = {"dichotomy": _DICHOTOMY}


def space(settings: Mapping[str, str]) -> Space:
    """The parameters of a member of the family."""
    return Space(NAME, _FIELDS, _PRESETS, settings=settings)
