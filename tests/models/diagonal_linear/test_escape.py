"""Escapes from zero by noise, and the regimes of time."""

from __future__ import annotations

from math import exp, inf, log, pi

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.linalg import eigh_tridiagonal

from binodal.api import hysteresis
from binodal.models.diagonal_linear.derivations.escape import escape
from binodal.models.diagonal_linear.network.noisy import arrivals
from binodal.models.diagonal_linear.numerics.escape import Unit, escape_time
from binodal.models.diagonal_linear.numerics.regimes import (
    DECAY,
    ESCAPE,
    IMMEDIATE,
    NEVER,
    NOISE,
)
from binodal.models.diagonal_linear.report import regimes as diagram

UNIT = Unit(3.0, 1.0, 1.0)


@pytest.fixture(scope="module")
def of():
    return diagram.regimes()


def test_the_chain_verifies():
    assert escape().verify() == 7


def test_edges_are_those_of_the_cubic():
    most, level = UNIT.edges
    assert most == pytest.approx(3 * 0.25 ** (1 / 3) * 0.75)
    assert level == pytest.approx(3 * 0.5 ** (1 / 3) * 0.5)
    assert UNIT.places(most * 0.999) is not None
    assert UNIT.places(most * 1.001) is None
    low, high = UNIT.places(level)
    assert low < high == pytest.approx(0.5 ** (1 / 3))


@pytest.mark.parametrize("degree", [3.0, 4.0, 3.5])
def test_kramers_is_what_remains_of_the_exact_time(degree):
    """Off by its next order in T/B, which halves with the temperature."""
    unit = Unit(degree, 0.8, 1.3)
    decay = unit.edges[1]
    rates = unit.prefactors(unit.places(decay))
    _, barrier = unit.kramers(decay, 1.0)
    for rate, back in zip(rates, (False, True), strict=True):
        times = [unit.log_time(decay, barrier / over, back) for over in (20, 40)]
        off = [time + log(rate) - over for (time, _), over in zip(times, (20, 40), strict=True)]
        assert 0 < off[1] < off[0] < 0.1
        assert off[0] / off[1] == pytest.approx(2, rel=0.2)


def test_a_flat_well_is_left_as_diffusion_leaves_it():
    """Without a barrier worth the name the equation still holds: against its solution by steps."""
    unit, heat, decay = Unit(4.0, 1.0, 1.0), 5e-3, 0.3
    saddle, height = unit.places(decay)[0], unit.kramers(decay, heat)[1]
    end = unit._end(unit.places(decay), decay, heat)

    def slope(u):
        return -4 * u**3 * (1 - u**4) + decay * u

    solved = solve_ivp(
        lambda u, s: [(slope(u) * s[0] - 1) / heat, s[0]], (0.0, end), [0.0, 0.0], rtol=1e-9
    )
    assert saddle < end and height < 2
    assert unit.exact(decay, heat) == pytest.approx(-solved.y[1, -1], rel=1e-3)


def test_networks_take_the_time_of_an_escape(of):
    """And not the half or the double of it, as one exit or four would."""
    rows, targets = (np.array(x, dtype=float) for x in (of.setting.rows, of.setting.bounds))
    many, decay, heat = 150, 0.4, 5e-4
    found = arrivals(rows, targets, 3, np.zeros(many), np.full(many, decay), heat, 1e4, of.way)
    assert np.isfinite(found).all()
    time = escape_time(of.setting, 3.0, decay, heat)
    assert found.mean() == pytest.approx(time, abs=4 * found.std() / many**0.5)
    assert 4 * found.std() / many**0.5 < time / 2


def test_without_noise_networks_go_over_when_the_norm_has_decayed(of):
    rows, targets = (np.array(x, dtype=float) for x in (of.setting.rows, of.setting.bounds))
    starts, decays = np.array([1.2, 2.0, 2.0]), np.array([0.05, 0.05, 0.1])
    found = arrivals(rows, targets, 3, starts, decays, 0.0, 1e3, of.way)
    assert found == pytest.approx(np.log(starts / of.scale) / decays, rel=0.03)


