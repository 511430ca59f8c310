"""The mutation run sees what a bad test suite misses, and a good one leaves nothing alive."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.laws import beside
from tests.mutation import forks
from tests.mutation.forks import forked
from tests.mutation.operators import OPERATORS, Mutant, mutants
from tests.mutation.recorded import Coverage, instrumented
from tests.mutation.report import key, reasons, share, summary
from tests.mutation.selection import Group, Suite, draw, every_mutant, mutated
from tests.mutation.trial import Laboratory

ROOT = Path(__file__).resolve().parents[2]
SOURCE = '''
"""A wrong text is no wrong formula: 1 + 1."""

from math import pi


def area(radius: float, inner: float = 0.0) -> float:
    """pi (R^2 - r^2), for two radii that are in order."""
    if radius > 0 and not inner > radius:
        return pi * (radius**2 - inner**2)
    raise ValueError("radii " + "out of order")
'''
GOOD = """
from math import isclose

import pytest

from binodal.derive.area import area


def test_area():
    assert isclose(area(2.0, 1.5), 5.497787143782138)
    assert area(1.0, 1.0) == 0
    assert isclose(area(2.0), 12.566370614359172)
    for wrong in ((0.0,), (-1.0,), (1.0, 2.0), (0.0, -1.0)):
        with pytest.raises(ValueError):
            area(*wrong)
"""
BAD = """
from binodal.derive.area import area


def test_area_is_positive():
    assert area(2.0, 1.0) > 0
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for folder in ("derive", "numerics", "tests/derive"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "binodal").mkdir()
    for package in ("derive", "numerics", "binodal"):
        (tmp_path / package / "__init__.py").write_text('"""A package."""\n')
    for package in ("derive", "numerics"):
        (tmp_path / "binodal" / package).symlink_to(f"../{package}")
    (tmp_path / "derive" / "area.py").write_text(SOURCE)
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\npythonpath = ['.']\n")
    return tmp_path


@pytest.fixture(scope="module")
def candidates() -> list[Mutant]:
    """All mutants of a folder of this checkout that has every kind."""
    return every_mutant(ROOT, ["derive"])


