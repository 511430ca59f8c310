"""Sweeps on disk: netCDF-3, which xarray opens with scipy alone, written whole each time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from scipy.io import netcdf_file

from binodal.errors import RequestError
from binodal.output import replacing
from binodal.sweeps.table import STATES, Table

_REQUEST = "request"


def write(path: Path, table: Table, request: Mapping[str, Any]) -> None:
    """Write the table with its coordinates and the request that it answers.

    A reader never sees half a file: it is written under another name and renamed.
    """
    names = tuple(axis.name for axis in table.axes)
    with replacing(path) as temporary, netcdf_file(temporary, "w", version=2) as file:
        for key, value in _attributes(request).items():
            setattr(file, key, value)
        for axis in table.axes:
            file.createDimension(axis.name, axis.count)
            column = file.createVariable(axis.name, "d", (axis.name,))
            column[:] = np.array([float(value) for value in axis.values()])
            column.exact = str(axis).encode()
        for name, array in table.values.items():
            variable = file.createVariable(name, "d", names)
            variable[:] = array
            variable.long_name = table.quantities[name].encode()
        _flags(file, "phase", names, table.phase, ("unknown", *table.phases), -1)
        _flags(file, "state", names, table.state, STATES, 0)


def _flags(
    file: Any,
    name: str,
    dimensions: tuple[str, ...],
    array: Any,
    words: tuple[str, ...],
    first: int,
) -> None:
    variable = file.createVariable(name, "b", dimensions)
    variable[:] = array
    variable.flag_values = np.arange(first, first + len(words), dtype=np.int8)
    variable.flag_meanings = " ".join(words).encode()


def _attributes(request: Mapping[str, Any]) -> dict[str, bytes]:
    """The request as one JSON text, and its parts as attributes of their own for a reader's eye."""
    flat = {key: str(request[key]) for key in ("model", "theory", "limit", "version")}
    flat |= {f"parameter_{name}": value for name, value in request["params"].items()}
    flat |= {"assumptions": "; ".join(request["assumptions"]) or "none", "Conventions": "CF-1.8"}
    return {key: value.encode() for key, value in {**flat, _REQUEST: json.dumps(request)}.items()}


def read_into(path: Path, table: Table, request: Mapping[str, Any]) -> None:
    """Fill the table with what a file of the same request holds.

    Raises :class:`RequestError` when the file is something else or answers another request.
    """
    try:
        # mmap would keep the file open behind arrays that are used after it is replaced.
        with netcdf_file(path, "r", mmap=False) as file:
            stored = json.loads(getattr(file, _REQUEST))
            found = {
                name: file.variables[name][:].copy() for name in (*table.values, "phase", "state")
            }
    except Exception as error:
        raise RequestError(
            f"{path} exists and is not a sweep of binodal: give another file with -o"
        ) from error
    different = sorted(key for key in {*stored, *request} if stored.get(key) != request.get(key))
    if different:
        raise RequestError(
            f"{path} belongs to another request (it differs in {', '.join(different)}): "
            "give another file with -o"
        )
    if any(array.shape != table.state.shape for array in found.values()):
        raise RequestError(f"{path} is damaged: its arrays do not have the grid's shape")
    for name in table.values:
        table.values[name][...] = found[name]
    table.phase[...], table.state[...] = found["phase"], found["state"]
