"""A short run of what ``make fuzz`` runs for an hour, and controls that it must count."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

from tests.fuzz.damage_run import _silent
from tests.fuzz.judge import Ended, faults
from tests.fuzz.lines import line

ROOT = Path(__file__).parents[2]
GOOD = Ended(["cite"], 0, "@software\n", "")


def test_random_lines_and_damaged_files(tmp_path):
    ask = ("--count", "60", "--files", "12", "--quick", "--seed", "7", "-o", str(tmp_path))
    ran = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", *ask],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    faults = "".join(path.read_text() for path in tmp_path.glob("*.jsonl"))
    assert (ran.returncode, ran.stderr) == (0, ""), faults
    assert "command lines: 60" in ran.stdout and "damaged files: 12" in ran.stdout


def test_the_same_seed_makes_the_same_lines():
    assert [line(3, k) for k in range(40)] == [line(3, k) for k in range(40)]
    assert line(3, 1) != line(4, 1)


@pytest.mark.parametrize(
    ("status", "out", "err", "left", "column"),
    [
        (0, "", "Traceback (most recent call last):\n", [], "traceback"),
        (3, "", "binodal: internal error, please report it: ValueError: x\n", [], "traceback"),
        (120, "", "", [], "wrong status"),
        (3, "", "binodal: it is odd\n", [], "wrong status"),
        (2, "", "", [], "wrong output"),
        (2, "", "binodal: a\nbinodal: b\n", [], "wrong output"),
        (0, "", "RuntimeWarning: overflow\n", [], "wrong output"),
        (0, "\x1b[2J", "", [], "control character"),
        (2, "", "binodal: no\n", [".out.nc.17.part"], "left behind"),
        (0, '{"status": "certified"}', "", [], "wrong output"),
        (0, "[NaN]", "", [], "wrong output"),
    ],
)
def test_faults_are_counted(status, out, err, left, column):
    assert [*faults(GOOD)] == []
    json = ["--json"] if out.startswith(("{", "[")) else []
    assert column in {c for c, _ in faults(Ended(["solve", *json], status, out, err, left))}


def test_silent_damage_is_counted():
    same, other = (0, "a"), (0, "b")
    said = Ended([], 0, "", "binodal: x is damaged\n")
    assert [*_silent("compare", GOOD, same, other)] == ["another result, without a word"]
    assert [*_silent("compare", said, same, other)] == []
    assert [*_silent("zarr", said, same, other)] == ["another result, with a word"]
    refused = Ended([], 2, "", "binodal: it is damaged\n")
    assert [*_silent("train", refused, same, other)] == ["the damage is not named"]
