"""Times of one neuron by paths over all saddles: cells, the formula and all weights judge them."""

from __future__ import annotations

from math import log, log10

import numpy as np
import pytest

from binodal.models.single_index.numerics.held import ways_out
from binodal.models.single_index.numerics.several.setting import several_setting
from binodal.models.single_index.numerics.way_paths import Along, crossing, log10_time
from binodal.models.single_index.numerics.ways_out import rate, region
from binodal.models.single_index.numerics.weights import Weights
from binodal.numerics.phases import capacity
from binodal.numerics.phases.mean_time import log10_mean_time
from tests.laws import beside
from tests.models.single_index.numerics.test_drawn import ALL, BOTH, law_of

CIRCLE = "(2,0): 1, (0,2): 1"


def passage(teacher, beta, sigma2, modes, activation="erf"):
    setting = several_setting(activation, teacher, "none")
    law = law_of(setting, beta, sigma2)
    on = Weights(law, np.resize(modes, len(law.orders)))
    return on, ways_out(on)


def formula(on, ways):
    return (ways.lowest.action - ways.well.action - log(rate(on, ways))) / log(10)


@pytest.fixture(scope="module")
def two():
    return passage(BOTH, 81, "17/100", [0.2015, -0.2992])


@pytest.fixture(scope="module")
def circle():
    """Saddles on a circle."""
    return passage(CIRCLE, 4, "3/10", [0.00338, 0.999576, 0.999576], "cos(z)")


@pytest.mark.parametrize("case", ["two", "circle"])
def test_slopes_of_the_coordinate_are_its_own(case, request):
    """Gradient and Laplacian by differences."""
    on, ways = request.getfixturevalue(case)
    along, step = Along.of(ways), 1e-4
    place = 0.1 * ways.lowest.at + 0.9 * ways.well.at + 0.03 * np.array([1.0, -2.0, 0.5])
    nudges = step * np.eye(on.size)
    up, down = (along.at(place[:, None] + sign * nudges) for sign in (1, -1))
    here = along.at(place[:, None])
    gradient, laplacian = along.bends(place[:, None])
    np.testing.assert_allclose(gradient[:, 0], (up - down) / (2 * step), rtol=1e-5, atol=1e-5)
    assert laplacian[0] == pytest.approx((up + down - 2 * here).sum() / step**2, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("case", ["two", "circle"])
def test_cells_have_the_same_time(case, request, monkeypatch):
    """In three coordinates, over two saddles and over a circle of them."""
    monkeypatch.setattr(capacity, "CELLS", {3: 60000})
    on, ways = request.getfixturevalue(case)
    time, error = log10_time(on, ways, 0.1)
    known, other = log10_mean_time(region(on, ways))
    assert abs(time - known) < error + other
    assert error < 0.03


def test_three_directions_leave_later_than_the_formula_says():
    """By less than one over the barrier, which is 7.2."""
    on, ways = passage(ALL, 81, "14/100", [0.136898, -0.29906])
    time, error = log10_time(on, ways, 0.2)
    height = ways.lowest.action - ways.well.action
    assert 0 < time - formula(on, ways) < error + log10(1 + 1 / height)
    assert error < 0.04


@beside("test_three_directions_leave_later_than_the_formula_says")
@pytest.mark.parametrize("modes", [(0.05, -0.5), (0.02, -0.6)])
def test_all_weights_take_that_time(modes):
    """Langevin's equation of 25 weights in the same residual, over six saddles."""
    on, ways = passage(ALL, "1/36", "12/100", modes)
    of, chance, size = crossing(on, ways), np.random.default_rng(1), on.law.at["d"]
    step, count = of.step / 6, on.directions

    def places(weights):
        return np.vstack([weights[:, :count].T, np.linalg.norm(weights[:, count:], axis=1)])

    def moved(weights):
        at = places(weights)
        slopes = on.slopes(at)
        own = ((slopes[count] + size / at[count]) / at[count])[:, None] * weights
        own[:, :count] = slopes[:count].T
        return weights - step * own + np.sqrt(2 * step) * chance.standard_normal(weights.shape)

    weights = chance.normal(0, np.sqrt(on.law.at["sigma_w2"] / size), (400, int(size)))
    for _ in range(1000):
        held = moved(weights)
        inside = of.felt(places(held).T)[2] < of.start
        weights[inside] = held[inside]
    times, going = np.zeros(len(weights)), np.arange(len(weights))
    while going.size:
        weights = moved(weights)
        times[going] += step
        left = of.felt(places(weights).T)[2] < of.goal
        weights, going = weights[left], going[left]
    spread = 2 * times.std() / times.mean() / np.sqrt(times.size) / log(10)
    time, error = log10_time(on, ways, 0.0)
    assert abs(log10(times.mean()) - time) < spread + error < 0.1
