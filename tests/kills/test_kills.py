"""A few of the kills that ``make kills`` makes by the hundred, and controls that it must count."""

from __future__ import annotations

import signal

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

from tests.kills.jobs import JOBS, LOG
from tests.kills.kill import Reference, _first, _second
from tests.laws import beside
from tests.processes import harness


@beside("tests/validate/run/test_resume.py::test_a_process_killed_at_any_time_changes_no_bit")
def test_a_few_kills(tmp_path):
    told = harness("tests.kills", tmp_path, "--quick", "--count", "2", "--seed", "2")
    assert told.startswith("kills: 2 (2 with status 0; 0 asked to stop)")


@pytest.fixture
def place(tmp_path):
    for name in (LOG, "err"):
        (tmp_path / name).write_text("")
    return tmp_path


WHOLE = Reference(0, "another hash", 1.0)


def kinds(found):
    return {each.partition(":")[0] for each in found}


def test_a_wrong_end_is_counted(place):
    assert kinds(_first(143, signal.SIGTERM, WHOLE, place)) == {"wrong status"}
    assert kinds(_first(-signal.SIGTERM, signal.SIGTERM, WHOLE, place)) == set()
    (place / "err").write_text("Traceback")
    (place / ".x.1.part").touch()
    assert kinds(_first(3, signal.SIGTERM, WHOLE, place)) == {
        "traceback",
        "wrong output",
        "left behind",
    }


def test_a_wrong_completion_is_counted(place):
    job = JOBS["sweep to zarr"]
    assert kinds(_second(job, 3, WHOLE, place, set(), {})) == {"not completed"}
    (place / LOG).write_text("chunk 3\n")
    found = kinds(_second(job, 0, WHOLE, place, {"chunk 3"}, {}))
    assert found == {"other bits", "lost work"}
