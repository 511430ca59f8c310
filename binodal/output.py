"""Files appear whole or not at all, and a place that cannot be written is refused at the start."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from binodal.errors import RequestError


def require_writable(path: Path) -> Path:
    """The path itself, if a file can be written there. Raises RequestError.

    The folder is tried by making a file in it: permissions alone do not tell, and a read-only or
    virtual file system says so only when asked.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise RequestError(f"cannot write {path}: it is not a regular file")
    if target.exists() and not os.access(target, os.W_OK):
        raise RequestError(f"cannot write {path}: permission denied")
    probe = _neighbour(target)
    try:
        probe.touch(exist_ok=False)
        probe.unlink()
    except OSError as error:
        raise RequestError(f"cannot write {path}: {error.strerror}") from error
    return path


def require_folder(path: Path) -> Path:
    """The folder, made if needed, if files can be written into it. Raises RequestError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RequestError(f"cannot write into {path}: {error.strerror}") from error
    require_writable(path / "report.md")
    return path


def _neighbour(target: Path) -> Path:
    return target.with_name(f".{target.name}.{os.getpid()}.part")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary name in the same folder, renamed to ``path`` if the block succeeds.

    A link keeps pointing at its file, which is replaced.
    """
    target = path.resolve()
    temporary = _neighbour(target)
    try:
        yield temporary
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file in one piece."""
    with replacing(path) as temporary:
        temporary.write_text(text, "utf-8")
