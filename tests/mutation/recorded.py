"""Which test runs which function: recorded once, kept until a file of it changes."""

from __future__ import annotations

import ast
import builtins
import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tests.mutation.session import enter, run_pytest

Functions = dict[str, list[str]]
"""Qualified names of functions ("" is the module itself), by the file in which they stand."""

SLOWEST = 20.0
"""Processor seconds of a recorded test; slower ones judge no mutant."""

Body = ast.FunctionDef | ast.ClassDef | ast.Module


@dataclass
class Ran:
    """One test: what it cost, and which functions it executed."""

    seconds: float
    functions: Functions


@dataclass
class Entry:
    """One file of tests: what its import and collection executed, and each test that passed."""

    digest: str = ""
    opening: float = 0.0
    opened: Functions = field(default_factory=dict)
    tests: dict[str, Ran] = field(default_factory=dict)

    @property
    def paths(self) -> set[str]:
        """The files of which anything was executed."""
        return set(self.opened).union(*(ran.functions for ran in self.tests.values()))

    def cost(self, test: str) -> float:
        """Seconds of a test with its share of the collection, more for one that runs much."""
        ran = self.tests[test]
        breadth = sum(map(len, ran.functions.values()))
        return (ran.seconds + self.opening / 4) * (1 + breadth / 50)


def _first(node: Body) -> ast.stmt | None:
    """The first statement that is neither documentation nor an import from the future."""
    for statement in node.body:
        text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        if not text and not future:
            return statement
    return None


def _bodies(node: ast.AST, inside: str = "") -> Iterator[tuple[ast.stmt, str]]:
    """Where each function, class and module begins to execute, and its qualified name."""
    if isinstance(node, Body) and (first := _first(node)) is not None:
        yield first, inside
    for child in ast.iter_child_nodes(node):
        name = inside
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            name = f"{inside}.{child.name}" if inside else child.name
        yield from _bodies(child, name)


def instrumented(path: str, source: str) -> str:
    """A source each of whose functions says that it runs.

    >>> print(instrumented("a.py", "def f(x):\\n    return x\\n"))
    _ran_('a.py', '')
    def f(x):
        _ran_('a.py', 'f')
        return x
    <BLANKLINE>
    """
    lines = source.splitlines(keepends=True)
    begun = {}
    for first, name in _bodies(ast.parse(source)):
        decorators = getattr(first, "decorator_list", [])
        line = min(first.lineno, *(d.lineno for d in decorators)) if decorators else first.lineno
        begun[line] = (first.col_offset, f"_ran_({path!r}, {name!r})")
    for line in sorted(begun, reverse=True):
        column, call = begun[line]
        text = lines[line - 1].encode()
        before, after = text[:column].decode(), text[column:].decode()
        joint = "; " if before.strip() else f"\n{before}"
        lines[line - 1] = f"{before}{call}{joint}{after}"
    return "".join(lines)


class _Recorder:
    """Collects what runs under the name of the test that runs, and stops slow ones."""

    def __init__(self) -> None:
        self.begin = time.process_time()
        self.opening = 0.0
        self.opened: set[tuple[str, str]] = set()
        self.running = self.opened
        self.tests: dict[str, Ran] = {}
        self.passed: set[str] = set()

    def ran(self, path: str, name: str) -> None:
        """What every function of the copy calls first."""
        self.running.add((path, name))

    def pytest_collection_finish(self) -> None:
        self.opening = round(time.process_time() - self.begin, 3)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.running = set()
        begin = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, SLOWEST)
        try:
            return (yield)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            seconds = round(time.process_time() - begin, 3)
            self.tests[item.nodeid] = Ran(seconds, _by_file(self.running))
            self.running = self.opened

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.passed.add(report.nodeid)

    def entry(self) -> Entry:
        tests = {name: self.tests[name] for name in sorted(self.passed)}
        return Entry("", self.opening, _by_file(self.opened), tests)


def _by_file(ran: set[tuple[str, str]]) -> Functions:
    found: Functions = {}
    for path, name in sorted(ran):
        found.setdefault(path, []).append(name)
    return found


def _too_slow(number: int, frame: FrameType | None) -> None:
    pytest.skip("slower than a test of mutants may be")


def recorded(root: Path, file: str) -> dict[str, Any]:
    """Run one file of tests in an instrumented copy: an `Entry` as JSON. Belongs into a fork."""
    recorder = _Recorder()
    signal.signal(signal.SIGPROF, _too_slow)
    vars(builtins)["_ran_"] = recorder.ran
    enter(root)
    run_pytest([file], recorder)
    return asdict(recorder.entry())


class Coverage:
    """The record of a checkout, in a file that outlives the run."""

    def __init__(self, root: Path, path: Path) -> None:
        self.root, self.path = root, path
        self.entries: dict[str, Entry] = {}
        if path.exists():
            for file, found in json.loads(path.read_text("utf-8")).items():
                entry = _entry(found)
                if entry.digest == self._digest(file, entry):
                    self.entries[file] = entry

    def _digest(self, file: str, entry: Entry) -> str:
        """Of the texts that the entry depends on: the tests and all that they executed."""
        digest = sha256()
        for name in sorted({file, *entry.paths}):
            path = self.root / name
            digest.update(f"{name}\0".encode() + (path.read_bytes() if path.exists() else b""))
        return digest.hexdigest()

    def add(self, file: str, found: dict[str, Any] | None) -> None:
        """Keep what `recorded` says of a file; that it could not be run (None) counts too."""
        entry = Entry() if found is None else _entry(found)
        entry.digest = self._digest(file, entry)
        self.entries[file] = entry
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps({k: asdict(v) for k, v in self.entries.items()}), "utf-8")
        os.replace(part, self.path)


def _entry(found: dict[str, Any]) -> Entry:
    tests = {name: Ran(**ran) for name, ran in found["tests"].items()}
    return Entry(found["digest"], found["opening"], found["opened"], tests)
