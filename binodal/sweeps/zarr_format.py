"""The part of the zarr 3 format that a sweep needs: JSON headers and chunks of plain numbers.

Written here and not by the zarr package, whose import alone takes longer than ten thousand cells,
and which a sweep then does not need; xarray and zarr read the result (and the tests let them).
A chunk is stored uncompressed at ``ARRAY/c.I.J``; those at the end of an axis are filled up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

_TYPES = {"f8": "float64", "i1": "int8", "u1": "uint8"}


Header = dict[str, Any]


def group(attributes: Mapping[str, Any], members: Mapping[str, Header] | None = None) -> Header:
    """The header of a group; ``members`` are repeated in it, so that one read finds them all."""
    header = {"zarr_format": 3, "node_type": "group", "attributes": dict(attributes)}
    if members:
        header["consolidated_metadata"] = {
            "kind": "inline",
            "must_understand": False,
            "metadata": dict(members),
        }
    return header


def array(
    kind: str,
    shape: Sequence[int],
    chunk: Sequence[int],
    fill: float,
    dimensions: Sequence[str],
    attributes: Mapping[str, Any],
) -> Header:
    """The header of an array of ``kind`` f8, i1 or u1.

    >>> header = array("i1", (5,), (2,), -1, ("sigma2",), {})
    >>> header["data_type"], header["fill_value"], header["chunk_grid"]["configuration"]
    ('int8', -1, {'chunk_shape': [2]})
    """
    little = {"configuration": {"endian": "little"}} if kind == "f8" else {}
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": list(shape),
        "data_type": _TYPES[kind],
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": list(chunk)}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "."}},
        "fill_value": "NaN" if isnan(fill) else float(fill) if kind == "f8" else int(fill),
        "codecs": [{"name": "bytes", **little}],
        "attributes": dict(attributes),
        "dimension_names": list(dimensions),
        "storage_transformers": [],
    }


def text(header: Header) -> bytes:
    """A header as it stands in its file zarr.json."""
    return json.dumps(header).encode()


def key(place: Sequence[int]) -> str:
    """The name of a chunk's file inside its array.

    >>> key((1, 0))
    'c.1.0'
    """
    return ".".join(["c", *map(str, place)])


def encoded(values: NDArray[Any], kind: str, chunk: Sequence[int], fill: float) -> bytes:
    """A chunk's bytes, filled up to the size that all chunks of an array have."""
    if values.shape == tuple(chunk):
        return np.ascontiguousarray(values, dtype=f"<{kind}").tobytes()
    whole = np.full(chunk, fill, dtype=f"<{kind}")
    whole[tuple(slice(0, n) for n in values.shape)] = values
    return whole.tobytes()


def decoded(data: bytes, kind: str, chunk: Sequence[int], shape: Sequence[int]) -> NDArray[Any]:
    """The values of a chunk, without what it was filled up with."""
    whole = np.frombuffer(data, dtype=f"<{kind}").reshape(chunk)
    return whole[tuple(slice(0, n) for n in shape)]
