"""Whether the late predictor is the interpolator of least norm that the decay asks for at L > 2.

The decay of an interpolator is sum |w|^(2/L), concave between zeros: every vertex, with as many
weights as samples at most, is a local minimum of it, and the least of them the global one.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from math import comb

from flint import arb

from binodal.models.diagonal_linear.numerics.predictors import column, matrix, row_of
from binodal.models.diagonal_linear.setting import Row, Setting
from binodal.numerics.balls import ball

_MOST = 5000
_LEAST = "among interpolators it has the least sum of |w|^(2/L)"
_UNKNOWN = "whether it has the least sum of |w|^(2/L) is not decided"


def vertices(setting: Setting) -> Iterator[Row]:
    """Interpolators with as many weights as samples, each once for every choice of these."""
    bounds, count = column(setting.bounds), len(setting.rows)
    for support in combinations(range(setting.width), count):
        part = matrix([[row[j] for j in support] for row in setting.rows])
        if part.rank() == count:
            inner = dict(zip(support, row_of(part.solve(bounds)), strict=True))
            yield tuple(inner.get(j, Fraction(0)) for j in range(setting.width))


def size(w: Row, degree: Fraction) -> arb:
    """sum |w|^(2/L)."""
    power = ball(2 / degree)
    return sum((ball(abs(x)) ** power for x in w if x), arb(0))


def judged(setting: Setting, late: Row, degree: Fraction) -> str:
    """Whether another vertex has a smaller sum, in words; empty where the question is another."""
    if setting.separates or degree == 2:
        return ""
    if comb(setting.width, len(setting.rows)) > _MOST:
        return _UNKNOWN
    own, unsure = size(late, degree), False
    for w in vertices(setting):
        other = size(w, degree)
        if w != late and other < own:
            shown = ", ".join(map(str, w))
            return f"({shown}) has a smaller sum of |w|^(2/L): it is a local minimum of that only"
        unsure = unsure or (w != late and not other > own)
    return _UNKNOWN if unsure else _LEAST
