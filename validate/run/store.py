"""Draws on disk: one zarr group a run, whose chunks belong to one shard and one block each.

Format 2 with named dimensions as xarray expects them. Shards write different files, so any number
of processes may write at once; a block that is written again after a kill has the same bytes.
Dimensions: (start, member, draw) for numbers at every draw, with a further axis for arrays, and
(start, member, block, axis) for averages over a block of draws. NaN: not drawn yet, or lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from numpy.typing import NDArray

from binodal.numerics.disk import naming, synchronise
from binodal.validate.observable import Quantity
from binodal.validate.run.spec import RunSpec

NAME = "draws.zarr"

RECORDS = {
    "acceptance": "mean probability of acceptance in the steps of a draw (1 without Metropolis)"
}
"""Stored at every draw beside what the observer measures."""

MEMBER_RECORDS = {
    "lost_at": ("step of the draws at which the member diverged; -1 if it did not", "i4", -1),
    "step_size": ("step of the sampler in its own time", "f8", np.nan),
    "curvature": ("largest curvature that the step was taken from", "f8", np.nan),
}
"""Stored once for every network: meaning, type, fill value."""

BIAS = "step_bias_"
"""Before a quantity's name: the bias of its mean, of the networks that measure it."""


def create(folder: Path, spec: RunSpec) -> None:
    """An empty group with all coordinates in ``folder``."""
    quantities = spec.network.observer(spec.parameters).quantities
    group = zarr.open_group(folder / NAME, mode="w", zarr_format=2)
    _coordinates(group, spec, quantities)
    starts = len(spec.start_names)
    width = spec.shard // starts
    for name, meaning in RECORDS.items():
        _array(group, name, spec, Quantity(meaning), "", width)
    for name, quantity in quantities.items():
        _array(group, name, spec, quantity, axes(quantities)[name], width)
        if spec.accompanied(0):
            _bias(group, name, spec, quantity, axes(quantities)[name])
    for name, (meaning, dtype, fill) in MEMBER_RECORDS.items():
        group.create_array(
            name,
            data=np.full((starts, spec.slots), fill, dtype=dtype),
            chunks=(starts, width),
            fill_value=None,
            attributes={"_ARRAY_DIMENSIONS": ["start", "member"], "long_name": meaning},
        )


def axes(quantities: Mapping[str, Quantity]) -> dict[str, str]:
    """The dimension of each quantity's extra axis, "" for numbers.

    Axes of one name with other values cannot share a dimension: the later takes its quantity's
    name as well.

    >>> axes({"p": Quantity("", ("q", (0.0, 1.0))), "h": Quantity("", ("q", (0.5,)))})
    {'p': 'q', 'h': 'q_h'}
    """
    known: dict[str, tuple[float, ...]] = {}
    names = {}
    for name, quantity in quantities.items():
        axis, values = quantity.axis
        fits = not axis or known.setdefault(axis, values) == values
        names[name] = axis if fits else f"{axis}_{name}"
    return names


def _array(
    group: zarr.Group, name: str, spec: RunSpec, of: Quantity, axis: str, width: int
) -> None:
    starts, values = len(spec.start_names), of.axis[1]
    along, length, chunk = (
        ("block", spec.blocks, 1) if of.accumulate else ("draw", spec.draws, spec.block)
    )
    inner, names = ((len(values),), [axis]) if axis else ((), [])
    group.create_array(
        name,
        shape=(starts, spec.slots, length, *inner),
        chunks=(starts, width, chunk, *inner),
        dtype="f8",
        fill_value=np.nan,
        attributes={
            "_ARRAY_DIMENSIONS": ["start", "member", along, *names],
            "long_name": of.meaning,
        },
    )


