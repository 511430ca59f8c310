"""The errors of the command line and the API: each is one line, and each has an exit status."""

from __future__ import annotations

DECIDED, UNDECIDED, BAD_REQUEST, STOPPED = 0, 1, 2, 3
"""Exit status: done and decided; done but undecided, absent or in disagreement; the request makes
no sense; out of resources, interrupted or failed, with what is safe on disk."""


class BinodalError(Exception):
    """Root of the errors of this package; ``status`` is what the process exits with."""

    status = STOPPED


class RequestError(BinodalError):
    """The request makes no sense: the message says what, which value, and what is allowed."""

    status = BAD_REQUEST


class Stopped(BinodalError):
    """Interrupted or out of resources; the message says what is safe and how to go on."""

    status = STOPPED


def one_line(message: object) -> str:
    """A message without line breaks, for stderr.

    >>> one_line("Missing argument. Choose from:\\n\\ta,\\n\\tb")
    'Missing argument. Choose from: a, b'
    """
    return " ".join(str(message).split())
