"""A short run of what ``make fuzz`` runs for an hour, and controls that it must count."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

from tests.fuzz.damage_run import _silent
from tests.fuzz.judge import Ended, faults
from tests.fuzz.lines import line
from tests.laws import WHOLE
from tests.processes import harness

GOOD = Ended(["cite"], 0, "@software\n", "")


@pytest.mark.law
def test_random_lines_and_damaged_files(tmp_path):
    lines, files = ("8", "2") if WHOLE else ("2", "0")
    count = ("--count", lines, "--files", files)
    told = harness("tests.fuzz", tmp_path, *count, "--quick", "--seed", "7")
    assert f"command lines: {lines}" in told and f"damaged files: {files}" in told


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
