"""Running the command line inside the test's process, in an empty folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from binodal.cli import main


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
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> Ran:
        status = main(list(arguments))
        out, err = capsys.readouterr()
        return Ran(status, out, err, sorted(path.name for path in tmp_path.iterdir()))

    return call


@pytest.fixture(scope="session")
def repository_root() -> Path:
    return Path(__file__).resolve().parents[2]
