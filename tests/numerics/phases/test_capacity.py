"""Mean times by the chance to arrive: against the backward equation, and far above its barriers."""

from __future__ import annotations

import numpy as np
import pytest

from binodal.numerics.errors import Undecided
from binodal.numerics.phases.capacity import Region, log10_mean_time
from binodal.numerics.phases.first_passage import Passage, log10_time


def region(height, more=1, goal=1.0):
    """A double well along the first coordinate, parabolas along the others."""

    def potential(x):
        return height * ((x[0] ** 2 - 1) ** 2 + sum(y * y for y in x[1:]))

    box = [(-2.0, 2.0)] * (1 + more)
    widths = (height**-0.5,) * (1 + more)
    return Region(potential, height, box, widths, lambda x: x[0] < -1, lambda x: x[0] > goal)


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


def test_more_coordinates_than_a_grid_has_are_refused():
    with pytest.raises(Undecided, match="4 coordinates"):
        log10_mean_time(region(8.0, 3))
