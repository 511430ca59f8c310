"""One trial: a copy of the checkout with a mutant in it, tested in a fork of this process."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest

from tests.mutation.operators import Mutant

_COPIED = ("derive", "numerics", "validate", "binodal", "tests", "conftest.py", "pyproject.toml")
_OVERTIME = 60
"""Processor seconds past the budget after which a test that still runs counts as hanging."""


@dataclass
class Outcome:
    """What became of a mutant: "killed", "timeout" or "survived", by which test, in what time."""

    outcome: str = "survived"
    by: str = ""
    seconds: float = 0.0
    passed: dict[str, float] = field(default_factory=dict)


class _Selected:
    """Runs the tests that name the module first, cheap ones first, and stops at the budget."""

    def __init__(self, stem: str, costs: dict[str, float], budget: float) -> None:
        self.words, self.costs, self.budget = stem.replace("_", ""), costs, budget
        self.found = Outcome()
        self.spent = False

    def _order(self, item: pytest.Item) -> tuple[bool, float]:
        name = item.nodeid.replace("_", "").replace("-", "")
        return self.words not in name, self.costs.get(item.nodeid, 0.5)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.nodeid not in self.found.passed]
        items.sort(key=self._order)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        if time.process_time() > self.budget:
            self.spent = True
            item.session.shouldstop = "the budget of this mutant is spent"
            pytest.skip("the budget of this mutant is spent")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.found.outcome, self.found.by = "killed", report.nodeid
        elif report.when == "call" and report.passed:
            self.found.passed[report.nodeid] = round(report.duration, 3)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.found.outcome, self.found.by = "killed", f"{report.nodeid} (not importable)"


def _tested(root: Path, groups: list[list[str]], selected: _Selected) -> Outcome:
    os.chdir(root)
    for name in [n for n in sys.modules if n.split(".")[0] == "tests"]:
        del sys.modules[name]
    sys.path.insert(0, str(root))
    # What is warm already was imported before pytest could rewrite its assertions.
    loaded = "ignore::pytest.PytestAssertRewriteWarning"
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", loaded]
    for group in groups:
        code = pytest.main([*options, *group], plugins=[selected])
        if code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
            selected.found.outcome = "killed"
            selected.found.by = selected.found.by or "pytest could not start"
        if selected.found.outcome != "survived" or selected.spent:
            break
    return selected.found


def _child(root: Path, groups: list[list[str]], selected: _Selected, answer: int) -> None:
    """The forked process: own session, no output, hard limits, one line of JSON."""
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    hard = int(time.process_time() + selected.budget + _OVERTIME)
    resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))
    sys.dont_write_bytecode = True
    selected.budget += time.process_time()
    try:
        found = _tested(root, groups, selected)
    except BaseException as error:
        found = Outcome("killed", f"{type(error).__name__} outside of tests")
    found.seconds = round(time.process_time(), 2)
    with os.fdopen(answer, "w") as pipe:
        json.dump(asdict(found), pipe)
    os._exit(0)


class Laboratory:
    """A temporary copy of a checkout in which mutants are tried, one at a time."""

    def __init__(self, root: Path, budget: float = 30.0) -> None:
        self.budget = budget
        self.costs: dict[str, float] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="mutants-")
        self.root = Path(self._folder.name).resolve()
        for name in _COPIED:
            here = root / name
            if here.is_dir():
                hidden = shutil.ignore_patterns("__pycache__", ".*")
                shutil.copytree(here, self.root / name, ignore=hidden)
            elif here.exists():
                shutil.copy2(here, self.root / name)

    def close(self) -> None:
        """Remove the copy."""
        self._folder.cleanup()

    @contextmanager
    def _holding(self, mutant: Mutant) -> Iterator[None]:
        path = self.root / mutant.path
        source, state = path.read_text("utf-8"), path.stat()
        path.write_text(mutant.apply(source), "utf-8")
        try:
            yield
        finally:
            path.write_text(source, "utf-8")
            os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))

    def run(self, groups: list[list[str]], stem: str = "") -> Outcome:
        """Run the tests of ``groups`` in order, in a fork; "timeout" when its limit ends it."""
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            _child(self.root, groups, _Selected(stem, self.costs, self.budget), writer)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            answer = pipe.read()
        os.waitpid(child, 0)
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        if not answer:
            return Outcome("timeout", seconds=self.budget + _OVERTIME)
        return Outcome(**json.loads(answer))

    def trial(self, mutant: Mutant, groups: list[list[str]]) -> Outcome:
        """What the tests say of a mutant. Raises RuntimeError for a test that fails without it."""
        with self._holding(mutant):
            found = self.run(groups, Path(mutant.path).stem)
        self.costs |= found.passed
        guilty = found.by.partition(" (")[0]
        if found.outcome == "killed" and guilty and guilty not in self.costs:
            control = self.run([[guilty]])
            if control.outcome != "survived":
                raise RuntimeError(f"{guilty} fails without a mutant: {control}")
            self.costs |= control.passed | {guilty: control.passed.get(guilty, 0.5)}
        return found
