"""Processes that are killed: the same command goes on, and nothing differs in the end."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor

import pytest

from binodal import workers
from binodal.api import sweep
from binodal.numerics.lock import Lock
from tests.binodal.sweeps.conftest import CHUNKS, COMMAND, GRIDS, files, sealed
from tests.processes import is_worker, needs_proc, until, workers_of


def test_a_killed_sweep_goes_on(started, run, tmp_path, whole):
    path = tmp_path / "map.zarr"
    process = started(*COMMAND, "-o", str(path))
    until(lambda: sealed(path) >= 2)
    process.kill()
    process.wait()
    kept = sealed(path)
    assert 2 <= kept < CHUNKS
    ran = run(*COMMAND, "-o", "map.zarr")
    assert (ran.status, ran.err, ran.files) == (0, "", ["map.zarr"])
    assert files(path) == whole


@needs_proc
def test_workers_end_with_their_killed_parent(started, tmp_path, whole):
    pytest.importorskip("loky")
    path = tmp_path / "map.zarr"
    process = started(*COMMAND, "--workers", "2", "-o", str(path))
    until(lambda: sealed(path) >= 1)
    workers = workers_of(process.pid)
    assert len(workers) == 2
    process.kill()
    process.wait()
    until(lambda: not any(map(is_worker, workers)), 10)
    sweep("teacher-student", GRIDS, preset="fig2", output=path)
    assert files(path) == whole


@needs_proc
def test_a_killed_worker_is_replaced(tmp_path, whole):
    pytest.importorskip("loky")
    path, killed = tmp_path / "map.zarr", []

    def kill() -> None:
        until(lambda: sealed(path) >= 1)
        killed.append(workers_of(os.getpid())[0])
        os.kill(killed[0], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    table = sweep("teacher-student", GRIDS, preset="fig2", output=path, workers=2)
    killer.join()
    assert killed and table.decided()
    assert files(path) == whole


def test_a_piece_that_a_dying_pool_refuses_is_not_lost(monkeypatch):
    """Between the death of a worker and the next result, the pool takes nothing more."""
    pools, taken = [], []

    class Pool(ThreadPoolExecutor):
        def submit(self, *arguments):
            taken.append(arguments)
            if len(taken) == 3:
                raise BrokenExecutor
            return super().submit(*arguments)

        def shutdown(self, wait=True, kill_workers=False):
            super().shutdown(wait=wait)

    def pool(count):
        pools.append(Pool(count))
        return pools[-1]

    monkeypatch.setattr(workers, "process_pool", pool)
    assert sorted(workers.in_workers(abs, range(7), 2)) == [(k, k) for k in range(7)]
    assert len(pools) == 2


def test_control_c_with_workers(started, tmp_path):
    """The whole process group gets the signal, as from a keyboard: one line comes out."""
    pytest.importorskip("loky")
    path = tmp_path / "map.zarr"
    grid = ("--grid", "sigma2=0.1:0.3:2000", "--grid", "epsilon=-0.6:-0.05:2000")
    process = started(*COMMAND[:4], *grid, "--workers", "2", "-o", str(path))
    until(lambda: sealed(path) >= 1)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err.count("\n")) == (3, "", 1), err
    assert f"interrupted: {sealed(path)} of 250 chunks are safe in {path}" in err
    assert [entry.name for entry in tmp_path.iterdir()] == ["map.zarr"]


@pytest.mark.parametrize("name", ["map.zarr", "map.nc"])
def test_a_second_writer_is_refused(run, tmp_path, name):
    command = (*COMMAND[:4], "--grid", "sigma2=0.1:0.3:3", "-o", name)
    with Lock(tmp_path / name):
        ran = run(*command)
    assert (ran.status, ran.out) == (3, "") and ran.err.count("\n") == 1
    assert f"{name} is being written by process {os.getpid()} on " in ran.err
    assert ran.files == [f".{name}.lock"]
    stale = tmp_path / f".{name}.lock"
    stale.write_text("process 1 on elsewhere\n")
    ran = run(*command)
    assert (ran.status, ran.files) == (0, [name])
