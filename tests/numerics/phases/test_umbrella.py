"""Times by walkers in a flat law, where one coordinate has them by two integrals."""

from __future__ import annotations

from dataclasses import replace
from math import log10

import numpy as np
import pytest

from binodal.numerics.errors import Undecided
from binodal.numerics.phases import committor, umbrella
from binodal.numerics.phases.umbrella import Profile, log10_mean_time
from tests.numerics.phases.test_committor import double_well

_GOAL = 1.1


def way_of(height, **shape):
    """Out of -1; what is drawn about the pass is far off it."""
    of = double_well(height, **shape)
    return replace(of, start=-9.0, goal=_GOAL, at_pass=of.in_well)


def exact(height):
    """From the well's bottom, or eight nats below the pass, to the other."""
    x = np.linspace(-3, 1, 40001)
    u = height * (x**2 - 1) ** 2
    ends = (
        np.abs(x) < np.sqrt(max(1 - np.sqrt(max(1 - 8 / height, 0)), 0)) if height > 8 else x > -1
    )
    rises = np.exp(np.where(ends, u, -np.inf))
    chance = 1 - np.cumsum(rises) / rises.sum()
    step = x[1] - x[0]
    return log10((chance * np.exp(-u)).sum() * step * rises.sum() * step)


@pytest.mark.parametrize("height", [1.5, 6.0, 16.0])
def test_times_are_those_of_one_coordinate(height):
    """Within their error, though no walker begins near the pass."""
    value, error = log10_mean_time(way_of(height, others=0))
    assert abs(value - exact(height)) < error < 0.03


def test_beside_others_that_bend_the_way(monkeypatch):
    """They slow it down, as draws about the pass have it too."""
    monkeypatch.setattr(committor, "_MOST", 2)
    monkeypatch.setattr(umbrella, "_MOST", 5)
    value, error = log10_mean_time(way_of(6.0))
    drawn, own = committor.log10_mean_time(double_well(6.0))
    assert abs(value - drawn) < error + own < 0.2
    assert value - error > exact(6.0)


def test_back_is_the_same_time():
    of = way_of(6.0, others=0)
    back = replace(
        of, start=9.0, goal=-_GOAL, in_well=_mirrored(of.in_well), at_pass=_mirrored(of.in_well)
    )
    value, error = log10_mean_time(back)
    assert abs(value - exact(6.0)) < error


def _mirrored(draw):
    def drawn(chance, count):
        places, volume = draw(chance, count)
        return places * np.array([-1.0]), volume

    return drawn


def test_a_slope_that_only_falls_is_no_barrier():
    with pytest.raises(Undecided, match="not above 1"):
        log10_mean_time(way_of(0.6, others=0))


def test_a_trial_falls_from_one_to_zero_with_its_slope():
    way = np.linspace(0.0, 2.0, umbrella._BINS + 1)
    of = Profile(way, 3 * np.sin(2 * way))
    at, h = np.linspace(0.31, 1.69, 7), 1e-5
    ones, zeros = np.ones(7), np.zeros(7)
    low, g, high = (of.trial(at + k * h, ones, zeros, 0.3, 1.7)[0] for k in (-1, 0, 1))
    _, square, bend = of.trial(at, ones, zeros, 0.3, 1.7)
    assert square == pytest.approx(((high - low) / (2 * h)) ** 2, rel=1e-5)
    assert of.trial(np.array([0.3, 1.7]), ones[:2], zeros[:2], 0.3, 1.7)[0] == pytest.approx([1, 0])
    assert (np.diff(g) < 0).all() and np.isfinite(bend).all()
