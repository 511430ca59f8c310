"""The benchmark harness times, tabulates, and survives a benchmark that fails."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from benchmarks import run
from benchmarks.timing import Row, seconds


def plant(monkeypatch, name, function):
    module = ModuleType(f"benchmarks.bench_{name}")
    module.run = function
    monkeypatch.setitem(sys.modules, module.__name__, module)


def broken():
    raise ValueError("no such kernel")


@pytest.mark.parametrize("name", run.names(Path(run.__file__).parent))
def test_every_benchmark_can_be_imported(name):
    assert callable(import_module(f"benchmarks.bench_{name}").run)


def test_seconds_is_the_median_without_the_first_run():
    clock = [0.0]
    costs = iter([100.0, 3.0, 50.0, 1.0])

    def work():
        clock[0] += next(costs)

    assert seconds(work, runs=3, clock=lambda: clock[0]) == 3.0
    assert next(costs, None) is None


def test_the_ratio_is_naive_over_ours():
    assert Row("x", ours=2.0, naive=5.0).ratio == 2.5


def test_a_failing_benchmark_leaves_the_others(monkeypatch):
    plant(monkeypatch, "broken", broken)
    plant(monkeypatch, "sound", lambda: [Row("sound", 1.0, 2.0)])
    rows, failures = run.collect(["broken", "sound"])
    assert [row.name for row in rows] == ["sound"]
    assert failures == ["broken failed: ValueError: no such kernel"]


def test_status(monkeypatch, capsys):
    plant(monkeypatch, "startup", broken)
    assert run.main(["startup"]) == 1
    assert "no such kernel" in capsys.readouterr().err
    assert run.main(["startup", "nothing"]) == 2
    assert "known: " in capsys.readouterr().err
