"""Escape of two real rows out of zero: Langevin motion of all components, from level to level."""

from __future__ import annotations

from math import log, pi, sqrt

import numpy as np
import pytest
from flint import arb

from binodal.models.group.numerics import block_paths
from binodal.models.group.numerics import escape as numerics
from binodal.models.group.numerics.block_paths import Block
from binodal.models.group.numerics.pair_law import PairLaw
from binodal.numerics.phases.first_passage import Passage, log10_time
from tests.laws import beside, cases

_U, _GAMMA, _STEP = 1.0, 0.3, 0.02
_WIDE = {"complex": sqrt(3), "quaternionic": sqrt(7)}
"""Where the radius of all components is most often at zero."""
_PLACE = 1 / (_U + sqrt(_U**2 - _GAMMA))
_FAR = (_U + sqrt(_U**2 - _GAMMA)) / _GAMMA
_HEIGHT = (2 * _PLACE - _U * _PLACE**2) / 3


class _Motion:
    """Many pairs of matrices; the noise of neighbouring steps is shared, which is exact to h^2."""

    def __init__(self, strength, seed):
        self.strength, self.chance = strength, np.random.default_rng(seed)

    def noise(self, count):
        return self.chance.normal(size=(2, count, 2, 2))

    def moved(self, y, before):
        w, v = y
        back, behind = (m.transpose(0, 2, 1) for m in y)
        both, of_w, of_v = w @ v, w @ back, v @ behind
        cubic, pull = _GAMMA / self.strength**2, 2 * _U / self.strength
        slope = y + cubic * np.stack([of_w @ (of_w @ w), of_v @ (of_v @ v)])
        slope -= pull * np.stack([both @ behind, back @ both])
        now = self.noise(y.shape[1])
        return y - _STEP * slope + sqrt(_STEP / 2) * (before + now), now

    def level(self, y):
        """The larger singular value of W V over that at the saddle."""
        both = y[0] @ y[1]
        total, volume = (both**2).sum((1, 2)), np.linalg.det(both)
        larger = (total + np.sqrt(np.maximum(total**2 - 4 * volume**2, 0))) / 2
        return np.sqrt(larger) / (self.strength * _PLACE)

    def climbed(self, starts, goal, floor, count):
        """Share that is at the goal before the floor, where it is then, and how high each came."""
        chosen = self.chance.integers(0, starts.shape[2], count)
        y, noise = starts[:, :, chosen]
        highest, there, tops = self.level(y), [], []
        while y.shape[1]:
            y, noise = self.moved(y, noise)
            at = self.level(y)
            highest = np.maximum(highest, at)
            there.append(np.stack([y, noise])[:, :, at >= goal])
            done = (at >= goal) | (at < floor)
            tops.append(highest[done])
            y, noise, highest = y[:, ~done], noise[:, ~done], highest[~done]
        arrived = np.concatenate(there, axis=2)
        return arrived.shape[2] / count, arrived, np.concatenate(tops)

    def log_time(self, count, goal=1.6, walkers=300, until=30.0):
        """log of the mean time out of zero, with the error of independent stages."""
        y, noise = self.noise(walkers), self.noise(walkers)
        for _ in range(int(5 / _STEP)):
            y, noise = self.moved(y, noise)
        floor = np.quantile(self.level(y), 0.8)
        left, below = [], self.level(y) < floor
        for _ in range(int(until / _STEP)):
            y, noise = self.moved(y, noise)
            now = self.level(y) < floor
            left.append(np.stack([y, noise])[:, :, below & ~now])
            below = now
        starts = np.concatenate(left, axis=2)
        found, spread, level = log(walkers * until / starts.shape[2]), 0.0, floor
        while level < goal:
            *_, tops = self.climbed(starts, goal, floor, count // 3)
            level = min(goal, max(np.quantile(tops, 0.7), 1.02 * level))
            share, starts, _ = self.climbed(starts, level, floor, count)
            found, spread = found - log(share), spread + (1 - share) / share / count
        return found, sqrt(spread)


@pytest.mark.parametrize(("kind", "twice", "strength"), [("real", 1, 160.0), ("complex", 1, 200.0)])
def test_overlap_at_zero_is_that_of_the_exact_law(kind, twice, strength):
    """Its next order is some 5 times the square of the growth by the pull, or less."""
    exact = PairLaw(kind, "schatten", strength, twice, _U, _GAMMA).ranks()[0].mean
    overlap, growth = map(float, numerics._zero(kind, 2)(arb(_U), arb(strength)))
    assert 0 < exact / (twice * overlap) - 1 - growth < 5 * growth**2


@beside("tests/models/group/test_escape.py::test_a_matrix_leaves_both_wells")
def test_two_rows_in_motion_leave_at_that_rate():
    """Within the stated error of what follows the next order; twice or half the rate is outside."""
    barrier = 24.0
    strength = barrier / _HEIGHT
    state = _PLACE, _FAR, _U, _GAMMA, strength
    (rate,) = numerics._rate("zero", "schatten", "real", 2)(*state)
    saddle, zero, _ = numerics._orders("schatten", "real", 2)(*state)
    both = abs(saddle) + zero
    error = both * (both + 1 / barrier)
    times = [_Motion(strength, seed).log_time(1500) for seed in range(4)]
    off = np.mean([time for time, _ in times]) - (barrier - log(rate) + zero - saddle)
    spread = max(np.mean([error for _, error in times]), np.std([t for t, _ in times])) / 2
    assert spread < 0.12 and error < 0.03
    assert abs(off) < error + 3 * spread
    assert abs(off - log(2)) > error + 3 * spread < abs(off + log(2))


@pytest.mark.parametrize(
    ("kind", "rows", "well", "barrier"),
    cases(
        [("complex", 2, "rise", 30.0), ("real", 2, "zero", 50.0), ("real", 3, "rise", 30.0)],
        every=None,
    ),
)
def test_next_order_of_rows_is_that_of_their_exact_equation(kind, rows, well, barrier):
    """By draws and paths, within stated errors; twice or half the rate is outside.

    A rise has the order of one row less, and x_-/x_+ of that in its error.
    """
    of = Block("schatten", kind, rows, barrier / _HEIGHT, _U, _GAMMA)
    state = _PLACE, _FAR, _U, _GAMMA, of.strength
    (rate,) = numerics._rate(well, "schatten", kind, rows)(*state)
    less = rows - (well == "rise")
    saddle, zero, _ = map(float, numerics._orders("schatten", kind, less)(*state))
    value, error = block_paths.log10_time(of, well, state)
    off = value * log(10) - (barrier - log(rate) + zero - saddle)
    both = abs(saddle) + zero
    left = both * (both + 1 / barrier) + error * log(10)
    left += both * _PLACE / _FAR * (well == "rise")
    assert error * log(10) < 0.05 and abs(off) < left < log(2) - abs(off)


@pytest.mark.parametrize(
    ("kind", "well", "gamma", "barrier"),
    [
        ("real", "zero", 0.8, 8.0),
        ("complex", "zero", 0.3, 14.0),
        ("quaternionic", "zero", 0.8, 18.0),
        ("complex", "ring", 0.9, 12.0),
        ("quaternionic", "ring", 0.9, 12.0),
    ],
)
def test_next_order_of_one_row_is_that_of_the_exact_equation(kind, well, gamma, barrier):
    """Within its stated error, and nearer to the exact time than the formula alone."""
    far, near = (1 + sqrt(1 - gamma)) / gamma, 1 / (1 + sqrt(1 - gamma))
    top, bottom = ((2 * x - x**2) / 3 for x in (near, far))
    strength = barrier / (top - (0 if well == "zero" else bottom))
    state = near, far, 1.0, gamma, strength
    (rate,) = numerics._rate(well, "schatten", kind, 1)(*state)
    saddle, *weights = map(float, numerics._orders("schatten", kind, 1)(*state))
    own = weights[well == "ring"]
    radius = (2 * strength * far) ** 0.5
    start, goal = (0.0, radius) if well == "zero" else (radius, _WIDE[kind])
    wall = 0.0 if well == "zero" else radius + 6
    of = Passage(start, goal, wall, (0.0, pi / 4), length=lambda r: r)
    potential = numerics._potential(kind)
    value, error = log10_time(lambda r, t: potential(r, t, 1.0, gamma, strength)[0], of)
    found = value * log(10) - (barrier - log(rate))
    lower = strength * min(top, top - bottom)
    left = (abs(own) + abs(saddle)) * (abs(own) + abs(saddle) + 1 / lower)
    assert error * log(10) < 0.02
    assert abs(found - (own - saddle)) < min(left + error * log(10), abs(found))
