"""Requests to stop: the signals that mean one, and holding them where none may be raised."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, a polite kill, and a terminal that is closed: all ask a command to stop."""


@contextmanager
def held() -> Iterator[list[int]]:
    """The signals that arrive in the block, in order; the first is delivered when it ends.

    Only those that would run a Python function are held: an ignored one stays ignored, and one
    that kills still kills. Outside the main thread, where no signal arrives, nothing is done.

    >>> try:
    ...     with held() as arrived:
    ...         signal.raise_signal(signal.SIGINT)
    ...         print(len(arrived))
    ... except KeyboardInterrupt:
    ...     print("delivered behind the block")
    1
    delivered behind the block
    """
    arrived: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield arrived
        return
    before = {s: h for s in SIGNALS if callable(h := signal.getsignal(s))}
    try:
        for number in before:
            signal.signal(number, lambda came, _: arrived.append(came))
        yield arrived
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if arrived:
            signal.raise_signal(arrived[0])
