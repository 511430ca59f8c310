"""The root of all errors: each is one line, and each has an exit status."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

DECIDED, UNDECIDED, BAD_REQUEST, STOPPED = 0, 1, 2, 3
"""Exit status: done and decided; done but undecided, absent or in disagreement; the request makes
no sense; out of resources, interrupted or failed, with what is safe on disk."""


class BinodalError(Exception):
    """Root of the errors of this package; ``status`` is what the process exits with."""

    status = STOPPED

    def __reduce__(self) -> tuple[Any, ...]:
        """What another process raises it from: its message and fields, whatever it was made of."""
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[BinodalError], message: tuple[Any, ...], fields: dict[str, Any]) -> Any:
    error = kind.__new__(kind)
    error.args = message
    error.__dict__.update(fields)
    return error


class RequestError(BinodalError):
    """The request makes no sense: the message says what, which value, and what is allowed."""

    status = BAD_REQUEST


class Stopped(BinodalError):
    """Interrupted or out of resources; the message says what is safe and how to go on."""

    status = STOPPED


_AT_SHELL = ContextVar("at_shell", default=False)


@contextmanager
def shell_terms() -> Iterator[None]:
    """Inside, messages name the options of the command line; elsewhere the arguments of Python."""
    token = _AT_SHELL.set(True)
    try:
        yield
    finally:
        _AT_SHELL.reset(token)


def said(at_shell: str, in_python: str) -> str:
    """What the caller would have to type, in the caller's terms.

    >>> said("--limit finite", 'limit="finite"')
    'limit="finite"'
    >>> with shell_terms():
    ...     said("--limit finite", 'limit="finite"')
    '--limit finite'
    """
    return at_shell if _AT_SHELL.get() else in_python


_LONGEST_WORD = 400


def one_line(message: object) -> str:
    """A message without line breaks and without words that nobody reads to their end, for stderr.

    >>> one_line("Missing argument. Choose from:\\n\\ta,\\n\\tb")
    'Missing argument. Choose from: a, b'
    >>> len(one_line("n" * 5000))
    201
    """
    return " ".join(map(_shortened, str(message).split()))


def _shortened(word: str) -> str:
    return word if len(word) <= _LONGEST_WORD else f"{word[:100]}\u2026{word[-100:]}"