def run(root: Path, *options: str) -> tuple[int, str, list[dict[str, str]]]:
    command = [sys.executable, "-m", "tests.mutation", "--root", str(root), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.stderr == ""
    state = Path(options[options.index("--state") + 1]) / "results.jsonl"
    lines = state.read_text("utf-8").splitlines()
    return done.returncode, done.stdout, [json.loads(line) for line in lines]


def test_a_bad_suite_lets_mutants_live_and_is_told_so(checkout: Path, tmp_path: Path) -> None:
    (checkout / "tests/derive/test_area.py").write_text(BAD)
    options = ("--state", str(tmp_path / "state"), "--count", "6", "--seed", "3")
    code, text, records = run(checkout, *options)
    living = [r for r in records if r["outcome"] == "survived"]
    assert code == 1 and living and len(records) == 6
    assert "survivors, without a reason" in text
    assert all(f"-> {record['after']}" in text for record in living)
    assert (checkout / "derive/area.py").read_text() == SOURCE
    again, _, same = run(checkout, *options)
    assert again == 1 and same == records


def test_a_good_suite_leaves_nothing_alive(checkout: Path, tmp_path: Path) -> None:
    (checkout / "tests/derive/test_area.py").write_text(GOOD)
    found = every_mutant(checkout)
    kinds = {m.kind for m in found}
    assert kinds >= {"3 for pi", "dropped condition", "dropped not", "exponent", "comparison"}
    assert not any("out of order" in m.before or "wrong text" in m.before for m in found)
    options = ("--state", str(tmp_path / "state"), "--count", "8", "--seed", "5")
    code, text, records = run(checkout, *options)
    assert code == 0, text
    assert {r["outcome"] for r in records} == {"killed"}


def test_a_mutant_meets_the_recorded_tests_alone(checkout: Path, tmp_path: Path) -> None:
    other = "def test_nothing():\n    assert True\n"
    (checkout / "tests/derive/test_area.py").write_text(GOOD + other)
    (checkout / "tests/derive/test_zero.py").write_text(other)
    state = tmp_path / "state"
    options = ("--state", str(state), "--count", "8", "--seed", "5", "--record")
    code, text, records = run(checkout, *options)
    assert code == 0, text
    assert not any("test_nothing" in r["by"] for r in records)
    coverage = Coverage(checkout, state / "tests.json")
    tests = {
        name: ran.functions for e in coverage.entries.values() for name, ran in e.tests.items()
    }
    ran = {"derive/area.py": ["area"]}
    assert tests["tests/derive/test_area.py::test_area"] == ran
    assert tests["tests/derive/test_zero.py::test_nothing"] == {}
    (mutant, *_) = every_mutant(checkout)
    orders = [{*g.order} for g in Suite(checkout, coverage.entries).groups(mutant)]
    names = (f"tests/derive/test_area.py::test_{name}" for name in ("area", "nothing"))
    assert orders == [{name} for name in names]


def test_a_test_is_tried_without_the_mutant_whatever_its_case_is_called(checkout: Path) -> None:
    case = '@pytest.mark.parametrize("radius", ["2.0: a (disk)"])\ndef test_area(radius):'
    text = GOOD.replace("def test_area():", case)
    (checkout / "tests/derive/test_area.py").write_text(text)
    group = Group(["tests/derive/test_area.py"])

    def found() -> list[str]:
        for name in [name for name in sys.modules if name.partition(".")[0] == "binodal"]:
            del sys.modules[name]  # the command that this stands for has imported none of it
        with closing(Laboratory(checkout)) as laboratory:
            tried = laboratory.trial(every_mutant(checkout)[0], [group])
            return [tried.outcome, tried.by.partition("[")[2]]

    assert forked(found, 60) == ["killed", "2.0: a (disk)]"]


def test_a_record_ends_with_the_files_that_it_speaks_of(checkout: Path, tmp_path: Path) -> None:
    (checkout / "tests/derive/test_area.py").write_text(GOOD)
    state = tmp_path / "state"
    run(checkout, "--state", str(state), "--count", "1", "--record")
    assert [*Coverage(checkout, state / "tests.json").entries] == ["tests/derive/test_area.py"]
    (checkout / "derive/area.py").write_text(SOURCE.replace("R^2", "R**2"))
    assert not Coverage(checkout, state / "tests.json").entries


def test_an_instrumented_source_says_what_runs() -> None:
    ran: list[tuple[str, str]] = []
    place = {"_ran_": lambda *each: ran.append(each), "__name__": "a"}
    exec(compile(instrumented("a.py", SOURCE), "a.py", "exec"), place)
    assert ran == [("a.py", "")] and place["area"](2.0) > 12
    assert ran[1:] == [("a.py", "area")]


def test_a_process_that_ran_the_tests_knows_nothing_of_the_copy(checkout: Path) -> None:
    """Its forks import the mutant, although its parent has imported what is right."""
    (checkout / "tests/derive/test_area.py").write_text(GOOD)
    group = Group(["tests/derive/test_area.py"], {"tests/derive/test_area.py::test_area": 1.0})

    def outcomes() -> list[str]:
        for name in [name for name in sys.modules if name.partition(".")[0] == "binodal"]:
            del sys.modules[name]  # the command that this stands for has imported none of it
        with closing(Laboratory(checkout)) as laboratory:
            laboratory.warm([group])
            kept = [name for name in sys.modules if "area" in name]
            tried = [laboratory.trial(m, [group]) for m in every_mutant(checkout)[:3]]
            return [*kept, *(each.outcome for each in (*tried, laboratory.run([group])))]

    assert forked(outcomes, 60) == ["killed"] * 3 + ["survived"]


def test_a_child_that_waits_for_ever_is_ended(monkeypatch):
    monkeypatch.setattr(forks, "IDLE_SECONDS", 0.5)
    monkeypatch.setattr(forks, "_LOOK_SECONDS", 0.1)
    assert forked(lambda: threading.Event().wait(), 60) is None
    assert forked(lambda: sum(range(30_000_000)) and 7, 60) == 7


@beside("test_a_good_suite_leaves_nothing_alive")
def test_real_mutants_of_cheap_files_are_killed(tmp_path: Path) -> None:
    files = ("derive/scaling.py", "derive/gaussian/quadratic.py")
    chosen = [word for name in files for word in ("--only", name)]
    code, text, records = run(ROOT, "--state", str(tmp_path), "--count", "2", *chosen)
    assert code == 0, text
    assert {r["path"] for r in records} == set(files)


def test_a_reason_explains_one_survivor_alone() -> None:
    record = {
        "path": "derive/a.py",
        "function": "f",
        "kind": "sign",
        "before": "x",
        "after": "-x",
        "line": 3,
        "outcome": "survived",
    }
    other = {**record, "after": "x + 1"}
    why = {("a.py", "f", "sign", "x", "-x"): "x is squared"}
    assert share([record], {}) == 1 and share([record], why) == 0
    text = summary([record, other], why)
    assert "because x is squared" in text and "without a reason: 1" in text


def test_every_reason_still_has_its_mutant() -> None:
    files = {file for file, *_ in reasons()}
    chosen = [path for path in mutated(ROOT) if Path(path).name in files]
    texts = [(path, (ROOT / path).read_text("utf-8")) for path in chosen]
    names = {key(vars(mutant)) for path, text in texts for mutant in mutants(path, text)}
    assert [name for name in reasons() if name not in names] == []


def test_a_draw_is_repeatable_and_reaches_every_file(candidates: list[Mutant]) -> None:
    files = {m.path for m in candidates}
    count = len(files) + 100
    drawn = draw(candidates, count, 7)
    again = draw(reversed(candidates), count, 7)
    assert [m.name for m in drawn] == [m.name for m in again]
    assert {m.path for m in drawn} == files
    assert len({m.name for m in drawn}) == count
    assert {m.kind for m in candidates} == set(OPERATORS)


def test_a_draw_outlives_changes_elsewhere(candidates: list[Mutant]) -> None:
    drawn = draw(candidates, 400, 7)
    (changed, *_) = drawn
    kept = draw([m for m in candidates if m.path != changed.path], 400, 7)
    assert {m.name for m in drawn if m.path != changed.path} <= {m.name for m in kept}


def test_a_mutant_is_valid_python_and_differs() -> None:
    for mutant in mutants("a.py", SOURCE):
        wrong = mutant.apply(SOURCE)
        compile(wrong, "a.py", "exec")
        assert wrong != SOURCE


def test_tests_near_a_module_come_first() -> None:
    groups = [
        group.files for group in Suite(ROOT).near("binodal/models/modular/derivations/events.py")
    ]
    assert "tests/models/modular/derivations/test_events.py" in groups[0]
    assert sum(map(len, groups)) == len({name for group in groups for name in group})
