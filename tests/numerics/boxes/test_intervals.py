"""Intervals contain what they enclose, and searches lose no zero."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from binodal.numerics.boxes.intervals import Intervals
from binodal.numerics.boxes.search import search

_REALS = st.floats(-50, 50, allow_nan=False)
_SIDES = st.tuples(_REALS, _REALS).map(sorted)


@given(_SIDES, _SIDES, st.floats(0, 1), st.floats(0, 1))
def test_operations_contain_their_values(one, other, s, t):
    x, y = (Intervals(np.array([a]), np.array([b])) for a, b in (one, other))
    a, b = (side[0] + f * (side[1] - side[0]) for side, f in ((one, s), (other, t)))
    a, b = min(max(a, one[0]), one[1]), min(max(b, other[0]), other[1])
    for enclosure, value in (
        (x + y, a + b),
        (x - y, a - b),
        (x * y, a * b),
        (x**2, a * a),
        (x**3, a * a * a),
        (2.0 - x, 2.0 - a),
    ):
        assert enclosure.low[0] <= value <= enclosure.high[0]


def test_an_even_power_is_not_negative():
    x = Intervals(np.array([-2.0]), np.array([1.0]))
    assert (x**2).low[0] == 0
    with pytest.raises(ValueError, match="natural number"):
        x**-1


def test_infinite_ends_say_nothing():
    x = Intervals(np.array([0.0]), np.array([np.inf]))
    product = x * Intervals.of(0.0)
    assert (product.low[0], product.high[0]) == (-np.inf, np.inf)


@pytest.mark.parametrize("centre", [(0.3, -0.2), (0.0, 0.0), (-0.999, 0.999)])
def test_a_search_keeps_the_zero_and_little_else(centre):
    def excluded(sides):
        values = [side - c for side, c in zip(sides, centre, strict=True)]
        return np.logical_or.reduce([v.without_zero() for v in values])

    far = [(2.0, 3.0)] * 2
    left = search(excluded, [far, [(-1.0, 1.0)] * 2], [2.0**-8] * 2, [[1, 1], [3, 5]])
    assert not left.given_up
    (hull,) = left.hulls
    for (low, high), c in zip(hull, centre, strict=True):
        assert low <= c <= high
        assert high - low <= 2.0**-6


def test_a_box_with_too_many_cells_is_given_up_alone():
    boxes = [[(0.0, 1.0)], [(2.0, 3.0)]]
    left = search(lambda s: s[0].low > 1.5, boxes, [1e-6], [[4], [4]], limit=100)
    assert left.given_up == (((0.0, 1.0),),)
    assert left.hulls == ()


def test_boxes_that_touch_are_searched_apart():
    boxes = [[(-1.0, 0.0)], [(0.0, 1.0)]]
    left = search(lambda s: s[0].without_zero(), boxes, [0.5], [[1], [1]])
    assert left.hulls == (((-0.5, 0.0),), ((0.0, 0.5),))
