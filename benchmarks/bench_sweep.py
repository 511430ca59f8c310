"""What a sweep costs beyond computing: chunks, hashes, the zarr store, and worker processes."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from time import perf_counter, process_time
from unittest.mock import patch

import numpy as np

from benchmarks.timing import Row
from binodal.api import sweep
from binodal.sweeps import run as filling
from binodal.sweeps.job import Found, Job, compute

_GRIDS = {
    "10^4 cells": ("sigma2=0.1:0.3:101", "epsilon=-0.6:-0.05:101"),
    "10^5 cells": ("sigma2=0.1:0.3:331", "epsilon=-0.6:-0.05:331"),
}
_ROUNDS = 25


def _swept(path: Path, grids: tuple[str, ...], by: int = 1) -> None:
    shutil.rmtree(path, ignore_errors=True)
    sweep("teacher-student", grids, preset="fig2", output=path, workers=by)


def _shares(path: Path, grids: tuple[str, ...]) -> tuple[float, float]:
    """Processor seconds of a sweep and of the bare computing of its chunks, inside the same run.

    The difference of two separate runs would be lost in the noise of a shared machine.
    """
    bare = 0.0

    def timed(job: Job, number: int) -> Found:
        nonlocal bare
        start = process_time()
        columns = compute(job, number)
        bare += process_time() - start
        return columns

    shutil.rmtree(path, ignore_errors=True)
    with patch.object(filling, "compute", timed):
        start = process_time()
        sweep("teacher-student", grids, preset="fig2", output=path)
        return process_time() - start, bare


def _seconds(path: Path, grids: tuple[str, ...], by: int) -> float:
    start = perf_counter()
    _swept(path, grids, by)
    return perf_counter() - start


def run() -> list[Row]:
    """Stores of one process against bare computing; two workers against one process."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "map.zarr"
        for name, grids in _GRIDS.items():
            _swept(path, grids)
            ours, bare = np.median([_shares(path, grids) for _ in range(_ROUNDS)], axis=0)
            note = f"naive is computing the same chunks; beyond it {ours / bare - 1:.1%}"
            rows.append(Row(f"sweep into zarr, {name}", ours, bare, note))
        two, one = (_seconds(path, grids, by) for by in (2, 1))
        note = "naive is one process; each of ours first starts and derives"
        rows.append(Row(f"sweep with 2 workers, {name}", two, one, note))
    return rows
