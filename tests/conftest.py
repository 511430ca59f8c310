"""Settings of the whole suite, commands run in process, and derivations broken on purpose."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from tests.laws import WHOLE

# A failure must be the same failure tomorrow; a slow shared machine is not a failure.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

os.environ.setdefault("MPLBACKEND", "agg")

# A job that a shell started in the background ignores Ctrl-C, and so would the processes that tests
# interrupt: they would never end.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _nothing_broken_is_kept(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where tests break derivations, no form is kept, and all are derived anew before and after.

    All of them: steps of two builds differ, so one that is forgotten alone no longer fits the
    derivations that rest on it.
    """
    home, breaks = _at_home(request.path), _breaks(request.path, request.fixturenames)
    if not home and not breaks:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BINODAL_CACHE", "off")
        if breaks:
            _forget_derivations()
        yield
    if breaks:
        _forget_derivations()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that break derivations come last: all others share what has been derived once.

    Laws that another test tries too are left to ``make laws``.
    """
    left = [] if WHOLE else [item for item in items if _beside_another(item)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in set(left)]
    items.sort(key=lambda item: _breaks(item.path, getattr(item, "fixturenames", ())))


def _beside_another(item: pytest.Item) -> bool:
    return any("beside" in mark.kwargs for mark in item.iter_markers("law"))


def _at_home(path: Path) -> bool:
    return bool({"derive", "derivations"} & set(path.parts))


def _breaks(path: Path, fixtures: Iterable[str]) -> bool:
    return "broken" in fixtures or (_at_home(path) and "monkeypatch" in fixtures)


def _forget_derivations() -> None:
    for name, module in list(sys.modules.items()):
        if re.match(r"binodal\.(derive|audit\.paper|models\.\w+\.derivations)\.", name):
            for value in vars(module).values():
                clear = getattr(value, "cache_clear", None)
                if clear is not None:
                    clear()


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, object], None]:
    """Replace ``function`` in every module of derivations that uses it."""

    def replace(home: str, function: str, value: object) -> None:
        original = getattr(sys.modules[home], function)
        for name, module in list(sys.modules.items()):
            if (
                re.match(r"binodal\.models\.\w+\.derivations", name)
                and vars(module).get(function) is original
            ):
                monkeypatch.setattr(module, function, value)

    return replace


@dataclass(frozen=True)
class Ran:
    """What a command left: exit status, both streams, and the files in its folder."""

    status: int
    out: str
    err: str
    files: list[str]


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """The command line inside the test's process, in an empty folder."""
    from binodal.cli import main

    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> Ran:
        status = main(list(arguments))
        out, err = capsys.readouterr()
        return Ran(status, out, err, sorted(path.name for path in tmp_path.iterdir()))

    return call


@pytest.fixture(scope="session")
def repository_root() -> Path:
    return Path(__file__).resolve().parents[1]
