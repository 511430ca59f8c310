"""The part of the zarr 2 format that a run needs, read and written at once.

The zarr package hands every small file to a thread with an event loop, which for a short run takes
as long as the sampling. What is written here it reads, and xarray does (the tests let them).
Chunks are stored uncompressed; compressed ones of older runs are read and written by their codec.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_GROUP, _ARRAY, _ATTRIBUTES, _ALL = ".zgroup", ".zarray", ".zattrs", ".zmetadata"
_FORMAT = {"zarr_format": 2}
Region = tuple[slice, ...]


@dataclass(frozen=True)
class Array:
    """An array in its folder. A chunk that holds nothing but ``absent`` has no file."""

    path: Path
    header: Mapping[str, Any]

    @cached_property
    def attributes(self) -> dict[str, Any]:
        """What is said of it."""
        found: dict[str, Any] = json.loads((self.path / _ATTRIBUTES).read_bytes())
        return found

    @cached_property
    def dtype(self) -> np.dtype[Any]:
        """The kind of its elements."""
        known: np.dtype[Any] = np.dtype(self.header["dtype"])
        return known

    @property
    def shape(self) -> tuple[int, ...]:
        """Its length along each axis."""
        return tuple(self.header["shape"])

    @property
    def chunks(self) -> tuple[int, ...]:
        """The length of a chunk along each axis."""
        return tuple(self.header["chunks"])

    @cached_property
    def absent(self) -> Any:
        """What a chunk without a file holds."""
        fill = self.header["fill_value"]
        return np.nan if fill == "NaN" else self.dtype.type() if fill is None else fill

    @cached_property
    def _codec(self) -> Any:
        if self.header["compressor"] is None:
            return None
        from zarr.registry import get_numcodec

        return get_numcodec(self.header["compressor"])

    def read(self) -> NDArray[Any]:
        """All of it."""
        whole = np.full(self.shape, self.absent, dtype=self.dtype)
        for place, where, inside in self._places(tuple(slice(0, n) for n in self.shape)):
            if (chunk := self._chunk(place)) is not None:
                whole[where] = chunk[inside]
        return whole

    def write(self, region: Region, values: NDArray[Any]) -> None:
        """Put values into a region; chunks that it covers in part keep the rest."""
        for place, where, inside in self._places(region):
            part = values[
                tuple(
                    slice(w.start - r.start, w.stop - r.start)
                    for w, r in zip(where, region, strict=True)
                )
            ]
            if part.shape != self.chunks:
                chunk = self._chunk(place)
                if chunk is None:
                    chunk = np.full(self.chunks, self.absent, dtype=self.dtype)
                chunk[inside] = part
            else:
                chunk = np.ascontiguousarray(part, dtype=self.dtype)
            self._put(place, chunk)

    def _put(self, place: tuple[int, ...], chunk: NDArray[Any]) -> None:
        file = self.path / ".".join(map(str, place))
        if np.array_equal(chunk, np.full_like(chunk, self.absent), chunk.dtype.kind == "f"):
            file.unlink(missing_ok=True)
        else:
            _write(file, chunk.tobytes() if self._codec is None else self._codec.encode(chunk))

    def _chunk(self, place: tuple[int, ...]) -> NDArray[Any] | None:
        """A chunk that may be written to; None for one without a file."""
        file = self.path / ".".join(map(str, place))
        if not file.exists():
            return None
        data = file.read_bytes()
        data = data if self._codec is None else self._codec.decode(data)
        return np.frombuffer(data, dtype=self.dtype).reshape(self.chunks).copy()

    def _places(self, region: Region) -> Iterator[tuple[tuple[int, ...], Region, Region]]:
        """The chunks that a region meets: where they are, and where inside them it is."""
        sides = [
            range(of.start // n, -(-of.stop // n))
            for of, n in zip(region, self.chunks, strict=True)
        ]
        for place in product(*sides):
            where = tuple(
                slice(max(of.start, k * n), min(of.stop, (k + 1) * n))
                for of, k, n in zip(region, place, self.chunks, strict=True)
            )
            corner = [k * n for k, n in zip(place, self.chunks, strict=True)]
            inside = tuple(
                slice(of.start - c, of.stop - c) for of, c in zip(where, corner, strict=True)
            )
            yield place, where, inside


def create_group(path: Path) -> None:
    """An empty group in a new folder, or in an empty one."""
    path.mkdir(parents=True, exist_ok=True)
    _write_json(path / _GROUP, _FORMAT)


def create_array(
    path: Path,
    shape: tuple[int, ...],
    dtype: Any,
    attributes: Mapping[str, Any],
    *,
    chunks: tuple[int, ...] = (),
    fill: float | None = None,
) -> Array:
    """An array without chunks; by default one chunk would hold all of it."""
    header = {
        "shape": list(shape),
        "chunks": list(chunks or shape),
        "dtype": np.dtype(dtype).str,
        "fill_value": "NaN" if fill is not None and isnan(fill) else fill,
        "order": "C",
        "filters": None,
        "dimension_separator": ".",
        "compressor": None,
        **_FORMAT,
    }
    path.mkdir()
    _write_json(path / _ARRAY, header)
    _write_json(path / _ATTRIBUTES, dict(attributes))
    return Array(path, header)


def arrays(path: Path) -> dict[str, Array]:
    """The arrays of a group by name. Raises OSError and ValueError for what is none."""
    json.loads((path / _GROUP).read_bytes())
    found = sorted(file.parent for file in path.glob(f"*/{_ARRAY}"))
    return {of.name: Array(of, json.loads((of / _ARRAY).read_bytes())) for of in found}


def describe_group(path: Path, attributes: Mapping[str, Any]) -> None:
    """Add attributes to a group and gather all headers, which readers then find at once."""
    own = path / _ATTRIBUTES
    known = json.loads(own.read_bytes()) if own.exists() else {}
    _write_json(own, {**known, **attributes})
    metadata = {_GROUP: _FORMAT, _ATTRIBUTES: {**known, **attributes}}
    for name, array in arrays(path).items():
        metadata[f"{name}/{_ATTRIBUTES}"] = array.attributes
        metadata[f"{name}/{_ARRAY}"] = dict(array.header)
    _write_json(path / _ALL, {"metadata": metadata, "zarr_consolidated_format": 1})


def _write_json(path: Path, document: Mapping[str, Any]) -> None:
    _write(path, json.dumps(document, indent=2).encode())


def _write(path: Path, content: bytes) -> None:
    """A file that is there with all its bytes or not at all."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.partial")
    temporary.write_bytes(content)
    os.replace(temporary, path)
