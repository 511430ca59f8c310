"""What pools of worker processes need, whoever runs them."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker

from binodal.numerics.interrupts import SIGNALS

_FILTER = "ignore:resource_tracker:UserWarning"
_LOOK_SECONDS = 1.0


def live_with(parent: int) -> None:
    """Initialise a worker: deaf to what asks a command to stop, which its parent hears and passes
    on, and gone soon after its parent, which, killed, cannot. Nothing is lost that a kill of the
    worker itself would not lose."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_SECONDS)
        sys.stderr = None
        os._exit(1)

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
