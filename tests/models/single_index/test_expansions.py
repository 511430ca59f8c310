"""Overlaps on sides of cells: each holds what it must, and is not much wider than that."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb

from binodal.models.single_index.numerics.expansions import Expansions
from binodal.models.single_index.numerics.setting import setting_of
from binodal.numerics.balls import precision
from binodal.numerics.boxes.intervals import Intervals


@pytest.mark.parametrize(
    ("activation", "teacher"), [("gelu", "1: 1, 2: 1/2"), ("tanh", "1: 1, 3: -3/10")]
)
def test_sides_hold_their_ends_and_no_more(activation, teacher):
    setting, random = setting_of(activation, teacher, "none"), np.random.default_rng(7)
    low = random.uniform(-1.5, 1.5, 12)
    width = np.append(10.0 ** random.uniform(-6, -1.6, 11), 0.2)
    with precision(80):
        columns = Expansions(setting, 3)(Intervals(low, low + width))
        for share in (0, 0.3, 1):
            points = [setting.raised_overlaps(arb(x).exp(), 3) for x in low + share * width]
            for column, values in zip(columns, zip(*points, strict=True), strict=True):
                ends = zip(column.low, column.high, values, strict=True)
                assert all(a <= value <= b for a, b, value in ends)
        rows = [setting.raised_overlaps(arb(x).exp(), 5) for x in low]
    sizes = np.abs([[float(value.mid()) for value in row] for row in rows])
    for k in (0, 1, 2, 4, 5, 6):
        slope, bend = (sizes[:, k + 2 * (k // 4) + order] for order in (1, 2))
        most = width * (1.1 * slope + bend / 32) + 40 * width**2 + 1e-7
        assert (columns[k].width < most)[:-1].all()
