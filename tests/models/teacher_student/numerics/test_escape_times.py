"""Particles over a barrier: where the rate is known, and what is stored."""

from __future__ import annotations

import json
from math import log

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

from binodal.experiments.stored import stored_files
from binodal.models.teacher_student.experiments import escape_times

(STORED,) = (
    json.loads(f.read_text("utf-8")) for f in stored_files() if f.name.startswith("escape")
)


class Wells:
    """U = height (q^2 - 1)^2 in q, without a second coordinate; steps of Euler."""

    height = 2.0

    def draw(self, particles, chance):
        return np.zeros((2, particles)) - 1.0

    def relaxed(self, state, time, chance):
        return state + np.sqrt(2 * time) * chance.standard_normal(state.shape) * [[1.0], [0.0]]

    def force(self, state, residual):
        return np.stack([-4 * self.height * state[0] * (state[0] ** 2 - 1), 0 * state[1]])


def test_arrivals_are_one_over_the_mean_time(monkeypatch):
    """From the top at zero to either well, by the double integral of the mean first passage."""
    monkeypatch.setattr(escape_times, "PARTICLES", 2000)
    q = np.linspace(0, 1, 20001)
    u = Wells.height * (q**2 - 1) ** 2
    inner = np.cumsum(np.exp(-u)) * q[1]
    right = 1 / (np.sum(np.exp(u) * inner) * q[1])
    found = [
        escape_times.arrivals(Wells(), np.zeros(2), 1.0, step, round(2 / step), chance)
        for step in (1e-3, 4e-3)
        for chance in [np.random.default_rng(1)]
    ]
    best = 2 * found[0] - found[1]  # a goal that is looked at between steps only: of order 1/2
    assert best == pytest.approx(right, rel=0.04)
    assert abs(best / (right / 2) - 1) > 0.5


def test_stored_particles_agree_with_the_exact_rate_and_reject_wrong_prefactors():
    exact = [row for row in STORED["rows"] if row["limit"] == "finite"]
    assert len(exact) == len(escape_times.WALKED)
    assert not any(row["verdict"] == "DISAGREE" for row in STORED["rows"])
    assert max(row["excludes"] for row in exact) < 0.5
    assert all(control["rejected"] for control in STORED["controls"])


def test_the_stored_ladder_is_todays(tmp_path):
    """Barrier and time of its second rung; the formula is off by less than its error."""
    sigma2, betas = escape_times.LADDER
    rung = [escape_times.setting(sigma2, betas[1])]
    first = STORED["rows"][0]["case"]
    for name in ("exact", "Kramers"):
        kept = STORED["curves"][f"{first}, {name}"]
        of = escape_times._times(name, rung)
        assert [of[k][0] for k in ("x", "y")] == pytest.approx(
            [kept[k][1] for k in ("x", "y")], 1e-5
        )
    exact, formula = (STORED["curves"][f"{first}, {name}"] for name in ("exact", "Kramers"))
    gaps = np.abs(np.subtract(exact["y"], formula["y"]))
    assert (gaps < formula["error"]).all() and (np.diff(gaps) < 0).all()
    slope = np.polyfit(exact["x"], np.array(exact["y"]) * log(10), 1)[0]
    assert slope == pytest.approx(1, abs=0.02)
