"""One writer a place: a lock beside it that the system gives back when its process ends."""

from __future__ import annotations

import fcntl
import os
import socket
from pathlib import Path


class Held(Exception):
    """Another process holds the lock; the message says which."""


class Lock:
    """Holds ``.NAME.lock`` beside a file or folder; it names the process and the host for others.

    The lock is the kernel's (flock), not the file: what a killed process leaves is stale by itself
    and taken over. Raises :class:`Held`, and OSError where no file can be.
    """

    def __init__(self, path: Path) -> None:
        target = path.resolve()
        self._path = target.with_name(f".{target.name}.lock")
        self._file = -1

    def __enter__(self) -> Lock:
        while True:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.read(self._file, 200).decode(errors="replace").strip()
                os.close(self._file)
                raise Held(holder or "another process") from None
            if self._is_ours():
                break
            os.close(self._file)
        if os.fstat(self._file).st_size:
            # Only then: some file systems write a file that was emptied to disk when it is closed.
            os.ftruncate(self._file, 0)
        os.write(self._file, f"process {os.getpid()} on {socket.gethostname()}\n".encode())
        return self

    def _is_ours(self) -> bool:
        """Whether the name still means the locked file: its last holder may have removed it."""
        try:
            named = os.stat(self._path)
        except FileNotFoundError:
            return False
        return named.st_ino == os.fstat(self._file).st_ino

    def __exit__(self, *_: object) -> None:
        self._path.unlink(missing_ok=True)
        os.close(self._file)
