"""Mean times by the chance to arrive: against the backward equation, and far above its barriers."""

from __future__ import annotations

import numpy as np
import pytest

from binodal.numerics.errors import Undecided
from binodal.numerics.phases.capacity import Region
from binodal.numerics.phases.first_passage import Passage, log10_time
from binodal.numerics.phases.mean_time import log10_mean_time


def region(height, more=1, goal=1.0, way=None):
    """A double well along the first coordinate, parabolas along the others."""

    def potential(x):
        return height * ((x[0] ** 2 - 1) ** 2 + sum(y * y for y in x[1:]))

    box = [(-2.0, 2.0)] * (1 + more)
    widths = (height**-0.5,) * (1 + more)
    ends = (lambda x: x[0] < -1, lambda x: x[0] > goal)
    return Region(potential, height, box, widths, *ends, way=way)


@pytest.mark.parametrize("height", [8.0, 16.0])
def test_it_is_the_backward_equation_s_time(height):
    """Another equation on other cells; a coordinate that does nothing changes nothing."""

    def potential(x, y):
        return height * ((x**2 - 1) ** 2 + y**2)

    direct, error = log10_time(potential, Passage(-1.0, 1.0, -2.0, (-2.0, 2.0)))
    for more in (1, 2):
        time, own = log10_mean_time(region(height, more))
        assert abs(time - direct) < own + error + 1e-3
        assert own < 0.01


def test_barriers_that_doubles_do_not_hold_in_one_time_are_resolved():
    """pi/(sqrt(2) 4 h) exp(h), and 1 + O(1/h) of it, at 60 nats; the wrong goal is another time."""
    height = 60.0
    kramers = (height + np.log(np.pi / (2 * 2**0.5 * height))) / np.log(10)
    time, error = log10_mean_time(region(height))
    assert 0 < time - kramers < 0.01
    assert error < 0.005
    short, _ = log10_mean_time(region(height, goal=0.0))
    assert 0.2 < time - short < 0.35


@pytest.mark.parametrize("more", [1, 2])
def test_a_pass_between_deep_wells_has_cells_of_its_own(more):
    """The same time as on one grid at 40 nats, to less; the formula's at 20000, where none is."""
    way = tuple(np.array([q, *[0.01] * more]) for q in (-1.02, 0.02, 0.98))
    time, error = log10_mean_time(region(40.0, more, way=way))
    grid, own = log10_mean_time(region(40.0, more))
    assert abs(time - grid) < own
    assert error < 0.2 * own
    height = 20000.0
    kramers = (height + np.log(np.pi / (2 * 2**0.5 * height))) / np.log(10)
    time, error = log10_mean_time(region(height, more, way=way))
    assert abs(time - kramers) < error < 0.002
    with pytest.raises(Undecided, match="cells do not resolve the pass"):
        log10_mean_time(region(height, more))


@pytest.mark.parametrize("tilt", [24.0, -24.0])
def test_one_of_two_wells_may_be_shallow(tilt):
    """57.6 nats to one side and 9.8 to the other, by the integral in one coordinate."""

    def along(x):
        return 30 * (x**2 - 1) ** 2 + tilt * x

    x = np.linspace(-2.2, 2.2, 200001)
    levels = along(x)
    low, high = (k + levels[k : k + 90000].argmin() for k in (10000, 101000))
    top = low + levels[low:high].argmax()
    held = np.cumsum(np.exp(levels.min() - levels)) * (x[1] - x[0])
    known = np.log10((np.exp(levels - levels.min()) * held)[low:high].sum() * (x[1] - x[0]))

    def potential(places):
        return along(places[0]) + 40 * places[1] ** 2

    way = tuple(np.array([x[k], 0.01]) for k in (low, top, high))
    ends = (lambda places: abs(places[0] - x[low]) < 0.1, lambda places: places[0] > x[high])
    box = [(-2.2, 2.2), (-1.5, 1.5)]
    time, error = log10_mean_time(Region(potential, levels[top], box, (0.1, 0.1), *ends, way=way))
    assert abs(time - known) < error < 5e-4


def test_more_coordinates_than_a_grid_has_are_refused():
    with pytest.raises(Undecided, match="4 coordinates"):
        log10_mean_time(region(8.0, 3))
