"""A sweep of twenty chunks, as a whole and as a command that can be killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from binodal.api import sweep

GRIDS = ("sigma2=0.1:0.3:331", "epsilon=-0.6:-0.05:975")
COMMAND = (
    "sweep",
    "teacher-student",
    "--preset",
    "fig2",
    "--grid",
    GRIDS[0],
    "--grid",
    GRIDS[1],
)
CHUNKS = 21


def files(store: Path) -> dict[str, bytes]:
    """All files of a store with their content."""
    found = (path for path in store.rglob("*") if path.is_file())
    return {path.relative_to(store).as_posix(): path.read_bytes() for path in found}


def sealed(store: Path) -> int:
    """How many chunks have their hash."""
    return len(list(store.glob("integrity/sha256/c.*")))


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a sweep that nothing disturbed."""
    path = tmp_path_factory.mktemp("whole") / "map.zarr"
    sweep("teacher-student", GRIDS, preset="fig2", output=path)
    assert sealed(path) == CHUNKS
    return files(path)


@pytest.fixture
def started(repository_root: Path):
    """Starts a command as a process group of its own; what is left at the end is killed."""
    processes = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "binodal", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=repository_root,
            start_new_session=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()
