"""Exact times of blocks by paths in all components, beside grids in fewer, and the formula."""

from __future__ import annotations

from math import log, log10, pi, sqrt

import numpy as np
import pytest

from binodal.models.group.numerics import block_paths
from binodal.models.group.numerics import escape as numerics
from binodal.models.group.numerics.block_paths import Block, SecondValue
from binodal.numerics.errors import Undecided
from binodal.numerics.phases import umbrella
from binodal.numerics.phases.first_passage import Passage, log10_time
from tests.laws import cases

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


def of_values(of, w, v):
    """F s by the singular values of W, V and W V; |W V|^(1/2), and that of its second value."""
    twice = 2 if of.beta == 4 else 1
    a, b, c = (np.linalg.svd(m, compute_uv=False)[::twice] for m in (w, v, w @ v))
    cubes = [(m**6).sum() if of.decay == "schatten" else (m @ m) ** 3 for m in (a, b)]
    u = (a @ a + b @ b) / 2 + _GAMMA * sum(cubes) / (6 * of.strength**2) - _U * c @ c / of.strength
    pairs = ((c @ c) ** 2 - (c**4).sum()) / 2
    return u, (c @ c) ** 0.25, (pairs / (c @ c)) ** 0.25


@pytest.mark.parametrize("second", [False, True])
@pytest.mark.parametrize("kind", ["real", "complex", "quaternionic"])
@pytest.mark.parametrize("decay", ["schatten", "frobenius"])
def test_slopes_are_those_of_the_action_and_of_the_coordinate(kind, decay, second):
    """U by singular values, differences of it and of the coordinate, and its Laplacian."""
    of = (SecondValue if second else Block)(decay, kind, 3, 17.0, _U, _GAMMA)
    at = 2 * np.random.default_rng(3).standard_normal((1, 18 * of.beta))
    u, slopes, along = of.felt(at)
    value, *coordinates = of_values(of, *(m[0] for m in of.matrices(at)))
    assert u[0] == pytest.approx(value, rel=1e-9)
    assert along[0] == pytest.approx(coordinates[second], rel=1e-9)
    steps = 1e-4 * np.eye(at.shape[1])
    up, down = of.felt(at + steps), of.felt(at - steps)
    assert (up[0] - down[0]) / 2e-4 == pytest.approx(slopes[0], abs=1e-6)
    ways, laplacian = of.bends(at)
    assert ways[0] == pytest.approx((up[2] - down[2]) / 2e-4, abs=1e-6)
    assert laplacian[0] == pytest.approx(((up[2] + down[2] - 2 * along) / 1e-8).sum(), abs=1e-4)


@pytest.mark.parametrize(
    ("kind", "decay", "barrier", "well", "known", "own"),
    cases(
        [
            ("complex", "schatten", 24.0, "zero", 4.953, 0.040),
            ("real", "frobenius", 16.0, "zero", 4.802, 0.020),
            ("complex", "schatten", 8.0, "rise", 2.520, 0.022),
            ("real", "schatten", 14.0, "rise", 6.400, 0.021),
            ("real", "schatten", 8.0, "zero", 1.868, 0.025),
        ],
        every=None,
    ),
)
def test_two_rows_leave_at_the_time_of_five_coordinates(kind, decay, barrier, well, known, own):
    """What two grids of 10^5 cells in two singular values of each matrix and an angle have had."""
    value, error = block_paths.log10_time(block(kind, 2, barrier, decay), well, _STATE)
    assert abs(value - known) < error + own < log(2) / log(10) / 4


@pytest.mark.parametrize(
    ("decay", "u", "well"),
    cases(
        [("schatten", 1.005, "zero"), ("frobenius", 1.01, "ring"), ("schatten", 1.005, "ring")],
        every=None,
    ),
)
def test_rank_one_that_is_newly_born_leaves_and_is_found(decay, u, well):
    """Out of a well of 1.6 to 5 nats, and over 390 into it, as the formula with its order says."""
    root = sqrt(u**2 - 1)
    state = 1 / (u + root), u + root, u, 1.0
    of = Block(decay, "real", 2, 1200.0, u, 1.0)
    (rate,) = numerics._rate(well, decay, "real", 2)(*state, of.strength)
    flux, zero, ring = map(float, numerics._orders(decay, "real", 2)(*state, of.strength))
    top, bottom = (of.strength * (x + x**3 / 3 - u * x * x) for x in state[:2])
    added = (zero if well == "zero" else ring) - flux
    by_formula = top - bottom * (well == "ring") - log(rate) + added
    value, error = block_paths.log10_time(of, well, state)
    assert abs(value * log(10) - by_formula) < error * log(10) + abs(added) < 0.3


