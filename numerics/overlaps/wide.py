"""Overlaps on wide balls of r: Taylor's formula in log r, whose derivatives are overlaps again.

With D = r d/dr the ladder is D c_k = c_{k+2} + k c_k, so that M derivatives at a point need
2 M more orders there, and the remainder needs bounds of overlaps on the whole ball.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import pairwise
from math import ceil, log
from typing import TypeVar

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.numerics.balls import interval

Overlaps = Callable[[arb, int], list[arb]]
"""(r, orders) -> enclosures of c_0(r), ..., c_{orders-1}(r) on the ball r."""

N = TypeVar("N", arb, NDArray[np.float64])

_WIDEST = 0.125
_MOST_PARTS = 64
_MOST_TERMS = 8
_REMAINDER = 2.0**-30


def raised(values: Sequence[N]) -> list[N]:
    """D c_k for all but the last two orders.

    >>> [float(v) for v in raised([arb(1), arb(2), arb(3), arb(4)])]
    [3.0, 6.0]
    """
    return [values[k + 2] + k * values[k] for k in range(len(values) - 2)]


def with_derivatives(values: Sequence[N], modes: Sequence[int], derivatives: int) -> list[N]:
    """c_k and its derivatives in log r up to an order, mode after mode, from all c_k.

    >>> [float(v) for v in with_derivatives([arb(k) for k in range(1, 6)], (0, 1), 1)]
    [1.0, 3.0, 2.0, 6.0]
    """
    rows = [list(values)]
    for _ in range(derivatives):
        rows.append(raised(rows[-1]))
    return [row[k] for k in modes for row in rows]


def common(one: arb, two: arb) -> arb:
    """What two enclosures of one number have in common."""
    if not one.is_finite():
        return two
    return one.intersection(two) if two.is_finite() else one


def enclosed(points: Overlaps, bounds: Overlaps, r: arb, orders: int) -> list[arb]:
    """Enclosures on a ball of positive r, cut into parts that are narrow enough.

    ``points`` is exact where r is, ``bounds`` holds on any ball.
    """
    low, high = r.lower(), r.upper()
    width = float((high / low).log().mid())
    parts = ceil(width / (2 * _WIDEST))
    if parts > _MOST_PARTS:
        return bounds(r, orders)
    ratio = (high / low).root(parts) if parts > 1 else arb(1)
    ends = [low, *((low * ratio**i).mid() for i in range(1, parts)), high]
    pieces = [_expanded(points, bounds, interval(*pair), orders) for pair in pairwise(ends)]
    return [reduce(arb.union, values) for values in zip(*pieces, strict=True)]


def _expanded(points: Overlaps, bounds: Overlaps, r: arb, orders: int) -> list[arb]:
    """Taylor's formula around the middle of a narrow ball, within the bounds there."""
    middle = r.mid()
    distance = (r / middle).log()
    terms = _terms(float(abs(distance).upper()))
    derivative, whole = points(middle, orders + 2 * terms - 2), bounds(r, orders + 2 * terms)
    rest, sums, power = whole, [arb(0)] * orders, arb(1)
    for order in range(terms):
        sums = [s + power * d for s, d in zip(sums, derivative, strict=False)]
        derivative, rest = raised(derivative), raised(rest)
        power = power * distance / (order + 1)
    return [common(s + power * d, b) for s, d, b in zip(sums, rest, whole, strict=False)]


def _terms(distance: float) -> int:
    """How many terms leave a remainder that is small beside the ball's own width."""
    if distance <= 0:
        return 1
    needed = log(_REMAINDER) / min(log(2 * distance), -log(2))
    return 1 + max(1, min(_MOST_TERMS - 1, ceil(needed)))
