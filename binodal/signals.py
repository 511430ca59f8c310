"""What asks a command to stop: every such signal is one KeyboardInterrupt, which nothing swallows.

Nothing but the standard library's smallest modules is imported here: the sooner a program listens,
the shorter the time in which a signal still ends it with a traceback or without a word.
"""

from __future__ import annotations

import signal
import sys
import threading
from time import monotonic
from types import FrameType
from typing import Any

from binodal.numerics.interrupts import SIGNALS

_TOGETHER_SECONDS = 1.0
"""A closed terminal or a service manager sends several signals at once; they are one request, and
those behind the first would only break what cleans up after it."""

_SOON_SECONDS = 0.01
"""Until Python is out of the destructor whose exception it dropped."""


class Listener:
    """Turns the signals into KeyboardInterrupt, and remembers that one came."""

    def __init__(self) -> None:
        self.asked = False
        self._number, self._deaf_until = int(signal.SIGINT), 0.0

    def start(self) -> None:
        """Listen, except to what is ignored already, as ``nohup`` has it."""
        for number in SIGNALS:
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._heard)
        sys.unraisablehook = self._unraisable

    def _heard(self, number: int, frame: FrameType | None) -> None:
        now = monotonic()
        if now < self._deaf_until:
            return
        self.asked, self._number, self._deaf_until = True, number, now + _TOGETHER_SECONDS
        raise KeyboardInterrupt

    def _unraisable(self, what: Any) -> None:
        """Python drops what is raised in a destructor, say; a request to stop is made again."""
        if issubclass(what.exc_type, KeyboardInterrupt):
            self._deaf_until = 0.0
            again = threading.Timer(_SOON_SECONDS, signal.raise_signal, (self._number,))
            again.daemon = True
            again.start()
        else:
            sys.__unraisablehook__(what)


LISTENER = Listener()
