"""The user's cache: where it is, and which of its files nobody else can have written."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path

SWITCH = "BINODAL_CACHE"
"""The variable of the environment that switches the cache off."""

_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def user_cache() -> Path | None:
    """binodal below $XDG_CACHE_HOME or ~/.cache.

    None for a user without a home, where ``BINODAL_CACHE`` is ``off``, and on systems whose files
    have no owner that could be asked for.
    """
    if os.environ.get(SWITCH, "") == "off" or os.name != "posix":
        return None
    given = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return (Path(given) if given else Path.home() / ".cache") / "binodal"
    except RuntimeError:
        return None


def private(facts: os.stat_result) -> bool:
    """Whether only this user can write there."""
    return facts.st_uid == os.geteuid() and not facts.st_mode & _OTHERS


def own(place: Path) -> Path:
    """The folder, made if needed, which only this user can write into.

    Raises OSError where there is none.
    """
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not private(place.stat()):
        raise PermissionError(errno.EACCES, "others can write there", str(place))
    with tempfile.TemporaryFile(dir=place):
        return place


def read_private(path: Path) -> bytes | None:
    """What a regular file holds that only this user can have written; None for any other."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(handle, "rb") as file:
            facts = os.fstat(handle)
            return file.read() if stat.S_ISREG(facts.st_mode) and private(facts) else None
    except OSError:
        return None
