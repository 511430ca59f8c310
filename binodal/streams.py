"""Standard output and error that bear being closed, full, and shown to a terminal.

No control character reaches a terminal as it is: a name or a value that a user got from somewhere
could move the cursor, or change what is on the screen. It is shown as JSON writes it, so that JSON
stays JSON.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO, cast

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""All but tab and line feed, and what turns the direction of writing round."""


def visible(text: str) -> str:
    r"""Control characters as JSON writes them.

    >>> visible("a\x1b[2J\tb\x9b1m")
    'a\\u001b[2J\tb\\u009b1m'
    """
    return _CONTROL.sub(lambda match: _written(match[0]), text)


def _written(character: str) -> str:
    return f"\\u{ord(character):04x}"


class Stream:
    """A text stream whose reader may leave, and whose text is visible.

    A reader that left wants nothing more: what follows is dropped. Any other failure to write is
    raised once, as OSError, or never with ``forgiving``.
    """

    def __init__(self, inner: TextIO | None, name: str, forgiving: bool = False) -> None:
        self.inner, self.name = inner, name
        self.encoding = getattr(inner, "encoding", None) or "utf-8"
        self.errors = "strict"
        self._forgiving = forgiving

    def write(self, text: str) -> int:
        """Write the text with control characters visible; its length."""
        shown = self._encodable(visible(text))
        if shown and self.inner is not None:  # a full device refuses even nothing
            with self._bearing():
                self.inner.write(shown)
        return len(text)

    def flush(self) -> None:
        """Hand everything to the system."""
        if self.inner is not None:
            with self._bearing():
                self.inner.flush()

    def isatty(self) -> bool:
        """Whether a person may be looking."""
        return self.inner is not None and self.inner.isatty()

    def writable(self) -> bool:
        """It always takes text."""
        return True

    def _encodable(self, text: str) -> str:
        """What the stream's encoding lacks, written as JSON writes it."""
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return "".join(map(self._one, text))
        return text

    def _one(self, character: str) -> str:
        try:
            character.encode(self.encoding)
        except UnicodeEncodeError:
            words = character.encode("utf-16-be", "surrogatepass").hex()
            return "".join(f"\\u{words[k : k + 4]}" for k in range(0, len(words), 4))
        return character

    @contextmanager
    def _bearing(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            self._abandon()
        except OSError as error:
            self._abandon()
            if not self._forgiving:
                raise OSError(error.errno, error.strerror, self.name) from error
        except ValueError:  # the file is closed
            self.inner = None

    def _abandon(self) -> None:
        """Nothing is left to be flushed into what cannot be written, when Python ends."""
        inner, self.inner = self.inner, None
        with suppress(OSError, ValueError, AttributeError):
            if inner is not None:
                null = os.open(os.devnull, os.O_WRONLY)
                os.dup2(null, inner.fileno())
                os.close(null)


@contextmanager
def guarded_streams() -> Iterator[None]:
    """``sys.stdout`` and ``sys.stderr`` as :class:`Stream` while the block runs."""
    before = sys.stdout, sys.stderr
    sys.stdout = cast(TextIO, Stream(before[0], "standard output"))
    sys.stderr = cast(TextIO, Stream(before[1], "standard error", forgiving=True))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def terminal() -> TextIO | None:
    """Standard error for a line that is written over and over, which moves the cursor itself."""
    stream = sys.stderr
    return stream.inner if isinstance(stream, Stream) else stream


def occupy_closed() -> None:
    """Put the null device where a standard stream is closed.

    The next file that is opened would get its number otherwise, and with it what a compiler, say,
    prints.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