def _bias(group: zarr.Group, name: str, spec: RunSpec, of: Quantity, axis: str) -> None:
    starts, inner = len(spec.start_names), (len(of.axis[1]),) if axis else ()
    group.create_array(
        BIAS + name,
        shape=(starts, spec.slots, *inner),
        chunks=(starts, spec.shard // starts, *inner),
        dtype="f8",
        fill_value=np.nan,
        attributes={
            "_ARRAY_DIMENSIONS": ["start", "member", *([axis] if axis else [])],
            "long_name": f"bias of the sampler's step in the mean of {name}; NaN: not measured",
        },
    )


def _coordinates(group: zarr.Group, spec: RunSpec, quantities: Mapping[str, Quantity]) -> None:
    first = np.arange(spec.blocks) * spec.block
    columns: dict[str, tuple[str, NDArray[Any], str]] = {
        "start": ("start", np.array(spec.start_names), "where the networks started"),
        "member": ("member", np.arange(spec.slots), "network, or pair of networks of one data set"),
        "data_set": (
            "member",
            np.array([spec.data_set(slot) for slot in range(spec.slots)]),
            "number of the data set",
        ),
        "draw": ("draw", np.arange(spec.draws), "number of the draw"),
        "step": ("draw", (np.arange(spec.draws) + 1) * spec.thin, "steps since the burn-in"),
        "block": ("block", np.arange(spec.blocks), "block of draws that are averaged"),
        "block_draws": (
            "block",
            np.minimum(spec.block, spec.draws - first),
            "number of draws in the block",
        ),
    }
    for name, axis in axes(quantities).items():
        if axis:
            columns[axis] = (axis, np.array(quantities[name].axis[1]), quantities[name].axis[0])
    for name, (dimension, values, meaning) in columns.items():
        group.create_array(
            name,
            data=values,
            fill_value=None,  # xarray takes a fill value for a missing one, and 0 is none here
            attributes={"_ARRAY_DIMENSIONS": [dimension], "long_name": meaning},
        )
    group.create_array(
        "started",
        data=np.array(spec.started),
        fill_value=None,
        attributes={
            "_ARRAY_DIMENSIONS": ["start", "member"],
            "long_name": "where each network started",
        },
    )


class Store:
    """Writes the draws of one shard."""

    def __init__(self, folder: Path, spec: RunSpec, slots: range) -> None:
        self._path = folder / NAME
        group = zarr.open_group(self._path, mode="r+", zarr_format=2)
        self._arrays = dict(group.arrays())
        self._starts = len(spec.start_names)
        self._slots, self._width = slots, spec.shard // self._starts
        self._written: list[str] = []

    def put(self, name: str, index: slice, values: NDArray[Any]) -> None:
        """Rows (R, length of the index, ...) of one quantity, on the disk after ``flush``."""
        shaped = values.reshape(self._starts, len(self._slots), *values.shape[1:])
        array = self._arrays[name]
        with naming(self._path / name):
            array[:, self._slots.start : self._slots.stop, index] = shaped
        length = array.chunks[2]
        for chunk in range(index.start // length, -(-index.stop // length)):
            place = [0, self._slots.start // self._width, chunk]
            self._note(name, [*place, *[0] * (len(array.shape) - 3)])

    def put_member(self, name: str, values: NDArray[Any]) -> None:
        """Numbers for each row (R, ...), on the disk after ``flush``."""
        shaped = values.reshape(self._starts, len(self._slots), *values.shape[1:])
        with naming(self._path / name):
            self._arrays[name][:, self._slots.start : self._slots.stop] = shaped
        self._note(name, [0, self._slots.start // self._width, *[0] * (values.ndim - 1)])

    def flush(self) -> list[str]:
        """Have the disk hold all that was put; the names of the files.

        One by one it would wait for itself each time.
        """
        written, self._written = self._written, []
        for name in written:
            # A chunk of nothing but the fill value is not stored.
            if (self._path / name).exists():
                synchronise(self._path / name)
        return written

    def _note(self, name: str, chunk: list[int]) -> None:
        self._written.append(f"{name}/{'.'.join(map(str, chunk))}")


def describe(folder: Path, attributes: Mapping[str, Any]) -> None:
    """Set the group's attributes and gather all metadata, which readers then find at once."""
    group = zarr.open_group(folder / NAME, mode="r+", zarr_format=2)
    group.attrs.update(dict(attributes))
    zarr.consolidate_metadata(group.store)


def stored(folder: Path) -> set[str]:
    """Names of the arrays of a run."""
    return set(zarr.open_group(folder / NAME, mode="r", zarr_format=2).array_keys())


def read(folder: Path) -> tuple[dict[str, NDArray[Any]], dict[str, tuple[str, ...]]]:
    """All arrays of a run and their dimensions."""
    group = zarr.open_group(folder / NAME, mode="r", zarr_format=2)
    arrays: dict[str, NDArray[Any]] = {}
    dimensions: dict[str, tuple[str, ...]] = {}
    for name, array in group.arrays():
        arrays[name] = np.asarray(array[...])
        names: Any = array.attrs["_ARRAY_DIMENSIONS"]
        dimensions[name] = tuple(str(dimension) for dimension in names)
    return arrays, dimensions
