"""The spline of tracks is SciPy's."""

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from binodal.numerics.continuation.track import spline


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6, 40, 300])
def test_it_is_that_of_scipy(count):
    draws = np.random.default_rng(count)
    x, y = np.cumsum(draws.uniform(0.01, 2.0, count)), draws.normal(size=(count, 3))
    at = np.concatenate([x, np.linspace(x[0], x[-1], 500)])
    assert np.abs(spline(x, y, at) - CubicSpline(x, y)(at)).max() < 1e-12
