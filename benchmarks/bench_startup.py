"""Whole processes, cold and warm, against an interpreter that does nothing, in one run.

Times are of the processor, so that other work on the machine does not count.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.timing import Row, seconds

COMMANDS = {
    "--help": "--help",
    "critical": "critical teacher-student --preset fig2 --event coexistence --digits 50",
    "solve teacher-student": "solve teacher-student --preset fig2",
    "solve modular": "solve modular --preset fig3",
    "boundary teacher-student": (
        "boundary teacher-student --preset fig2 --event coexistence --in sigma2,epsilon "
        "--points 200"
    ),
    "boundary modular": (
        "boundary modular --preset fig3 --event coexistence --in sigma2,sigma_a2 --points 200"
    ),
    "explore": "explore -o explorer.html",
}


def _process(folder: Path, *words: str) -> None:
    """An interpreter that runs in a folder and keeps its cache there."""
    subprocess.run(
        [sys.executable, *words],
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        cwd=folder,
        env={**os.environ, "XDG_CACHE_HOME": str(folder / "cache")},
    )


def _spent() -> float:
    """Processor time of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run() -> list[Row]:
    """Each command with an empty cache, once, and with the cache that this leaves behind."""
    rows = []
    for name, words in COMMANDS.items():
        with tempfile.TemporaryDirectory() as folder:
            bare = seconds(partial(_process, Path(folder), "-c", "pass"), clock=_spent)
            ours = partial(_process, Path(folder), "-m", "binodal", *words.split())
            start = _spent()
            ours()
            cold = _spent() - start
            for state, duration in (("cold", cold), ("warm", seconds(ours, clock=_spent))):
                rows.append(Row(f"{name}, {state}", duration, bare, "naive: a bare interpreter"))
    return rows
