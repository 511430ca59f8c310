"""Mean first-passage times: against a double integral, another discretisation, and formulas."""

from __future__ import annotations

from math import log10

import numpy as np
import pytest
from scipy import integrate

from binodal.numerics.errors import Undecided
from binodal.numerics.phases.first_passage import Passage, log10_time
from tests.numerics.phases.generator import mean_time
from tests.numerics.phases.test_escape import LADDERS, Neuron, escapes, setting, zero_basin

WALL = -2.2
HELD = (0.3, 0.3)


def tilted(height):
    """A tilted double well along the first coordinate."""
    return lambda x, _: height * (x * x - 1) ** 2 * (1 + x / 8) + 0 * _


def integral(height, start):
    """The double integral of the time from ``start`` to 1, with a wall on the left."""
    x = np.linspace(WALL, 1, 400_001)
    u = tilted(height)(x, 0.0)
    inner = integrate.cumulative_simpson(np.exp(-u), x=x, initial=0)
    ahead = x >= start
    return log10(integrate.simpson((np.exp(u) * inner)[ahead], x=x[ahead]))


@pytest.mark.parametrize("height", [0.5, 4.0, 16.0])
def test_one_coordinate_is_a_double_integral(height):
    value, error = log10_time(tilted(height), Passage(-1.0, 1.0, WALL, HELD))
    right = integral(height, -1.0)
    assert abs(value - right) < min(error, 1e-4) and error < 0.01
    assert abs(integral(1.02 * height, -1.0) - right) > error


def test_it_runs_either_way_and_from_a_wall():
    forward = Passage(-1.0, 1.0, WALL, HELD)
    mirrored = Passage(1.0, -1.0, -WALL, HELD)
    value, _ = log10_time(tilted(4.0), forward)
    assert log10_time(lambda x, r: tilted(4.0)(-x, r), mirrored)[0] == pytest.approx(value)
    at_wall, error = log10_time(tilted(2.0), Passage(WALL, 1.0, WALL, HELD))
    assert abs(at_wall - integral(2.0, WALL)) < error + 2e-3


def test_two_coordinates_against_another_discretisation():
    """A saddle off both axes; the other scheme is extrapolated from two grids too."""

    def bent(x, r):
        return 5 * (x * x - 1) ** 2 + 6 * (r - x / 2) ** 2 + x / 3

    value, error = log10_time(bent, Passage(-1.6, 1.0, -1.6, (-2.0, 2.2)))

    def other(rows):
        step = 2.6 / rows
        first = -1.6 + step * (np.arange(rows) + 0.5)
        return mean_time(bent, first, np.linspace(-2.0, 2.2, rows // 2))

    coarse, fine = other(120), other(240)
    right = log10((4 * fine - coarse) / 3)
    assert abs(value - right) < error + 2e-3
    assert abs(log10(fine) - log10(1.05 * fine)) > error + 2e-3


def test_a_barrier_beyond_doubles_is_undecided():
    with pytest.raises(Undecided, match="beyond what doubles resolve"):
        log10_time(tilted(40.0), Passage(-1.0, 1.0, WALL, HELD))


@pytest.mark.parametrize("theory", LADDERS)
def test_what_kramers_is_off_by_is_known_and_falls(theory):
    """The exact time of a neuron by another route, and the formula's error as a number."""
    sigma2, betas = LADDERS[theory]
    off = []
    for beta in betas[:2]:
        parameters = setting(beta, sigma2)
        found = escapes(parameters, theory)
        value, error = found.from_zero.exact
        off.append(abs(found.from_zero.log10_time - value))
        assert error < 0.01 < 0.1 and off[-1] < found.from_zero.error
        back = found.from_feature
        assert abs(back.log10_time - back.exact[0]) < back.error
    neuron = Neuron(parameters, zero_basin(parameters, theory), theory)
    right = log10(neuron.time_in_one() if theory == "published" else neuron.time_in_two())
    assert abs(value - right) < 1e-3
    assert 5e-3 < off[1] < 0.8 * off[0]


def test_barriers_that_doubles_do_not_hold_have_an_exact_time_all_the_same():
    """Over 30 and 50 nats, by the chance to arrive: above Kramers' and within his error."""
    for beta in (512, 1024):
        one = escapes(setting(beta, LADDERS["published"][0]), "published").from_zero
        assert 0 < one.exact[0] - one.log10_time < one.error
        assert one.exact[1] < one.error
