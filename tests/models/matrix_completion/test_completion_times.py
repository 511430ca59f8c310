"""Factors over decades of start and decay: flow against plain steps, and what is stored."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

from binodal.experiments.stored import stored_files
from binodal.models.matrix_completion.experiments import completion_times as of
from binodal.models.matrix_completion.network.descent import flowed, halfway
from binodal.models.matrix_completion.setting import ENTRIES, ENTRY, setting_of

(STORED,) = (json.loads(f.read_text("utf-8")) for f in stored_files() if f.name.startswith("comp"))


def test_flow_is_what_short_steps_tend_to():
    setting = setting_of({"entries": ENTRIES, "entry": ENTRY})
    rough, fine = (halfway(setting, 2.0, 0.1, 0.5, 0.012 / k, 20.0) for k in (1, 2))
    passed = flowed(setting, 2.0, 0.1, 0.5, 1e-9) / 0.1
    assert passed == pytest.approx(2 * fine - rough, rel=1e-3)
    assert abs(rough - passed) > 1.5 * abs(fine - passed)


def test_another_decay_has_another_time():
    (setting,) = of.settings(1)
    fine, law, off, left = of._row(setting, 10)
    assert (abs(fine - law) < 2 * left + off).all()
    assert abs(fine[0] - fine[1]) > 100 * (left[0] + off[0])


def test_stored_factors_meet_the_law_and_no_other():
    rows = {row["observable"]: row for row in STORED["rows"]}
    assert {row["verdict"] for row in rows.values()} == {"AGREE"} and len(rows) == 3
    assert max(row["excludes"] for row in rows.values()) < 1e-4
    assert all(control["rejected"] == control["rows"] for control in STORED["controls"])
