"""The parameters of matrix completion: initial scale and decay."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from binodal.numerics.parameters import Field, Space

NAME = "matrix-completion"
_FIELDS = {"alpha": Field(), "lambda": Field()}
_PRESETS = {"completion": {"alpha": Fraction(100), "lambda": Fraction(1, 100)}}


def space(settings: Mapping[str, str]) -> Space:
    """The parameters of a member of the family."""
    return Space(NAME, _FIELDS, _PRESETS, settings=settings)
