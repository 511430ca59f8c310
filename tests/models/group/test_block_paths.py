"""Exact times of blocks by paths in all components, beside grids in fewer, and the formula."""

from __future__ import annotations

from math import log, pi, sqrt

import numpy as np
import pytest

from binodal.models.group.numerics import escape as numerics
from binodal.models.group.numerics.block_paths import Block, crossing
from binodal.numerics.errors import Undecided
from binodal.numerics.phases import capacity
from binodal.numerics.phases.committor import log10_mean_time
from binodal.numerics.phases.first_passage import Passage, log10_time
from tests.laws import cases
from tests.models.group.pair_region import _pair, region

_U, _GAMMA = 1.0, 0.3
_TOP, _RING = 1 / (_U + sqrt(_U**2 - _GAMMA)), (_U + sqrt(_U**2 - _GAMMA)) / _GAMMA
_STATE = _TOP, _RING, _U, _GAMMA


def block(kind, rows, barrier, decay="schatten"):
    strength = barrier / (_TOP * (2 - _U * _TOP) / 3)
    return Block(decay, kind, rows, strength, _U, _GAMMA)


def formula(of, well):
    """log10 of the time with the next order, and the size of that."""
    state = *_STATE, of.strength
    (rate,) = numerics._rate(well, of.decay, of.kind, of.rows)(*state)
    flux, zero, ring = map(float, numerics._orders(of.decay, of.kind, of.rows)(*state))
    ends = _TOP, 0.0 if well == "zero" else _RING
    rise = of.strength * np.subtract(*(x * (2 - _U * x) / 3 for x in ends))
    own = zero if well == "zero" else ring
    return (rise - log(rate) + own - flux) / log(10), (abs(own) + abs(flux)) / log(10)


@pytest.mark.parametrize("kind", ["real", "complex", "quaternionic"])
@pytest.mark.parametrize("decay", ["schatten", "frobenius"])
def test_slopes_are_those_of_the_action_of_two_rows(kind, decay):
    """And the coordinate's; U of two singular values and an angle is another form."""
    of, chance = block(kind, 2, 8.0, decay), np.random.default_rng(3)
    at = 2 * chance.standard_normal((1, 8 * of.beta))
    u, slopes, along = of.felt(at)
    w, v = (m[0] for m in of.matrices(at))
    twice = 2 if of.beta == 4 else 1
    a, b = (np.linalg.svd(m, compute_uv=False)[::twice] for m in (w, v))
    both = np.linalg.norm(w @ v) ** 2 / twice
    (p, q) = zip(*((x @ x, x[0] ** 2 - x[1] ** 2) for x in (a, b)), strict=True)
    angle = np.arccos((2 * both - p[0] * p[1]) / (q[0] * q[1]))
    measured = _pair(decay, kind)(*a, *b, angle, _U, _GAMMA, of.strength)[0]
    count = of.beta
    single = (count - 1) * np.log([*a, *b, np.sin(angle)]).sum() + count * np.log(q).sum()
    assert u[0] == pytest.approx(measured + single, rel=1e-9)
    steps = 1e-4 * np.eye(at.shape[1])
    up, down = of.felt(at + steps), of.felt(at - steps)
    assert (up[0] - down[0]) / 2e-4 == pytest.approx(slopes[0], abs=1e-6)
    grows = (up[2] - down[2]) / 2e-4
    spread = ((up[2] + down[2] - 2 * along) / 1e-8).sum()
    squares, drift = of.bends(at, slopes)
    assert squares[0] == pytest.approx(grows @ grows, rel=1e-6)
    assert drift[0] == pytest.approx(spread - grows @ slopes[0], abs=1e-4)


@pytest.mark.parametrize(
    ("kind", "decay", "barrier"),
    cases(
        [("real", "schatten", 8.0), ("complex", "schatten", 24.0), ("real", "frobenius", 16.0)],
        every=None,
    ),
)
def test_two_rows_leave_at_the_time_of_five_coordinates(kind, decay, barrier, monkeypatch):
    """Within both errors, which exclude half of the time and twice it."""
    monkeypatch.setitem(capacity._CELLS, 5, 20000)
    of = block(kind, 2, barrier, decay)
    value, error = log10_mean_time(crossing(of, "zero", _STATE))
    grid, own = capacity.log10_mean_time(region(decay, kind, of.strength, "zero", _STATE))
    assert abs(value - grid) < error + own < log(2) / log(10) / 2


def test_one_row_leaves_at_the_time_of_two_moduli():
    of = block("complex", 1, 9.0)
    potential = numerics._potential("complex")
    way = Passage(0.0, (2 * of.strength * _RING) ** 0.5, 0.0, (0.0, pi / 4), length=lambda r: r)
    grid, own = log10_time(lambda r, t: potential(r, t, _U, _GAMMA, of.strength)[0], way)
    value, error = log10_mean_time(crossing(of, "zero", _STATE))
    assert abs(value - grid) < error + own < 0.03


@pytest.mark.parametrize(
    ("kind", "rows", "barrier", "well"),
    cases(
        [("complex", 3, 60.0, "ring"), ("real", 3, 40.0, "zero"), ("real", 5, 100.0, "zero")],
        every=None,
    ),
)
def test_many_rows_leave_as_the_formula_says(kind, rows, barrier, well):
    """Its next order within the square of itself; twice as much volume is outside of both."""
    of = block(kind, rows, barrier)
    value, error = log10_mean_time(crossing(of, well, _STATE))
    by_formula, order = formula(of, well)
    off = abs(value - by_formula)
    assert off < error + log(10) * order**2 + order / barrier
    assert log(2) / log(10) - off > error + log(10) * order**2 + order / barrier


def test_where_no_pass_is_left_there_is_no_time():
    with pytest.raises(Undecided, match="no pass"):
        crossing(block("complex", 2, 4.0), "zero", _STATE)
