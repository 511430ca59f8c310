"""Where a sweep is kept: nowhere, a netCDF file, or a zarr store, behind one interface."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

from binodal.errors import RequestError, Stopped
from binodal.numerics.lock import Held, Lock
from binodal.page.output import require_writable, writing
from binodal.sweeps.chunks import Chunks
from binodal.sweeps.job import Found
from binodal.sweeps.table import Table


class Store(Protocol):
    """A table's place on disk; the table itself is filled by the caller."""

    safe: int
    """How many chunks are safe if the process ends now."""

    def begin(self) -> set[int]:
        """Read what is done into the table, and say which chunks that is.

        Raises RequestError when the place holds something else or another request.
        """

    def put(self, number: int, columns: Found) -> None:
        """Keep a chunk that is also in the table by now; at once or with a later one."""

    def flush(self) -> None:
        """Keep everything that was put."""


class Nowhere:
    """A sweep without a file."""

    safe = 0

    def begin(self) -> set[int]:
        """Nothing is done."""
        return set()

    def put(self, number: int, columns: Found) -> None:
        """The table has it."""

    def flush(self) -> None:
        """There is nothing to write to."""


def is_zarr(path: Path) -> bool:
    """Whether a path is meant as a zarr store, by its suffix."""
    return path.suffix == ".zarr"


def require_place(path: Path) -> Path:
    """The path itself, if a sweep can be kept there. Raises RequestError.

    The folder around a zarr store is tried by the lock, which is made in it.
    """
    if not is_zarr(path):
        return require_writable(path)
    with writing(path):
        target = path.resolve()
        if os.path.lexists(target) and not target.is_dir():
            raise RequestError(f"{path} exists and is not a sweep of binodal: give another name")
        if target.exists() and not os.access(target, os.W_OK):
            raise RequestError(f"cannot write {path}: permission denied")
    return path


@contextmanager
def opened(path: Path | None, table: Table, chunks: Chunks) -> Iterator[Store]:
    """The store of a path, locked against other writers. Raises Stopped when another holds it."""
    if path is None:
        yield Nowhere()
        return
    with ExitStack() as stack:
        try:
            with writing(path):
                stack.enter_context(Lock(path))
        except Held as holder:
            raise Stopped(
                f"{path} is being written by {holder}: wait for it, or give another file with -o"
            ) from None
        if is_zarr(path):
            from binodal.sweeps.zarr_store import ZarrStore

            yield ZarrStore(path, table, chunks)
        else:
            from binodal.sweeps.netcdf_store import NetcdfStore

            yield NetcdfStore(path, table, chunks)