def test_draws_and_walkers_tell_one_time():
    """At eleven nats of free energy, where both count."""
    of, height = block_paths._crossing(block("real", 2, 16.0), "zero", _STATE)
    assert 10 < height < block_paths._LOW
    (drawn, one), (walked, other) = block_paths.by_draws(of), block_paths.by_walkers(of)
    assert abs(drawn - walked) < one + other < 0.05


def test_one_row_leaves_at_the_time_of_two_moduli():
    of = block("complex", 1, 9.0)
    potential = numerics._potential("complex")
    way = Passage(0.0, (2 * of.strength * _RING) ** 0.5, 0.0, (0.0, pi / 4), length=lambda r: r)
    grid, own = log10_time(lambda r, t: potential(r, t, _U, _GAMMA, of.strength)[0], way)
    value, error = block_paths.log10_time(of, "zero", _STATE)
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
    value, error = block_paths.log10_time(of, well, _STATE)
    by_formula, order = formula(of, well)
    off = abs(value - by_formula)
    assert off < error + log(10) * order**2 + order / barrier
    assert log(2) / log(10) - off > error + log(10) * order**2 + order / barrier


def test_where_no_pass_is_left_there_is_no_time():
    with pytest.raises(Undecided, match="with the volume of places"):
        block_paths.log10_time(block("complex", 2, 4.0), "zero", _STATE)


def moved(of, start, goal, seed, count=400, step=0.04, until=100.0, settled=25.0):
    """log10 of the mean time and its error, by Langevin motion of W and V.

    Whatever comes to the goal goes on where it last was in the start, as reversed paths come.
    """
    chance, cubic, pull = (
        np.random.default_rng(seed),
        of.gamma / of.strength**2,
        2 * of.u / of.strength,
    )
    shape = (2, count, of.rows, of.rows)
    w, v = places = chance.normal(size=shape) / sqrt(2)
    last, arrived = places.copy(), 0
    beyond = goal - 0.5826 * sqrt(step)
    for k in range(int(until / step)):
        w, v = places
        both, back, behind = w @ v, w.swapaxes(1, 2), v.swapaxes(1, 2)
        if of.decay == "schatten":
            decay = w @ back @ w @ back @ w, v @ behind @ v @ behind @ v
        else:
            decay = (m * (m**2).sum((1, 2), keepdims=True) ** 2 for m in (w, v))
        one, two = decay
        slopes = w + cubic * one - pull * both @ behind, v + cubic * two - pull * back @ both
        places = places - step * np.stack(slopes) + sqrt(2 * step) * chance.normal(size=shape)
        norms = np.sqrt(((places[0] @ places[1]) ** 2).sum((1, 2)))
        inside, there = norms < start**2, norms > beyond**2
        last[:, inside] = places[:, inside]
        places[:, there] = last[:, there]
        arrived += there.sum() * (k * step >= settled)
    return log10(count * (until - settled) / arrived), 1 / sqrt(arrived) / log(10)


@pytest.mark.parametrize(
    ("rows", "barrier", "decay"),
    cases([(2, 6.3, "schatten"), (3, 10.0, "schatten"), (3, 10.0, "frobenius")], every=None),
)
def test_matrices_in_motion_arrive_at_that_time(rows, barrier, decay, monkeypatch):
    """Within two standard errors and a hundredth for their steps, at two to four nats."""
    ends = []

    def seen(profile):
        ends[:] = own(profile)
        return tuple(ends)

    own = umbrella.Profile.passage
    monkeypatch.setattr(umbrella.Profile, "passage", seen)
    of = block("real", rows, barrier, decay)
    value, error = block_paths.log10_time(of, "zero", _STATE)
    drawn, spread = moved(of, *ends, seed=2)
    assert abs(value - drawn) < error + 2 * spread + 0.01 < 0.08
