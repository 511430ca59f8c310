"""Networks that go over one neuron after another: the rule of their delay, and what is stored."""

from __future__ import annotations

import json

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

from binodal.experiments.parts import judged_case
from binodal.experiments.stored import stored_files
from binodal.models.modular.experiments import network_delays as of
from binodal.models.modular.numerics.two_states import ModesInTwoWells
from binodal.validate.fast_readouts import followed

(STORED,) = (json.loads(f.read_text("utf-8")) for f in stored_files() if f.name.startswith("net"))


def verdicts(late):
    """Of networks whose residual falls by logarithms and is half way at 66 so many times over."""
    times = of.times_of("warm") * 1.4
    fall = [0.998 - 0.0955 * np.log1p(t * 12) / np.log1p(12 * 66 * late) for t in times]
    values = np.array(fall)[:, None] + 0.002 * np.linspace(-1, 1, 8) * (times > 0)[:, None]
    case = of.tried("warm", of.setting("warm", 3000), times, values)
    judged = judged_case(case.name, case.parameters, case.measured, case.predictions)
    return {row["observable"]: row["verdict"] for row in judged["rows"]}


def test_courses_that_follow_the_law_agree_and_late_ones_do_not():
    assert verdicts(1.0)["a"] == "AGREE"
    assert verdicts(1.8)["a"] == verdicts(1.8)["delay"] == "DISAGREE"


def test_what_steps_do_to_a_rate_by_curvatures_of_the_action():
    """The Hessian of S in the four components of a mode, by differences; Kramers' rate of Euler's
    modified equation."""
    parameters = of.setting("cold", 12000)
    escape = ModesInTwoWells(parameters).escape(0.0)
    share, order, gamma = of.sextic_share(parameters, escape), 7, 1 / 20
    x = (share / gamma) ** 0.5
    u = (1 + share) / (2 * x)

    def action(c):
        first, second = (c[:2] @ c[:2] / (2 * order), c[2:] @ c[2:] / (2 * order))
        sixth = gamma * (first**3 + second**3) / 3
        return order * (first + second - 2 * u * first * second + sixth)

    def curvatures(at, d=1e-3):
        rows = d * np.eye(4)
        return np.linalg.eigvalsh(
            [
                [
                    sum(i * j * action(at + i * a + j * b) for i in (-1, 1) for j in (-1, 1))
                    for b in rows
                ]
                for a in rows
            ]
        ) / (4 * d**2)

    saddle = np.array([1.0, 0, 1, 0]) * (2 * order * x) ** 0.5
    assert action(saddle) == pytest.approx(float(escape.rise.mid()), rel=1e-6)
    well, top = curvatures(np.zeros(4)), curvatures(saddle)
    assert (well.sum() - top.sum()) / 4 - abs(top[0]) / 2 == pytest.approx(-share, abs=1e-4)
    assert 0.15 < share < 0.25


def test_networks_that_move_together_are_as_many():
    times = np.linspace(0, 0.1, 3)
    small = of.setting("warm", 1000).replace(N=20, P=3)
    found = followed(of.NETWORK, small, ("a", "x"), times, 0.01, 5, together=3)
    assert found["a"].shape == found["x"].shape == (3, 5)
    assert len(np.unique(found["x"][-1])) == 5


def test_stored_networks_follow_the_moving_barrier_and_no_other():
    rows = {(row["case"], row["observable"]): row for row in STORED["rows"]}
    assert {case for case, _ in rows} == {f"{noise}-{width}" for noise, width in of.CASES}
    for (case, name), row in rows.items():
        if name == "a":
            most = 0.013 if case == "warm-1000" else 0.006
            assert row["verdict"] == "AGREE" and row["excludes"] < most
        else:
            assert abs(row["measured"] / row["predicted"] - 1) < 0.04
    assert rows["cold-12000", "a"]["excludes"] < 0.001
    assert all(control["rejected"] == control["rows"] == 2 for control in STORED["controls"])
