"""Files appear whole or not at all, and a place that cannot be written is refused at the start."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path

from binodal.errors import RequestError, Stopped
from binodal.numerics.disk import full, naming

PICTURES = (".svg", ".png")
"""What every command that draws can write, by the suffix of the file."""


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """What makes no place for a file becomes a RequestError that names it; a full disk, Stopped.

    A loop of links is a RuntimeError to pathlib, and a name with a zero byte a ValueError.
    """
    try:
        yield
    except OSError as error:
        kind = Stopped if full(error) else RequestError
        raise kind(f"cannot write {path}: {error.strerror}") from error
    except (RuntimeError, ValueError) as error:
        raise RequestError(f"cannot write {path}: {error}") from error


def regular(path: Path) -> Path:
    """Where the path leads, if nothing or a regular file is there. Raises RequestError.

    A rename would replace a device or a pipe, and a folder cannot be replaced.
    """
    with writing(path):
        target = path.resolve()
        if os.path.lexists(target) and not target.is_file():
            raise RequestError(f"cannot write {path}: it is not a regular file")
    return target


def require_writable(path: Path) -> Path:
    """The path itself, if a file can be written there. Raises RequestError.

    The folder is tried by making a file in it: permissions alone do not tell, and a read-only or
    virtual file system says so only when asked.
    """
    target = regular(path)
    with writing(path):
        if target.exists() and not os.access(target, os.W_OK):
            raise RequestError(f"cannot write {path}: permission denied")
        probe = _neighbour(target)
        try:
            probe.touch(exist_ok=False)
        finally:
            probe.unlink(missing_ok=True)
    return path


def require_kind(path: Path, kinds: tuple[str, ...]) -> Path:
    """The path, if its suffix is one of ``kinds`` and a file can be written there.

    Raises RequestError.
    """
    if path.suffix not in kinds:
        raise RequestError(f"{path}: the name must end in {', '.join(kinds)}")
    return require_writable(path)


def require_folder(path: Path, *files: str) -> Path:
    """The folder, made if needed, if ``files`` can be written into it. Raises RequestError."""
    with writing(path):
        path.mkdir(parents=True, exist_ok=True)
    for name in files:
        require_writable(path / name)
    return path


def _neighbour(target: Path) -> Path:
    """A name for half a file; it stays short where the target's is as long as a name can be."""
    return target.with_name(f".{target.name[:100]}.{os.getpid()}.part")


def _clear(target: Path) -> None:
    """Remove the halves that killed processes left."""
    for left in target.parent.glob(f".{escape(target.name[:100])}.*.part*"):
        number = left.name[len(target.name[:100]) + 2 :].partition(".")[0]
        if number.isdigit() and not _runs(int(number)):
            left.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary name in the same folder, renamed to ``path`` if the block succeeds.

    A link keeps pointing at its file, which is replaced. Raises RequestError for what is no
    regular file.
    """
    target = regular(path)
    _clear(target)
    temporary = _neighbour(target)
    try:
        yield temporary
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def drawn(path: Path, draw: Callable[[Path], None]) -> None:
    """A file whose writer looks at the suffix, under a temporary name of that suffix first."""
    with replacing(path) as temporary:
        named = temporary.with_name(temporary.name + path.suffix)
        try:
            draw(named)
            named.replace(temporary)
        finally:
            named.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file in one piece."""
    with replacing(path) as temporary, naming(path):
        temporary.write_text(text, "utf-8")
