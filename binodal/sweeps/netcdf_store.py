"""Sweeps as netCDF-3, which needs SciPy alone: one file, written whole each time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.io import netcdf_file

from binodal.errors import RequestError
from binodal.numerics.interrupts import held
from binodal.page.output import replacing
from binodal.sweeps.axis import floats
from binodal.sweeps.chunks import Chunks
from binodal.sweeps.job import Found
from binodal.sweeps.layout import Variable, coordinates, variables
from binodal.sweeps.record import REQUEST, SEAL_MEANING, kept_attributes, require_same, seal
from binodal.sweeps.table import Table

CHECKPOINT_SECONDS = 3.0
_SEALS, _SEAL_AXES, _BYTES = "integrity_sha256", ("chunk", "byte"), 32
_WRITE_SHARE = 10.0
"""Writing takes at most one part in so many of the time, however large the file."""


class NetcdfStore:
    """One netCDF-3 file; a chunk in it is done when its cells have the hash that stands beside."""

    def __init__(self, path: Path, table: Table, chunks: Chunks) -> None:
        self._path, self._table, self._chunks = path, table, chunks
        self._put, self.safe = 0, 0
        self._seals = np.zeros((len(chunks), _BYTES), dtype=np.int8)
        self._last, self._cost = monotonic(), 0.0

    def begin(self) -> set[int]:
        """Read the file, or write an empty one."""
        done, as_written = self._read() if self._path.exists() else (set(), False)
        self._put = self.safe = len(done)
        if not as_written:
            self.flush()
        return done

    def _read(self) -> tuple[set[int], bool]:
        """The chunks that are as they were written, and whether all else in the file is."""
        table, chunks = self._table, self._chunks
        stored = read(self._path, table)
        require_same(self._path, stored.attributes, table.attributes, complete=True)
        seals = stored.seals
        if seals.shape != self._seals.shape:
            table.notes.append(
                f"{self._path}: its hashes are damaged or missing, and all is computed again"
            )
            seals = self._seals
        if not stored.fits(table):
            raise RequestError(f"{self._path} is damaged: its arrays do not have the grid's shape")
        done = {k for k in range(len(chunks)) if self._take(k, stored, seals[k])}
        complete = len(done) == len(chunks)
        require_same(self._path, stored.attributes, table.attributes, complete)
        wanted = table.attributes
        table.attributes = kept_attributes(self._path, stored.attributes, wanted)
        # All of a file follows from its table, so the rest of it is compared as a whole.
        comparable = complete and table.attributes == wanted
        as_written = self._path.read_bytes() == written(table, self._seals)
        if comparable and not as_written:
            table.notes.append(f"{self._path}: its description was damaged and is written again")
        return done, as_written or not comparable

    def _take(self, number: int, stored: Stored, seal_there: NDArray[np.int8]) -> bool:
        """Copy a chunk into the table, if its hash is the file's."""
        part = self._chunks.part(number)
        if not seal_there.any():  # pending, or stopped before its hash was taken
            return False
        before = {name: self._table.array(name)[part].copy() for name in stored.arrays}
        for name, array in stored.arrays.items():
            self._table.array(name)[part] = array[part]
        if self._seal(number).tobytes() == seal_there.tobytes():
            self._seals[number] = seal_there
            return True
        for name, array in before.items():
            self._table.array(name)[part] = array
        self._table.notes.append(f"{self._path}: chunk {number} was damaged and is computed again")
        return False

    def _seal(self, number: int) -> NDArray[np.int8]:
        """The hash of a chunk as it stands in the table."""
        table, part = self._table, self._chunks.part(number)
        contents = (
            np.ascontiguousarray(table.array(v.name)[part], dtype=f"<{v.kind}").tobytes()
            for v in variables(table)
        )
        request = table.attributes["request_sha256"]
        return np.frombuffer(seal(request, number, contents), dtype=np.int8)

    def put(self, number: int, columns: Found) -> None:
        """Write the file when the last time is long enough ago."""
        self._seals[number] = self._seal(number)
        self._put += 1
        if monotonic() - self._last > max(CHECKPOINT_SECONDS, _WRITE_SHARE * self._cost):
            self.flush()

    def flush(self) -> None:
        """Write the file."""
        start = monotonic()
        with replacing(self._path) as temporary:  # a reader never sees half a file
            temporary.write_bytes(written(self._table, self._seals))
        self.safe = self._put
        self._last = monotonic()
        self._cost = self._last - start


def written(table: Table, seals: NDArray[np.int8]) -> bytes:
    """A file with the table, its coordinates, attributes and hashes."""
    content = BytesIO()
    file = netcdf_file(content, "w", version=2)
    for key, value in table.attributes.items():
        setattr(file, key, value.encode())
    for axis, variable in zip(table.axes, coordinates(table), strict=True):
        file.createDimension(axis.name, axis.count)
        _add(file, variable, floats(axis))
    for variable in variables(table):
        _add(file, variable, table.array(variable.name))
    for name, size in zip(_SEAL_AXES, seals.shape, strict=True):
        file.createDimension(name, size)
    _add(file, Variable(_SEALS, _SEAL_AXES, "i1", 0, {"long_name": SEAL_MEANING}), seals)
    file.flush()
    return content.getvalue()


def _add(file: Any, variable: Variable, array: Any) -> None:
    kind = {"f8": "d", "i1": "b"}[variable.kind]
    stored = file.createVariable(variable.name, kind, variable.dimensions)
    stored[:] = array
    for key, value in variable.attributes.items():
        setattr(stored, key, np.array(value, np.int8) if isinstance(value, list) else value)


@dataclass(frozen=True)
class Stored:
    """What a file holds: attributes, arrays by name, and hashes of chunks."""

    attributes: Mapping[str, str]
    arrays: Mapping[str, NDArray[Any]]
    seals: NDArray[np.int8]

    def fits(self, table: Table) -> bool:
        """Whether the arrays have the table's shape."""
        return all(array.shape == table.state.shape for array in self.arrays.values())


def read(path: Path, table: Table) -> Stored:
    """What a file holds of a table. Raises :class:`RequestError` when it is something else."""
    try:
        # mmap would keep the file open behind arrays that are used after it is replaced.
        with held(), netcdf_file(path, "r", mmap=False) as file:
            attributes = {
                key: value.decode()
                for key, value in file._attributes.items()
                if isinstance(value, bytes)
            }
            names = (*table.values, "phase", "state")
            arrays = {name: file.variables[name][:].copy() for name in names}
            none = np.zeros((0, _BYTES), dtype=np.int8)
            seals = file.variables[_SEALS][:].copy() if _SEALS in file.variables else none
            attributes[REQUEST]
    except Exception as error:
        raise RequestError(
            f"{path} exists and is not a sweep of binodal: give another file with -o"
        ) from error
    return Stored(attributes, arrays, seals)
