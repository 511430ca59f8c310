"""Progress on a terminal, if there is one and if the wait is long enough to matter."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import TextIO

from binodal.streams import terminal, visible

QUIET_SECONDS = 2.0
_BETWEEN = 0.2


class Progress:
    """A line on stderr that says how much is done; silent for files, pipes and short waits.

    >>> from io import StringIO
    >>> stream = StringIO()
    >>> with Progress("solving", 3, stream) as progress:
    ...     progress.advance()
    >>> stream.getvalue()
    ''
    """

    def __init__(
        self,
        label: str,
        total: int,
        stream: TextIO | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.label, self.total, self.done = label, total, 0
        self._stream = terminal() if stream is None else stream
        self._clock = clock
        self._start = self._last = clock()
        self._width = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._width:
            self._write("\r" + " " * self._width + "\r")

    def advance(self, steps: int = 1, what: str = "") -> None:
        """Count ``steps`` as done and show it when it is time to."""
        self.done += steps
        now = self._clock()
        if (
            now - self._start < QUIET_SECONDS
            or now - self._last < _BETWEEN
            or self._stream is None
            or not self._stream.isatty()
        ):
            return
        self._last = now
        self._show(now - self._start, what)

    def _show(self, elapsed: float, what: str) -> None:
        left = elapsed * (self.total - self.done) / self.done if self.done else 0.0
        note = f", {what}" if what else ""
        text = f"{self.label}: {self.done}/{self.total}, about {left:.0f} s left{note}"
        text = visible(text)[:79]
        self._write("\r" + text.ljust(self._width))
        self._width = max(self._width, len(text))

    def _write(self, text: str) -> None:
        """A terminal that is closed meanwhile is no reason to stop."""
        with suppress(OSError, ValueError):
            if self._stream is not None:
                self._stream.write(text)
                self._stream.flush()
