"""Delays of known mechanisms, and of none."""

from __future__ import annotations

from fractions import Fraction
from math import exp, inf, log

import numpy as np
import pytest

from binodal.models.diagonal_linear.numerics.trajectories import Trajectories
from binodal.models.diagonal_linear.setting import setting_of
from binodal.validate.errors import DataError
from binodal.validate.mechanism.delays import Delay, Delays, grouped
from binodal.validate.mechanism.judged import CONSTANT, DECAY, ESCAPE, UNKNOWN, judged
from binodal.validate.mechanism.laws import Arrhenius, Decay
from tests.laws import cases

RATE = 0.01


def drawn(law, rng, scatter=0.3, members=3, temperatures=(0.1, 0.13, 0.17)):
    """Networks at 27 settings whose log(time) scatters about a law."""
    return grouped(
        [
            Delay({"temperature": t, "decay": x, "scale": a}, exp(law(t, x, a) + noise))
            for t in temperatures
            for x in (1e-3, 3e-3, 1e-2)
            for a in (3.0, 10.0, 30.0)
            for noise in scatter * rng.standard_normal(members)
        ]
    )


def barrier(t, x, a):
    return 1 + 0.5 * (1 + 20 * x) / t


def norm(t, x, a):
    return log((log(a) + 0.5) / x)


def particles_over(height, temperature, rng, networks=5, particles=20, step=0.02):
    """Mean times of particles in the well of height (x^2 - 1)^2 to the other well, by Langevin."""
    x = np.full(networks * particles, -1.0)
    times, left = np.zeros(len(x)), np.ones(len(x), dtype=bool)
    while left.any():
        force = 4 * height * x[left] * (1 - x[left] ** 2)
        noise = rng.standard_normal(left.sum()) * (2 * temperature * step) ** 0.5
        x[left] += step * force + noise
        times[left] += step
        left &= x < 1
    return times.reshape(networks, particles).mean(axis=1)


def test_particles_escape():
    rng = np.random.default_rng(1)
    delays = [
        Delay({"temperature": t, "scale": a}, time)
        for t in (0.22, 0.28, 0.4)
        for a in (3.0, 30.0)
        for time in particles_over(1.0, t, rng)
    ]
    found = judged(grouped(delays), RATE)
    assert found.outcome == ESCAPE
    assert found.laws[ESCAPE].values["B"] == pytest.approx(1.0, abs=0.25)
    assert found.told_as[ESCAPE][ESCAPE] > 0.9


@pytest.mark.parametrize("flow", cases([True, False], every=None))
def test_gradient_flow_decays(flow):
    setting = setting_of({"samples": "1, 1/2: 1", "loss": "squared", "component": "1"})
    starts, decays = (np.ravel(x) for x in np.meshgrid([10.0, 100, 1000], [1e-3, 3e-3, 1e-2]))
    of = Trajectories(setting, Fraction(2), starts, decays, np.log(starts) + 3)
    shares = np.linspace(0, 1, 201)
    times, w = of.times(shares), of.at(shares, 1e-6)[..., 0]
    half = np.array([np.interp(0.9, w[k, 20:], times[k, 20:]) for k in range(9)])
    noisy = half * np.exp(0.05 * np.random.default_rng(2).standard_normal((4, 9)))
    delays = [
        Delay({"temperature": 0.1, "decay": x, "scale": a}, t)
        for row in noisy
        for x, a, t in zip(decays, starts, row, strict=True)
    ]
    found = judged(grouped(delays), RATE, flow)
    assert found.outcome == DECAY
    assert found.laws[DECAY].values["s"] == pytest.approx(1.0, abs=0.0 if flow else 0.1)


@pytest.mark.parametrize(("law", "name"), [(barrier, ESCAPE), (norm, DECAY)])
def test_power_is_what_is_said(law, name):
    """Of sets drawn anew under the law, as many are told as the draws at the fit say."""
    rng, other = np.random.default_rng(3), {ESCAPE: DECAY, DECAY: ESCAPE}[name]
    found = [judged(drawn(law, rng)) for _ in range(5)]
    assert sum(one.outcome == name for one in found) >= 4
    assert all(one.outcome != other for one in found)
    assert all(one.told_as[name][name] > 0.95 for one in found)
    assert all(one.told_as[other][name] <= 2 * RATE for one in found)


