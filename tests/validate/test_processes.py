"""Pools of workers that may be killed at any moment."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import BrokenExecutor
from multiprocessing.connection import wait

import pytest

from binodal.validate import processes
from tests.processes import until


def _die_in_the_middle_of_an_answer() -> bytes:
    import multiprocessing.connection as connection

    def half(self, message):
        os.write(self._handle, bytes(message)[: len(message) // 2])
        os.kill(os.getpid(), signal.SIGKILL)

    connection.Connection._send = half
    return b"answer" * 100


@pytest.fixture
def pool(monkeypatch):
    monkeypatch.setattr(processes, "_LOOK_SECONDS", 0.1)
    monkeypatch.setattr(processes, "_GRACE_SECONDS", 0.5)
    pool = processes.process_pool(2)
    yield pool
    pool.shutdown(wait=True, kill_workers=True)


def _watches() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == processes.WATCH}


def test_a_worker_killed_in_the_middle_of_an_answer_breaks_its_pool(pool):
    """Left alone, the pool would wait for the rest of the answer, for ever."""
    assert pool.submit(abs, -3).result(60) == 3
    with pytest.raises(BrokenExecutor):
        pool.submit(_die_in_the_middle_of_an_answer).result(60)


def test_a_pool_ends_when_its_worker_died_in_the_middle_of_an_answer(pool):
    pool.submit(_die_in_the_middle_of_an_answer)
    assert wait([worker.sentinel for worker in list(pool._processes.values())], 60)
    pool.shutdown(wait=True, kill_workers=True)


@pytest.mark.parametrize("tasks", [0, 1])
def test_the_watch_ends_with_its_pool(monkeypatch, tasks):
    """Its own: that of a pool which another test has just ended may be there a second longer."""
    monkeypatch.setattr(processes, "_LOOK_SECONDS", 0.1)
    before = _watches()
    pool = processes.process_pool(2)
    (own,) = _watches() - before
    for _ in range(tasks):
        pool.submit(abs, -3).result(60)
    assert own.is_alive()
    pool.shutdown(wait=True)
    until(lambda: not own.is_alive(), 10)
