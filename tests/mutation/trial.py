"""One trial: a copy of the checkout with a mutant in it, tested in a fork of this process."""

from __future__ import annotations

import compileall
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.mutation.forks import forked
from tests.mutation.operators import Mutant
from tests.mutation.recorded import SLOWEST, instrumented, recorded
from tests.mutation.selection import Group
from tests.mutation.session import enter, quiet, run_pytest, visit
from tests.repo.imports import FOLDERS

_COPIED = (*FOLDERS, "tests", "conftest.py", "pyproject.toml")
_UNREAD = " (not importable)"
"""What stands behind a file of tests that a mutant keeps from being read."""
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
    """Runs the tests of a group in its order, and stops at the budget."""

    def __init__(self, costs: dict[str, float], budget: float) -> None:
        self.costs, self.budget = costs, budget
        self.found = Outcome()
        self.spent = False
        self.group = Group([])

    def _order(self, item: pytest.Item) -> float:
        return self.group.order.get(item.nodeid, self.costs.get(item.nodeid, 0.5))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        left = [item for item in items if item.nodeid not in self.found.passed]
        if self.group.order:
            left = [item for item in left if item.nodeid in self.group.order]
        items[:] = sorted(left, key=self._order)

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
            self.found.outcome, self.found.by = "killed", report.nodeid + _UNREAD


def _tested(groups: list[Group], selected: _Selected) -> None:
    for group in groups:
        selected.group = group
        code = run_pytest(group.files, selected, "-x")
        if code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
            selected.found.outcome = "killed"
            selected.found.by = selected.found.by or "pytest could not start"
        if selected.found.outcome != "survived" or selected.spent:
            break


def _judged(root: Path, groups: list[Group], selected: _Selected) -> dict[str, Any]:
    """The outcome as JSON; belongs into a fork, whose clock starts at zero."""
    selected.budget += time.process_time()
    try:
        enter(root)
        _tested(groups, selected)
    except BaseException as error:
        selected.found = Outcome("killed", f"{type(error).__name__} outside of tests")
    selected.found.seconds = round(time.process_time(), 2)
    return asdict(selected.found)


class Laboratory:
    """A temporary copy of a checkout in which mutants are tried, one at a time."""

    def __init__(self, root: Path, budget: float = 30.0) -> None:
        self.budget = budget
        self.costs: dict[str, float] = {}
        self._trials = 0
        self._folder = tempfile.TemporaryDirectory(prefix="mutants-")
        self.root = Path(self._folder.name).resolve()
        for name in _COPIED:
            here = root / name
            if here.is_dir():
                hidden = shutil.ignore_patterns("__pycache__", ".*")
                shutil.copytree(here, self.root / name, ignore=hidden, symlinks=True)
            elif here.exists():
                shutil.copy2(here, self.root / name)
        compileall.compile_dir(self.root, quiet=2)

    def close(self) -> None:
        """Remove the copy."""
        self._folder.cleanup()

    @contextmanager
    def _holding(self, mutant: Mutant) -> Iterator[None]:
        path = self.root / mutant.path
        source, state = path.read_text("utf-8"), path.stat()
        self._trials += 1
        path.write_text(mutant.apply(source), "utf-8")
        # A time that no other text of this file had: what was compiled from them is not taken.
        os.utime(path, (state.st_atime, state.st_mtime + 10 * self._trials))
        try:
            yield
        finally:
            path.write_text(source, "utf-8")
            os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))

    def instrument(self, names: Iterable[str]) -> None:
        """Make each function of some files say that it runs: for `record`, not for trials."""
        for name in names:
            path = self.root / name
            path.write_text(instrumented(name, path.read_text("utf-8")), "utf-8")

    def record(self, file: str) -> dict[str, Any] | None:
        """Which functions each test of a file runs; None for a file that cannot be run."""
        found = forked(lambda: recorded(self.root, file), 100 * SLOWEST)
        return None if found is None else dict(found)

    def warm(self, groups: Iterable[Group]) -> None:
        """Run tests in this process itself: what SymPy answers them, its forks know."""
        # Imported here: SymPy reads how much it may keep when it is imported.
        from tests.mutation.memory import remember

        order = {name: cost for group in groups for name, cost in group.order.items()}
        selected = _Selected(self.costs, float("inf"))
        remember()
        with quiet(), visit(self.root):
            for file in sorted({name.partition("::")[0] for name in order}):
                selected.group = Group([file], order)
                run_pytest([file], selected)

    def run(self, groups: list[Group]) -> Outcome:
        """Run the tests of ``groups`` in order, in a fork; "timeout" when its limit ends it."""
        selected = _Selected(self.costs, self.budget)
        limit = self.budget + _OVERTIME
        answer = forked(lambda: _judged(self.root, groups, selected), limit)
        return Outcome("timeout", seconds=limit) if answer is None else Outcome(**answer)

    def trial(self, mutant: Mutant, groups: list[Group]) -> Outcome:
        """What the tests say of a mutant. Raises RuntimeError for a test that fails without it."""
        with self._holding(mutant):
            found = self.run(groups)
        self.costs |= found.passed
        guilty = found.by.removesuffix(_UNREAD)
        if found.outcome == "killed" and guilty and guilty not in self.costs:
            control = self.run([Group([guilty])])
            if control.outcome != "survived":
                raise RuntimeError(f"{guilty} fails without a mutant: {control}")
            self.costs |= control.passed | {guilty: control.passed.get(guilty, 0.5)}
        return found
