"""What pools of worker processes need, whoever runs them."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from typing import Any

from binodal.numerics.interrupts import SIGNALS

_FILTER = "ignore:resource_tracker:UserWarning"
_LOOK_SECONDS = 1.0
_GRACE_SECONDS = 5.0
"""So long a pool has to notice by itself that a worker died."""

WATCH = "watch over a pool"


def process_pool(workers: int) -> Any:
    """An executor of loky whose workers are deaf to interrupts and end with this process.

    A worker that is killed breaks the pool, which its futures say, also when it was killed in the
    middle of an answer: the pool's thread then reads the rest of that answer and would do so for
    ever, so another thread kills the other workers and closes the pipe, which ends the reading.
    """
    import loky
    from loky.backend import resource_tracker as trackers

    with silent_tracker():
        trackers.ensure_running()  # before the signal is blocked: starting it unblocks it
    with deaf_to_interrupts():
        pool = loky.ProcessPoolExecutor(
            workers,
            timeout=None,
            initializer=live_with,
            initargs=(os.getpid(),),
            env={"OMP_NUM_THREADS": "1"},
        )
        threading.Thread(target=_free_when_stuck, args=(pool,), name=WATCH, daemon=True).start()
    return pool


def _free_when_stuck(pool: Any) -> None:
    """Wait until the pool ends; break it if a worker is dead and the pool does not notice."""
    results, workers = pool._result_queue, pool._processes
    while (reader := pool._executor_manager_thread) is None and not pool._flags.shutdown:
        time.sleep(_LOOK_SECONDS)  # the first task starts it
    while reader is not None and reader.is_alive():
        if not wait([worker.sentinel for worker in list(workers.values())], _LOOK_SECONDS):
            reader.join(_LOOK_SECONDS)
            continue
        reader.join(_GRACE_SECONDS)
        if reader.is_alive():
            for number in list(workers):
                with suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
            results._writer.close()


def live_with(parent: int) -> None:
    """Initialise a worker: deaf to what asks a command to stop, which its parent hears and passes
    on, and gone soon after its parent, which, killed, cannot. Nothing is lost that a kill of the
    worker itself would not lose."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_SECONDS)
        sys.stderr = None
        os._exit(1)

    gc.set_threshold(50_000)  # what libraries load stays, and need not be looked through
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def silent_tracker() -> Iterator[None]:
    """Start a pool in here: the helper process that cleans up after killed workers says nothing.

    It frees their semaphores and reports each as a leak, on the stderr of the one who asked; an
    interruption should print one line. The filter reaches it through the environment. It outlives
    a closed terminal too: it ignores the other signals by itself.

    >>> with silent_tracker():
    ...     _FILTER in os.environ["PYTHONWARNINGS"]
    True
    """
    before = os.environ.get("PYTHONWARNINGS")
    os.environ["PYTHONWARNINGS"] = f"{before},{_FILTER}" if before else _FILTER
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    try:
        resource_tracker.ensure_running()  # Python's own; a pool's library has another
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if before is None:
            del os.environ["PYTHONWARNINGS"]
        else:
            os.environ["PYTHONWARNINGS"] = before


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Processes and threads that start in here never see a request to stop: it is for their parent.

    A worker that hears it while it is still importing prints a traceback. Start what must hear it
    (or blocks and unblocks it, as loky's tracker does) before.

    >>> with deaf_to_interrupts():
    ...     signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    True
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
