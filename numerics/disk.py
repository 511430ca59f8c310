"""Files that are there whole or not at all, and are believed with their hash only.

SHA-256 is the one hash of everything that is kept: draws, sweeps, chapters, caches, compiled code.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SEAL = "sha256"


class Damaged(Exception):
    """What is on the disk is not what was written; the message says what and how it differs."""


def digest(*parts: bytes | str) -> bytes:
    """The hash of several texts or contents, one behind the other.

    >>> digest("a", b"b") == digest("ab")
    True
    """
    total = hashlib.sha256()
    for part in parts:
        total.update(part.encode() if isinstance(part, str) else part)
    return total.digest()


def file_digest(path: Path) -> str:
    """The hash of a file in hexadecimal digits, "" where no regular file is.

    >>> file_digest(Path("no such file"))
    ''
    """
    try:
        return digest(path.read_bytes()).hex() if path.is_file() else ""
    except OSError:
        return ""


def sealed(document: Mapping[str, Any]) -> bytes:
    """A document as JSON text with its own hash in it.

    >>> unsealed(sealed({"b": 1.5, "a": (None, {7: 8, 10: 9})}))
    {'b': 1.5, 'a': [None, {'7': 8, '10': 9}]}
    """
    plain = json.loads(json.dumps(document))  # tuples and keys that are numbers become JSON's
    return (json.dumps({**plain, _SEAL: _hash(plain)}, indent=1) + "\n").encode()


def unsealed(content: bytes) -> dict[str, Any]:
    """The document of :func:`sealed`. Raises :class:`Damaged` for anything else.

    >>> unsealed(sealed({"a": 1}).replace(b"1,", b"2,"))
    Traceback (most recent call last):
    ...
    binodal.numerics.disk.Damaged: it does not have the hash that it was written with
    """
    try:
        document = json.loads(content)
        seal = document.pop(_SEAL)
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        raise Damaged("it is cut off, or was not written by this program") from error
    if seal != _hash(document):
        raise Damaged("it does not have the hash that it was written with")
    kept: dict[str, Any] = document
    return kept


def _hash(document: Mapping[str, Any]) -> str:
    return digest(json.dumps(document, sort_keys=True)).hex()


def damage(folder: Path, expected: Mapping[str, str]) -> list[str]:
    """Which files below a folder do not have the hash that is expected of them, sorted."""
    return sorted(name for name, seal in expected.items() if file_digest(folder / name) != seal)


def files_below(folder: Path) -> Iterable[str]:
    """The names of all files below a folder, with slashes."""
    return (p.relative_to(folder).as_posix() for p in sorted(folder.rglob("*")) if not p.is_dir())


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """An OSError of the block names the file: that of a write, on a full disk say, does not."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def full(error: OSError) -> bool:
    """Whether there was no room for it."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def write_whole(path: Path, content: bytes) -> None:
    """A file that is there with all its bytes or not at all, even if the machine stops.

    Raises OSError, which names the file.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with naming(path), temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    synchronise(path.parent)


def synchronise(path: Path) -> None:
    """Have the disk hold a file, or a folder's list of names."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