def test_regimes_and_their_networks(of):
    row = of.row(0.05)
    assert [row.regime(x) for x in (0.004, 0.1, 2.0, 10.0)] == [ESCAPE, IMMEDIATE, DECAY, NOISE]
    assert of.row(0.03).small == IMMEDIATE
    assert of.row(0.08).small == of.row(1.3).small == NEVER
    assert of.row(1.5).regime(2.0) == NEVER
    seen = diagram.networks(of, (0.004, 0.1, 1.6), (0.06, 0.13))
    assert [one.did for one in seen] == [one.said for one in seen]
    assert {one.did for one in seen} == {ESCAPE, IMMEDIATE, DECAY, NEVER}


def test_the_crossover_is_where_both_are_as_late(of):
    row = of.row(0.042)
    assert log(row.equal / of.scale) / 0.042 == pytest.approx(row.escape)
    assert row.escape > pi / 0.042 * exp(UNIT.kramers(0.042, of.heat)[1])
    assert of.row(0.08).equal is None


def test_a_time_beyond_doubles_is_infinite_and_has_a_logarithm():
    assert UNIT.exact(0.8, 1e-6) == inf
    rate, barrier = UNIT.kramers(0.8, 1e-3)
    longer, _ = UNIT.log_time(0.8, 1e-6)
    assert longer == pytest.approx(1000 * barrier - log(rate) - barrier, rel=1e-3)


@pytest.mark.parametrize("decay", [0.3, 0.5])
def test_the_first_of_two_exits_is_within_the_error_of_half_a_time(decay):
    """The mean of the first of two times of one law, by all modes of its equation."""
    heat, cells = 2e-3, 1500
    wide, end = 8 * (heat / decay) ** 0.5, UNIT._end(UNIT.places(decay), decay, heat)
    places, step = np.linspace(-wide, end, cells, retstep=True)
    energy = np.where(places > 0, -1.0, 1.0) * np.abs(places) ** 3 + places**6 / 2
    half = (energy + decay * places**2 / 2) / heat / 2
    to = heat / step**2 * np.exp(half[:-1] - half[1:])
    back = heat / step**2 * np.exp(half[1:] - half[:-1])
    leaves = np.append(to[:-1], to[-1]) + np.append(0.0, back[:-1])
    rates, shapes = eigh_tridiagonal(leaves, np.full(cells - 2, -heat / step**2))
    law, start = np.exp(-half[:-1]), int(np.searchsorted(places, 0.0))
    weights = shapes[start] * (shapes.T @ law) / law[start]
    first = float((np.outer(weights, weights) / np.add.outer(rates, rates)).sum())
    time, error = UNIT.log_time(decay, heat)
    assert abs(log(first) - time) < error
    assert error < 0.05


def test_both_branches_and_their_times():
    """The certified feature, its phases and its births by a polynomial's roots of their own."""
    given = {"preset": "dichotomy", "samples": "1, 1/2: 1 | 0, 1: -2", "component": "2"}
    found = hysteresis("diagonal-linear", "lambda=1/2:9/2:3", L=4, sigma2="1/5", **given)
    gain, weight = 1 / 2 - 2, 5 / 4
    for point, decay in zip(found.document["points"], (0.5, 2.5, 4.5), strict=True):
        roots = np.roots([4 * weight, 0, 0, 0, -4 * abs(gain), 0, decay][:7])
        places = sorted(float(r.real) for r in roots if abs(r.imag) < 1e-12 and r.real > 0)
        if not places:
            assert point["phase"] == "zero alone" and point["heating"] is None
            continue
        heights = [-abs(gain) * u**4 + weight * u**8 / 2 + decay * u**2 / 2 for u in places]
        assert (point["phase"] == "zero deeper") == (heights[1] > 0)
        feature = {k: float(v["mid"]) for k, v in point["heating"].items()}
        assert feature["w"] == pytest.approx(-(places[1] ** 4), rel=1e-12)
        assert feature["barrier"] == pytest.approx(heights[0], rel=1e-12)
        assert feature["barrier_back"] == pytest.approx(heights[0] - heights[1], rel=1e-12)


def test_the_figure_is_drawn(of, tmp_path):
    seen = diagram.networks(of, (0.1,), (0.3,))
    diagram.draw(of, seen, tmp_path / "figure.svg")
    assert 10_000 < len((tmp_path / "figure.svg").read_text()) < 100_000
