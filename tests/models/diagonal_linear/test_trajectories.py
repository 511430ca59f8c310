"""Trajectories of gradient flow: u and v themselves, transition times, and many at once."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from binodal.api import critical, dynamics
from binodal.cli import main
from binodal.models.diagonal_linear.numerics.trajectories import Trajectories
from binodal.models.diagonal_linear.setting import setting_of

AT = "dynamics diagonal-linear --preset dichotomy"
SAMPLES = "1, 1/2, 1/4: 1 | 0, 1, 1: 2"
SLOPES = {
    "squared": lambda margin, bound: bound - margin,
    "logistic": lambda margin, bound: 1 / (1 + np.exp(margin)),
    "exponential": lambda margin, bound: np.exp(-margin),
}


def flow(rows, bounds, loss, degree, alpha, decay, times):
    """w by the equations of u and v, without what decays by itself."""
    width = rows.shape[1]

    def velocity(_, both):
        u, v = both[:width], both[width:]
        pushed = rows.T @ SLOPES[loss](rows @ (u**degree - v**degree), bounds)
        du = degree * u ** (degree - 1) * pushed - decay * u
        dv = -degree * v ** (degree - 1) * pushed - decay * v
        return np.concatenate([du, dv])

    found = solve_ivp(
        velocity, (0, times[-1]), np.full(2 * width, alpha), "LSODA", times, rtol=1e-11, atol=1e-13
    )
    return (found.y[:width] ** degree - found.y[width:] ** degree).T


@pytest.mark.parametrize("degree", ["2", "5/2"])
@pytest.mark.parametrize("loss", SLOPES)
def test_curves_are_those_of_u_and_v(loss, degree):
    given = SAMPLES if loss == "squared" else SAMPLES.replace(": 2", ": -1")
    found = dynamics(
        "diagonal-linear", samples=given, loss=loss, L=degree, alpha="3/2", **{"lambda": "1/7"}
    )
    setting = setting_of({"samples": given, "loss": loss, "component": "1"})
    rows, bounds = np.array(setting.rows, float), np.array(setting.bounds, float)
    times = np.array(found.document["time"])
    right = flow(rows, bounds, loss, float(Fraction(degree)), 1.5, 1 / 7, times)
    for j in range(3):
        curve = found.value.curves[f"w_{j + 1}"]
        assert (np.abs(curve.values - right[:, j]) < curve.errors + 1e-9).all()
        assert np.ptp(right[:, j]) > 1e3 * curve.errors.max()
    other = flow(rows, bounds, loss, float(Fraction(degree)), 1.5, 2 / 7, times)
    assert np.abs(other - right).max() > 0.02


def test_the_transition_is_where_critical_says():
    found = dynamics("diagonal-linear", preset="dichotomy")
    event = critical("diagonal-linear", "transition", preset="dichotomy")
    w = found.value.curves["w_1"].values
    assert np.interp(float(event.time), found.value.times, w) == pytest.approx(0.9, abs=2e-3)
    assert w[0] == pytest.approx(0.8, abs=2e-3)
    assert abs(w[-1] - found.value.rest["w_1"][0]) < 0.05


def test_many_at_once_are_what_each_is_alone():
    """Twenty starts and decays in two arrays: none sees the others."""
    chance = np.random.default_rng(1)
    starts, decays = 10 ** chance.uniform(0.5, 3, 20), 10 ** chance.uniform(-4, -1, 20)
    setting = setting_of({"samples": SAMPLES, "loss": "squared", "component": "3"})
    shares = np.linspace(0, 1, 9)

    def followed(rows):
        lengths = np.log(starts[rows]) + 3
        of = Trajectories(setting, Fraction(3), starts[rows], decays[rows], lengths)
        return of.at(shares, 1e-5)

    whole = followed(slice(None))
    for k in (0, 7, 19):
        assert np.abs(followed(slice(k, k + 1))[0] - whole[k]).max() < 1e-12
    assert np.abs(whole[1:, -1] - whole[:-1, -1]).max() > 1e-3


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (["--particles", "64"], "draws nothing at random"),
        (["--seed", "1"], "draws nothing at random"),
        (["--until", "1"], "nothing but the norm moves"),
    ],
)
def test_what_makes_no_sense_is_refused(more, why, capfd):
    assert main([*AT.split(), "-s", "alpha=1000000", *more]) == 2
    said = capfd.readouterr()
    assert said.out == "" and said.err.count("\n") == 1 and why in said.err


def test_the_command_ends_at_the_time_that_is_given(capfd):
    assert main([*AT.split(), "--until", "600", "--json"]) == 0
    document = json.loads(capfd.readouterr().out)
    assert document["time"][-1] == pytest.approx(600) and document["status"] == "converged"
    assert document["curves"]["w_1"]["values"][-1] < 0.9
