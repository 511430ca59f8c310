"""The few requests that take seconds are the same twice, and what is not the same is noticed."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("xarray", reason="xarray is not installed (extra sweep)")

from tests.unchanged.__main__ import main
from tests.unchanged.compare import ABSENT, differences, report
from tests.unchanged.record import Store, record
from tests.unchanged.requests import requests


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two records, the first with an empty cache and the second with what this leaves in it."""
    made = tmp_path_factory.mktemp("unchanged")
    cache = ["--quick", "--cache", str(made / "cache")]
    assert main(["record", str(made / "before"), *cache]) == 0
    assert main(["record", str(made / "after"), *cache]) == 0
    return made


@pytest.fixture
def before(folder):
    return Store(folder / "before").read()


@pytest.fixture
def after(folder):
    return Store(folder / "before").read()


def test_a_second_record_is_the_same(folder, capsys):
    assert main(["compare", str(folder / "before"), str(folder / "after")]) == 0
    total = capsys.readouterr().out.splitlines()[-1].split()
    assert total == ["all", str(len(requests(quick=True))), "0", "0"]


def test_what_is_recorded_is_not_asked_again(folder):
    assert record(folder / "before", requests(quick=True)) == 0
    assert not (folder / "before" / "work").exists()


def test_a_cut_line_is_asked_again(folder, tmp_path):
    whole = (folder / "before" / "refused.jsonl").read_text()
    (tmp_path / "refused.jsonl").write_text(whole[:-20])
    wanted = [one for one in requests(quick=True) if one.kind == "refused"]
    assert record(tmp_path, wanted) == 1
    assert len(Store(tmp_path).read()) == len(wanted)


def of_kind(records, kind):
    return next(record for (each, _), record in records.items() if each == kind)


def only(before, after):
    (found,) = differences(before, after)
    lines, same = report(before, after)
    assert not same
    assert str(found) in lines
    return found


def test_a_changed_digit_is_noticed(before, after):
    ball = of_kind(after, "critical")["out"]["value"]
    ball["mid"] = ball["mid"][:-1] + str((int(ball["mid"][-1]) + 1) % 10)
    found = only(before, after)
    assert (found.kind, found.path, json.loads(found.after)) == (
        "critical",
        "out.value.mid",
        ball["mid"],
    )


def test_a_changed_bit_of_an_array_is_noticed(before, after):
    values = of_kind(after, "sweep")["files"]["sweep.zarr"]["variables"]["b"]["values"]
    values[3] = (float.fromhex(values[3]) * (1 + 2**-52)).hex()
    assert only(before, after).path == "files.sweep.zarr.variables.b.values[3]"


def test_a_changed_line_of_a_text_is_noticed(before, after):
    record = of_kind(after, "codegen")
    record["out"] = record["out"].replace("2.0", "2.5", 1)
    found = only(before, after)
    assert "2.0" in found.before
    assert "2.5" in found.after
    record["out"] = of_kind(before, "codegen")["out"] + "one more\n"
    assert only(before, after).before == ABSENT


@pytest.mark.parametrize("value", [2, 1.0, True, "1"])
def test_numbers_of_another_type_are_noticed(before, after, value):
    record = of_kind(after, "critical")
    record["more"], of_kind(before, "critical")["more"] = value, 1
    assert only(before, after).path == "more"


def test_a_missing_request_is_noticed(before, after):
    key = next(iter(before))
    del after[key]
    found = only(before, after)
    assert (found.kind, found.request) == key
    assert found.after == ABSENT


def test_an_added_key_is_noticed(before, after):
    of_kind(after, "solve")["out"]["closure"]["d"] = None
    found = only(before, after)
    assert (found.path, found.before, found.after) == ("out.closure.d", ABSENT, "null")


def test_modules_that_moved_are_told_and_are_no_fault(before, after):
    record = of_kind(after, "codegen")
    record["out"], count = re.subn(
        r"Derived in ([\w.]+)", "Derived in numerics.elsewhere", record["out"]
    )
    assert count == 1
    lines, same = report(before, after)
    assert same
    assert any(line.startswith("paths: ") for line in lines)
    assert any("-> numerics.elsewhere" in line for line in lines)


def test_no_request_occurs_twice_and_all_kinds_are_there():
    every = requests()
    assert max(Counter((one.kind, one.name) for one in every).values()) == 1
    kinds = Counter(one.kind for one in every)
    assert kinds["solve"] == 200
    assert kinds["critical"] >= 100
    assert {"audit", "derive", "codegen", "stored", "reproduce", "map", "sweep"} <= kinds.keys()


def test_it_names_no_module_that_may_move():
    here = Path(__file__).parent
    for path in set(here.glob("*.py")) - {Path(__file__)}:
        lines = [line.split() for line in path.read_text().splitlines()]
        imported = {words[1] for words in lines if words[:1] in (["from"], ["import"])}
        ours = {
            name
            for name in imported
            if name.split(".")[0] in ("binodal", "derive", "numerics", "validate")
        }
        assert ours <= {"binodal.cli"}
