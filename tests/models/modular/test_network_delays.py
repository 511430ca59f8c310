"""Networks that go over one neuron after another: the rule of their delay, and what is stored."""

from __future__ import annotations

import json

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

from binodal.experiments.parts import judged_case
from binodal.experiments.stored import stored_files
from binodal.models.modular.experiments import network_delays as of

(STORED,) = (json.loads(f.read_text("utf-8")) for f in stored_files() if f.name.startswith("net"))


def verdicts(late):
    """Of networks whose residual falls by logarithms and is half way at 66 so many times over."""
    times = np.linspace(0, of.UNTIL, of.PLACES)
    fall = [0.998 - 0.0955 * np.log1p(t * 12) / np.log1p(12 * 66 * late) for t in times]
    scatter = 0.002 * np.linspace(-1, 1, 8)
    case = of.tried(times, np.array(fall)[:, None] + scatter * (times > 0)[:, None])
    judged = judged_case(case.name, case.parameters, case.measured, case.predictions)
    return {row["observable"]: row["verdict"] for row in judged["rows"]}


def test_courses_that_follow_the_law_agree_and_late_ones_do_not():
    assert verdicts(1.0)["a"] == "AGREE"
    assert verdicts(1.8)["a"] == verdicts(1.8)["delay"] == "DISAGREE"


def test_stored_networks_follow_the_moving_barrier_and_no_other():
    rows = {row["observable"]: row for row in STORED["rows"]}
    assert rows["a"]["verdict"] == "AGREE" and rows["a"]["excludes"] < 0.01
    assert abs(rows["delay"]["measured"] / rows["delay"]["predicted"] - 1) < 0.2
    assert all(control["rejected"] == control["rows"] == 2 for control in STORED["controls"])
