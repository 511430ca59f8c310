"""Sweeps as netCDF-3, which needs SciPy alone: one file, written whole each time."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from scipy.io import netcdf_file

from binodal.errors import RequestError
from binodal.output import replacing
from binodal.sweeps.axis import floats
from binodal.sweeps.chunks import Chunks
from binodal.sweeps.job import Found
from binodal.sweeps.layout import Variable, coordinates, variables
from binodal.sweeps.record import require_same
from binodal.sweeps.table import PENDING, Table

CHECKPOINT_SECONDS = 3.0
_WRITE_SHARE = 10.0
"""Writing takes at most one part in so many of the time, however large the file."""


class NetcdfStore:
    """One netCDF-3 file; a chunk in it is done when none of its cells is pending."""

    def __init__(self, path: Path, table: Table, chunks: Chunks) -> None:
        self._path, self._table, self._chunks = path, table, chunks
        self._put, self.safe = 0, 0
        self._last, self._cost = monotonic(), 0.0

    def begin(self) -> set[int]:
        """Read the file, or write an empty one."""
        if self._path.exists():
            read_into(self._path, self._table)
        chunks, state = self._chunks, self._table.state
        done = {k for k in range(len(chunks)) if (state[chunks.part(k)] != PENDING).all()}
        self._put = self.safe = len(done)
        if not done:
            self.flush()
        return done

    def put(self, number: int, found: Found) -> None:
        """Write the file when the last time is long enough ago."""
        self._put += 1
        if monotonic() - self._last > max(CHECKPOINT_SECONDS, _WRITE_SHARE * self._cost):
            self.flush()

    def flush(self) -> None:
        """Write the file."""
        start = monotonic()
        write(self._path, self._table)
        self.safe = self._put
        self._last = monotonic()
        self._cost = self._last - start


def write(path: Path, table: Table) -> None:
    """Write the table with its coordinates and attributes; a reader never sees half a file."""
    with replacing(path) as temporary, netcdf_file(temporary, "w", version=2) as file:
        for key, value in table.attributes.items():
            setattr(file, key, value.encode())
        for axis, variable in zip(table.axes, coordinates(table), strict=True):
            file.createDimension(axis.name, axis.count)
            _add(file, variable, floats(axis))
        for variable in variables(table):
            _add(file, variable, table.array(variable.name))


def _add(file: Any, variable: Variable, array: Any) -> None:
    kind = {"f8": "d", "i1": "b"}[variable.kind]
    stored = file.createVariable(variable.name, kind, variable.dimensions)
    stored[:] = array
    for key, value in variable.attributes.items():
        setattr(stored, key, np.array(value, np.int8) if isinstance(value, list) else value)


def read_into(path: Path, table: Table) -> None:
    """Fill the table with what a file of the same request holds.

    Raises :class:`RequestError` when the file is something else or answers another request.
    """
    try:
        # mmap would keep the file open behind arrays that are used after it is replaced.
        with netcdf_file(path, "r", mmap=False) as file:
            stored = {
                key: value.decode()
                for key, value in file._attributes.items()
                if isinstance(value, bytes)
            }
            names = (*table.values, "phase", "state")
            found = {name: file.variables[name][:].copy() for name in names}
            stored["request"]
    except Exception as error:
        raise RequestError(
            f"{path} exists and is not a sweep of binodal: give another file with -o"
        ) from error
    require_same(path, stored, table.attributes, bool((found["state"] != PENDING).all()))
    if any(array.shape != table.state.shape for array in found.values()):
        raise RequestError(f"{path} is damaged: its arrays do not have the grid's shape")
    for name in table.values:
        table.values[name][...] = found[name]
    table.phase[...], table.state[...] = found["phase"], found["state"]
