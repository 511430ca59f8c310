"""The delay of a network: against rates whose integral is known, and against chance itself."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log, log10

import numpy as np
import pytest
from flint import arb

from binodal.derive import network_delay as derived
from binodal.numerics.errors import Undecided
from binodal.numerics.phases.escape import Escape
from binodal.numerics.phases.network_delay import delay_or_why, halfway, network_delay

RATE, BY_ONE, LAG = 0.03, 0.002, 0.02


class Falling:
    """k = RATE exp(-f/BY_ONE); the residual falls with f, so that the half is at rest/2."""

    mode, count, rest = "c", 4000.0, 0.012

    def __init__(self, odds=60.0, rise=5.0):
        self.odds, self.rise = odds, rise

    def level(self, share):
        return 1 - 20 * share

    def log_odds(self, share):
        return self.odds

    def escape(self, share):
        time = log10(1 / RATE) + share / BY_ONE / log(10)
        return Escape(None, None, arb(self.rise), exact=(time, 1e-6), lag=LAG)


def test_the_time_is_the_derived_one_where_the_rate_falls_by_its_slope_and_none_return():
    found = network_delay(Falling())
    at = {derived.OUT: RATE, derived.BY_ONE: BY_ONE, derived.SHARE: found.share}
    right = float(derived.falling().subs(at))
    assert found.share == pytest.approx(0.006) and found.by_one == pytest.approx(BY_ONE, rel=1e-3)
    assert found.time == pytest.approx(right, rel=0.01) and LAG < found.error < 0.05 * right
    assert found.held == pytest.approx(-log(1 - 0.006) / RATE)
    assert found.held < right / 3 and found.slowed == pytest.approx(exp(3))
    assert found.first == pytest.approx(1 / (4000 * RATE))


def test_a_barrier_that_none_are_beyond_in_equilibrium_has_no_delay():
    of = Falling()
    of.rest = 1e-30
    assert "no residual moves" in delay_or_why(lambda: of)


class Risen(Falling):
    """No barrier below a share of 0.004, and a low one behind it where ``rise`` is low."""

    def level(self, share):
        if share < 0.004:
            raise Undecided("the action has no barrier")
        return super().level(share)

    def escape(self, share):
        self.level(share)
        return super().escape(share)


def test_a_barrier_that_rises_later_is_said():
    assert "once a share of 0.004 is across" in delay_or_why(Risen)
    assert delay_or_why(lambda: Risen(rise=0.5)) == "the action has no barrier"


def test_what_one_does_to_its_own_residual_is_said_beside_the_time():
    of = Falling()
    assert network_delay(of).reaction == 0
    plain = of.escape
    of.escape = lambda share: replace(plain(share), reaction=log10(1.25))
    found = network_delay(of)
    assert found.reaction == pytest.approx(0.25) and found.error == network_delay(Falling()).error


def test_returns_make_it_longer_and_a_chain_of_few_agrees_with_chance():
    """Neurons drawn one by one, with the rates of those that are across."""
    of = Falling(odds=log(0.02))
    of.count = 1000.0
    found = network_delay(of)
    assert found.time > 1.1 * network_delay(Falling()).time
    chance, times = np.random.default_rng(3), []
    for _ in range(3000):
        across, time = 0, 0.0
        while across < 6:
            share = across / of.count
            out = RATE * exp(-share / BY_ONE)
            up, down = (of.count - across) * out, across * out / 0.02
            time += chance.exponential(1 / (up + down))
            across += 1 if chance.random() < up / (up + down) else -1
        times.append(time)
    error = np.std(times) / len(times) ** 0.5
    assert abs(np.mean(times) - found.finite) < 4 * error
    assert abs(np.mean(times) - found.time) > 4 * error


def test_what_is_no_barrier_has_no_delay():
    assert "not above one unit" in delay_or_why(lambda: Falling(rise=0.5))
    with pytest.raises(Undecided):
        network_delay(Falling(rise=0.5))


def test_half_way_is_where_a_curve_stays_beyond():
    times, values = np.arange(5.0), np.array([1.0, 0.4, 0.6, 0.2, 0.1])
    time, error = halfway(times, values, np.full(5, 0.05), 0.5)
    assert time == pytest.approx(2.25) and error == pytest.approx(0.125)
    assert halfway(times, values, np.full(5, 0.5), 0.5) is None
    assert halfway(times, values, np.zeros(5), 0.05) is None
