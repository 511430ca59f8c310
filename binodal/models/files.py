"""Small files that a setting of a family names."""

from __future__ import annotations

from pathlib import Path

from binodal.errors import RequestError


def read_text(path: Path, what: str, largest: int) -> str:
    """The text of a file with at most ``largest`` bytes.

    Raises RequestError for one that is longer, is no text, or cannot be read; ``what`` it is for
    opens the message.
    """
    try:
        if path.stat().st_size > largest:
            raise RequestError(f"{what} {path}: more than {largest} bytes")
        return path.read_text("utf-8")
    except OSError as error:
        raise RequestError(f"{what} {path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise RequestError(f"{what} {path}: cannot be read (it is no text)") from error
