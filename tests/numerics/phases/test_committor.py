"""Times by a trial of the chance to arrive, where one coordinate has them by two integrals."""

from __future__ import annotations

from dataclasses import replace
from math import log10, pi, sqrt

import numpy as np
import pytest

from binodal.numerics.errors import Undecided
from binodal.numerics.phases import committor
from binodal.numerics.phases.committor import Crossing, log10_mean_time

_END = 0.85


def double_well(height, others=3, bend=8.0):
    """height (x^2 - 1)^2 beside other coordinates that are normal, and pull at x."""

    def felt(x):
        y, shift = x[:, 1:], x[:, :1] ** 2
        u = height * (x[:, 0] ** 2 - 1) ** 2 + bend / 2 * ((y - shift) ** 2).sum(1)
        force = 4 * height * x[:, 0] * (x[:, 0] ** 2 - 1)
        force = force - 2 * bend * x[:, 0] * (y - shift).sum(1)
        return u, np.concatenate([force[:, None], bend * (y - shift)], 1), x[:, 0]

    def bends(x):
        return np.eye(1, 1 + others).repeat(len(x), 0), np.zeros(len(x))

    def drawn(place, curvature):
        def draw(chance, count):
            z = chance.standard_normal((count, 1 + others))
            first = place + z[:, :1] / sqrt(curvature)
            rest = first**2 + z[:, 1:] / sqrt(bend)
            volume = (z**2).sum(1) / 2 - np.log(curvature * bend**others) / 2
            return np.concatenate([first, rest], 1), volume + (1 + others) / 2 * np.log(2 * pi)

        return draw

    width = 1 / sqrt(4 * height + 1)
    draws = drawn(0.0, 2 * height), drawn(-1.0, 5 * height)
    return Crossing(
        felt, bends, -_END, _END, 0.0, width, *draws, 0.2 / (8 * height + others * bend)
    )


def exact(height):
    """Of x alone, since the others do not change its law: h is an integral of exp(U)."""
    x = np.linspace(-3, _END, 40001)
    u = height * (x**2 - 1) ** 2
    rises = np.exp(np.where(x > -_END, u, -np.inf))
    chance = 1 - np.cumsum(rises) / rises.sum()
    step = x[1] - x[0]
    return log10((chance * np.exp(-u)).sum() * step * rises.sum() * step)


def alone(height):
    return double_well(height, others=0)


@pytest.mark.parametrize("height", [2.0, 6.0, 20.0])
def test_times_are_those_of_one_coordinate(height):
    """Within their error, below three per cent."""
    value, error = log10_mean_time(alone(height))
    assert abs(value - exact(height)) < error < 0.013


def test_a_trial_that_is_off_gives_the_same_time(monkeypatch):
    """Of four coordinates, by few draws; its bound alone is a fifth too large."""
    monkeypatch.setattr(committor, "_MOST", 4)
    of = double_well(8.0)
    off = replace(of, middle=0.08, width=1.3 * of.width)
    (value, error), (other, own) = log10_mean_time(of), log10_mean_time(off)
    assert abs(value - other) < error + own < 0.1


def test_few_paths_that_count_are_none():
    of = replace(alone(12.0), at_pass=alone(12.0).in_well)
    with pytest.raises(Undecided, match="few count"):
        log10_mean_time(of)
