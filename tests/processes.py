"""Waiting for what other processes do, and finding workers."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="asks /proc about other processes"
)


def until(happened: Callable[[], bool], seconds: float = 60) -> None:
    """Wait; fail when it does not happen in time."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.002)


def harness(name: str, folder: Path, *options: str) -> str:
    """What a harness of the tests prints, run as a command; it must find no fault."""
    ran = subprocess.run(
        [sys.executable, "-m", name, *options, "-o", str(folder)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    faults = "".join(path.read_text() for path in folder.glob("*.jsonl"))
    assert (ran.returncode, ran.stderr) == (0, ""), faults
    return ran.stdout


def workers_of(process: int) -> list[int]:
    """Worker processes of a process."""
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    every = [int(word) for task in tasks for word in task.read_text().split()]
    return [child for child in every if is_worker(child)]


def is_worker(process: int) -> bool:
    """Whether a worker of this number runs."""
    try:
        return "popen_loky" in Path(f"/proc/{process}/cmdline").read_text()
    except OSError:
        return False