def test_delays_without_a_mechanism_are_not_told():
    rng = np.random.default_rng(4)
    found = [judged(drawn(lambda t, x, a: 3.0, rng)) for _ in range(5)]
    assert sum(one.outcome != UNKNOWN for one in found) <= 1
    assert all(one.told_as[CONSTANT][UNKNOWN] > 1 - 2 * RATE for one in found)
    assert "constant" in next(one.why for one in found if one.outcome == UNKNOWN)


def test_a_third_law_fits_neither():
    found = judged(drawn(lambda t, x, a: a / 10 - 0.3 * log(t), np.random.default_rng(5), 0.1))
    assert found.outcome == UNKNOWN
    assert found.why.startswith("neither law fits")


def test_large_errors_tell_nothing():
    found = judged(drawn(norm, np.random.default_rng(6), scatter=8.0))
    assert found.outcome == UNKNOWN
    assert found.told_as[DECAY][DECAY] < 0.5


def test_one_temperature_shows_no_escape():
    """A time that grows with the decay is no norm decay, and no escape has been seen either."""
    law, rng = (lambda t, x, a: 2 + 300 * x), np.random.default_rng(7)
    found = judged(drawn(law, rng, 0.1, temperatures=(0.1,)))
    assert found.outcome == UNKNOWN
    assert "several temperatures" in found.why


def test_what_had_to_go_over_long_ago_contradicts():
    rng = np.random.default_rng(8)
    own = drawn(norm, rng)
    late = ({"temperature": 0.1, "decay": 0.1, "scale": 3.0}, 1e4)
    found = judged(Delays(own.levers, own.logs, own.errors, own.members, own.freedom, (late,)))
    assert found.outcome == UNKNOWN
    assert "had not all gone over" in found.why


def test_settings_with_one_that_did_not_go_over_are_left_out():
    delays = [Delay({"decay": x}, 1 / x, 0.01 / x) for x in (0.1, 0.2, 0.3)]
    found = grouped(
        [*delays, Delay({"decay": 0.4}, 2.0, 0.1), Delay({"decay": 0.4}, None, None, 9.0)]
    )
    assert list(found.levers["decay"]) == [0.1, 0.2, 0.3]
    assert found.late == [({"decay": 0.4}, 9.0)]
    assert found.freedom == inf


def test_fits_are_those_of_a_general_minimiser():
    from scipy.optimize import minimize

    own = drawn(lambda t, x, a: norm(t, x, a) + 0.3 * barrier(t, x, a), np.random.default_rng(9))
    weights = own.errors**-2.0
    t, x, a = (own.levers[k] for k in ("temperature", "decay", "scale"))

    def by_decay(p):
        return (
            (own.logs - p[0] - np.log(np.log(a) - log(3.0) + exp(p[1])) + np.log(x)) ** 2
        ) @ weights

    def by_barrier(p):
        barrier_there = p[1] ** 2 * (0.01 - x) + p[2] ** 2 * (x - 0.001)
        return ((own.logs - p[0] - barrier_there / 0.009 / t) ** 2) @ weights

    for law, of, start in (
        (Decay(own, False), by_decay, [0, 0]),
        (Arrhenius(own), by_barrier, [0, 1, 1]),
    ):
        least = minimize(of, start, method="Nelder-Mead", options={"maxiter": 4000, "fatol": 1e-9})
        assert law.fit(own.logs[None]).distance[0] == pytest.approx(least.fun, rel=1e-4)


@pytest.mark.parametrize(
    ("delays", "says"),
    [
        ([Delay({"decay": 0.1}, 1.0)] * 2, "settings with a delay: 1,"),
        ([Delay({"decay": x}, 1.0) for x in (1, 2, 3)], "how sure"),
        ([Delay({"decay": x}, 1.0) for x in (1, 2, 3, 1, 2, 3)], "all equal"),
        ([Delay({"decay": x}, 1.0, 0.1 if x > 1 else None) for x in (1, 2, 3)], "some have none"),
        ([Delay({"decay": 1}, 1.0), Delay({"scale": 1}, 1.0)], "different things"),
        ([Delay({"decay": -1.0}, 1.0)], "positive"),
        ([Delay({"decay": 1.0}, inf)], "positive"),
    ],
)
def test_refusals(delays, says):
    with pytest.raises(DataError, match=says):
        grouped(delays)
