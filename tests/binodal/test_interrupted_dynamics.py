"""Ctrl-C keeps the curves that are there."""

from __future__ import annotations

import json

import numpy as np
import pytest

from binodal import api
from binodal.dynamics.dynamics import Interrupted
from binodal.models.teacher_student.numerics.particles import ErfNeurons

ASKED = ("dynamics", "teacher-student", "--preset", "fig2", "--beta", "1/8", "--particles", "64")
WHOLE = ("--until", "1/200")


@pytest.fixture
def broken(monkeypatch):
    """A request to stop at one of the reads of one replica."""

    def at(count):
        left, read = [count], ErfNeurons.read

        def counted(self, state):
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt
            return read(self, state)

        monkeypatch.setattr(ErfNeurons, "read", counted)

    return at


def test_what_is_there_is_written(run, broken, tmp_path):
    whole = json.loads(run(*ASKED, *WHOLE, "--json").out)
    broken(16 * 5 + 3)
    ran = run(*ASKED, *WHOLE, "-o", "curves.json")
    assert ran.status == 3
    assert ran.out == ""
    assert ran.err.startswith("binodal: interrupted at t = ")
    assert "curves.json has the curves until then" in ran.err
    part = json.loads((tmp_path / "curves.json").read_text())
    assert len(part["time"]) == 5
    assert part["status"] == "undecided"
    assert part["time"] == whole["time"][:5]
    assert part["curves"]["b"]["values"] == whole["curves"]["b"]["values"][:5]


def test_without_a_file_it_is_printed(run, broken):
    broken(16 * 5 + 3)
    ran = run(*ASKED, *WHOLE)
    assert ran.status == 3
    assert "because     interrupted at t" in ran.out
    assert ran.err.count("\n") == 1


def test_where_nothing_is_there_nothing_is_kept(run, broken, tmp_path):
    broken(20)
    ran = run(*ASKED, *WHOLE, "-o", "curves.json")
    assert (ran.status, ran.err, ran.files) == (3, "binodal: interrupted\n", [])


def test_in_python_the_error_has_the_curves(broken):
    broken(16 * 5 + 3)
    with pytest.raises(Interrupted) as stopped:
        api.dynamics("teacher-student", preset="fig2", beta="1/8", particles=64, until="1/200")
    assert np.isfinite(stopped.value.result.value.times).all()
