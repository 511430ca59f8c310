"""Sweeps as a zarr store: one file a chunk and variable, and the chunk's hash as its seal.

The hash is written last. A chunk without its hash, or with another one, is not there: whatever a
killed process, a full disk or a lost page left is found when the sweep goes on, and computed again.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from math import prod
from pathlib import Path

from binodal.errors import RequestError
from binodal.sweeps import zarr_format
from binodal.sweeps.axis import floats
from binodal.sweeps.chunks import Chunks
from binodal.sweeps.job import Found
from binodal.sweeps.layout import coordinates, variables
from binodal.sweeps.record import REQUEST, SEAL_MEANING, kept_attributes, require_same, seal
from binodal.sweeps.table import Table

_HEADER = "zarr.json"
_SEALS = "integrity/sha256"


class ZarrStore:
    """A zarr 3 group with one array a variable, and a subgroup with the hashes of the chunks."""

    def __init__(self, path: Path, table: Table, chunks: Chunks) -> None:
        self._path, self._table, self._chunks = path, table, chunks
        self._root = path.resolve()
        # One name for all temporary files, so that what a killed process left is used up.
        self._temporary = self._root.with_name(f".{self._root.name}.part")
        self._variables = variables(table)
        self.safe = 0

    def begin(self) -> set[int]:
        """Read the store, or make an empty one."""
        self._sweep_up()
        if not self._root.exists():
            self._create()
            return set()
        stored = self._stored()
        require_same(self._path, stored, self._table.attributes, complete=True)
        done = {number for number in range(len(self._chunks)) if self._read(number)}
        complete = len(done) == len(self._chunks)
        require_same(self._path, stored, self._table.attributes, complete)
        self._table.attributes = kept_attributes(self._path, stored, self._table.attributes)
        for name, content in self._frame().items():
            self._repair(name, content, stored)
        self.safe = len(done)
        return done

    def put(self, number: int, columns: Found) -> None:
        """Write a chunk, its hash last."""
        place = self._chunks.place(number)
        contents = [
            zarr_format.encoded(columns[v.name], v.kind, self._chunks.size, v.fill)
            for v in self._variables
        ]
        for variable, content in zip(self._variables, contents, strict=True):
            self._write(f"{variable.name}/{zarr_format.key(place)}", content)
        self._write(_seal_file(number), self._seal(number, contents))
        self.safe += 1

    def flush(self) -> None:
        """Every chunk is written when it is put."""

    def _sweep_up(self) -> None:
        if self._temporary.is_dir():
            shutil.rmtree(self._temporary)
        self._temporary.unlink(missing_ok=True)

    def _create(self) -> None:
        """The store without chunks, under another name first: a half of it is never seen."""
        try:
            frame = self._frame()
            for folder in sorted({os.path.dirname(name) for name in frame}):
                (self._temporary / folder).mkdir()
            for name, content in frame.items():
                write_whole(f"{self._temporary}/{name}", content)
            os.replace(self._temporary, self._root)
        except BaseException:
            shutil.rmtree(self._temporary, ignore_errors=True)
            raise

    def _frame(self) -> dict[str, bytes]:
        """All files that do not depend on the results: headers and coordinates."""
        table, chunks = self._table, self._chunks
        headers: dict[str, zarr_format.Header] = {
            "integrity": zarr_format.group({}),
            _SEALS: zarr_format.array(
                "u1", (len(chunks), 32), (1, 32), 0, ("chunk", "byte"), {"long_name": SEAL_MEANING}
            ),
        }
        content = {}
        for axis, v in zip(table.axes, coordinates(table), strict=True):
            shape = (axis.count,)
            headers[v.name] = zarr_format.array(
                v.kind, shape, shape, v.fill, v.dimensions, v.attributes
            )
            content[f"{v.name}/c.0"] = zarr_format.encoded(floats(axis), v.kind, shape, v.fill)
        for v in self._variables:
            headers[v.name] = zarr_format.array(
                v.kind, chunks.shape, chunks.size, v.fill, v.dimensions, v.attributes
            )
        frame = {_HEADER: zarr_format.text(zarr_format.group(table.attributes, headers))}
        texts = {f"{name}/{_HEADER}": zarr_format.text(h) for name, h in headers.items()}
        return {**frame, **texts, **content}

    def _stored(self) -> dict[str, str]:
        """The attributes of the store. Raises RequestError where it is none."""
        try:
            header = json.loads((self._root / _HEADER).read_bytes())
            stored = {str(key): str(value) for key, value in header["attributes"].items()}
            json.loads(stored[REQUEST])
        except (OSError, ValueError, LookupError, AttributeError, TypeError) as error:
            raise RequestError(
                f"{self._path} exists and is not a sweep of binodal: give another name with -o"
            ) from error
        return stored

    def _repair(self, name: str, content: bytes, stored: Mapping[str, str]) -> None:
        """Write a header or a coordinate again if it is not what it must be."""
        file = self._root / name
        older = name == _HEADER and not stored.keys() >= self._table.attributes.keys()
        if older or (file.is_file() and file.read_bytes() == content):
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        self._write(name, content)
        self._table.notes.append(f"{self._path}: {name} was damaged and is written again")

    def _read(self, number: int) -> bool:
        """Read a chunk into the table, if it is there as it was written."""
        seal_file = self._root / _seal_file(number)
        if not seal_file.is_file():
            return False
        key = zarr_format.key(self._chunks.place(number))
        files = [self._root / v.name / key for v in self._variables]
        contents = [file.read_bytes() if file.is_file() else b"" for file in files]
        sizes = [prod(self._chunks.size) * int(v.kind[1:]) for v in self._variables]
        fits = [len(content) for content in contents] == sizes  # another version's may be larger
        if not fits or seal_file.read_bytes() != self._seal(number, contents):
            self._table.notes.append(f"{self._path}: chunk {key} was damaged and is computed again")
            return False
        part = self._chunks.part(number)
        shape = [where.stop - where.start for where in part]
        arrays = {
            v.name: zarr_format.decoded(content, v.kind, self._chunks.size, shape)
            for v, content in zip(self._variables, contents, strict=True)
        }
        self._table.put(part, arrays)
        return True

    def _seal(self, number: int, contents: list[bytes]) -> bytes:
        return seal(self._table.attributes["request_sha256"], number, contents)

    def _write(self, name: str, content: bytes) -> None:
        """Write a file in one piece."""
        try:
            if (self._root / name).is_dir():  # damage of its own kind
                shutil.rmtree(self._root / name)
            write_whole(str(self._temporary), content)
            os.replace(self._temporary, f"{self._root}/{name}")
        except BaseException:
            self._temporary.unlink(missing_ok=True)
            raise


def write_whole(path: str, content: bytes) -> None:
    """Write a file by the system's calls alone; there are eight for a few milliseconds' work."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(file, rest) :]
    finally:
        os.close(file)


def _seal_file(number: int) -> str:
    return f"{_SEALS}/{zarr_format.key((number, 0))}"
