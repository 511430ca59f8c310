"""Progress on a terminal, if there is one and if the wait is long enough to matter."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from time import monotonic
from typing import Self, TextIO

from binodal.streams import terminal, visible

QUIET_SECONDS = 2.0
_BETWEEN = 0.2


class _Line:
    """A line on stderr that is written over and gone in the end; only on a terminal."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = terminal() if stream is None else stream
        self._width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._width:
            self._write("\r" + " " * self._width + "\r")

    @property
    def seen(self) -> bool:
        """Whether anybody can see it."""
        return self._stream is not None and self._stream.isatty()

    def show(self, text: str) -> None:
        """Put a text in place of the last."""
        text = visible(text)[:79]
        self._write("\r" + text.ljust(self._width))
        self._width = max(self._width, len(text))

    def _write(self, text: str) -> None:
        """A terminal that is closed meanwhile is no reason to stop."""
        with suppress(OSError, ValueError):
            if self._stream is not None:
                self._stream.write(text)
                self._stream.flush()


class Progress(_Line):
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
        super().__init__(stream)
        self.label, self.total, self.done = label, total, 0
        self._clock = clock
        self._start = self._last = clock()

    def advance(self, steps: int = 1, what: str = "") -> None:
        """Count ``steps`` as done and show it when it is time to."""
        self.done += steps
        now = self._clock()
        if now - self._start < QUIET_SECONDS or now - self._last < _BETWEEN or not self.seen:
            return
        self._last = now
        elapsed = now - self._start
        left = elapsed * (self.total - self.done) / self.done if self.done else 0.0
        note = f", {what}" if what else ""
        self.show(f"{self.label}: {self.done}/{self.total}, about {left:.0f} s left{note}")


class Waiting(_Line):
    """A line on stderr that counts the seconds of what takes nobody knows how long.

    Silent for files, pipes and short waits.
    """

    def __init__(
        self, label: str, stream: TextIO | None = None, quiet: float = QUIET_SECONDS
    ) -> None:
        super().__init__(stream)
        self.label, self._quiet = label, quiet
        self._over = Event()
        self._counting = Thread(target=self._count, daemon=True)

    def __enter__(self) -> Self:
        if self.seen:
            self._counting.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        if self._counting.ident is not None:
            self._counting.join()
        super().__exit__(*error)

    def _count(self) -> None:
        start, between = monotonic(), self._quiet
        while not self._over.wait(between):
            self.show(f"{self.label}: {monotonic() - start:.0f} s, Ctrl-C stops it")
            between = min(1.0, self._quiet)
