"""What is kept of outputs and files: exact values, and nothing that time or a version changes."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

_DROPPED = re.compile(r"version(_.*)?|provenance|versions_sha256|request_sha256|written")
_VERSION = re.compile(r"(binodal |version\s+= \{)\d+\.\d+\.\d+\w*")
_TIMED = re.compile(r"^(Written \d{4}-.* by binodal .*|\| (written|sources)\b.*)$", re.MULTILINE)


def document_of(text: str) -> Any:
    """The JSON document that a text is, or the text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def without_versions(value: Any) -> Any:
    """The value without versions, dates and hashes of sources, wherever they stand in it.

    >>> without_versions({"version": "1", "at": ["binodal 0.1.0: action"]})
    {'at': ['binodal VERSION: action']}
    """
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if not _DROPPED.fullmatch(k)}
        return {k: without_versions(v) for k, v in kept.items()}
    if isinstance(value, list):
        return [without_versions(each) for each in value]
    return _VERSION.sub(r"\1VERSION", value) if isinstance(value, str) else value


def content(path: Path) -> Any:
    """A file as a document: JSON, arrays, text without dates and source hashes, or a hash."""
    if path.suffix == ".json":
        return json.loads(path.read_text("utf-8"))
    if path.suffix == ".npz":
        import numpy as np

        with np.load(path) as arrays:
            return {name: exact(arrays[name]) for name in arrays.files}
    if path.suffix in (".zarr", ".nc"):
        return dataset(path)
    if path.suffix == ".svg":
        return sha256(path.read_bytes()).hexdigest()
    return _TIMED.sub("", path.read_text("utf-8"))


def dataset(path: Path) -> Any:
    """The arrays and attributes of a sweep."""
    import xarray

    opened = xarray.open_zarr(path) if path.suffix == ".zarr" else xarray.open_dataset(path)
    with opened as found:
        variables = {
            str(name): {
                "dimensions": [*map(str, one.dims)],
                **exact(one.values),
                "attributes": {str(k): plain(v) for k, v in one.attrs.items()},
            }
            for name, one in found.variables.items()
        }
        attributes = {str(k): plain(v) for k, v in found.attrs.items()}
    return {"variables": variables, "attributes": attributes}


def exact(array: Any) -> dict[str, Any]:
    """Type, shape and values of an array; floats as hexadecimal texts.

    >>> import numpy as np
    >>> exact(np.array([0.1, 1]))["values"]
    ['0x1.999999999999ap-4', '0x1.0000000000000p+0']
    """
    flat = array.ravel().tolist()
    values = [v.hex() if isinstance(v, float) else v for v in flat]
    return {"type": str(array.dtype), "shape": [*array.shape], "values": values}


def plain(value: Any) -> Any:
    """An attribute as JSON holds it; texts that are JSON are read."""
    if isinstance(value, str):
        return document_of(value) if value[:1] in "{[" else value
    return value.tolist() if hasattr(value, "tolist") else value
