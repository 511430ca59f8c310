"""A run's folder as a record: draws by member, data sets, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.errors import said
from binodal.validate.compare.errors import ComparisonError
from binodal.validate.compare.record import Array, Record
from binodal.validate.network_model import Find
from binodal.validate.run.folder import is_finished, old, read_data, read_request, read_spec
from binodal.validate.run.plausible import departures
from binodal.validate.run.sound import draws
from binodal.validate.run.spec import RunSpec
from binodal.validate.run.store import BIAS

_SERIES = ("draw", "block")


@dataclass(frozen=True)
class Loaded:
    """A record with its request, and sentences about members or draws that are missing."""

    folder: Path
    spec: RunSpec
    record: Record
    notes: tuple[str, ...]


def load(folder: Path, find: Find) -> Loaded:
    """The draws of a run, finished or not; ``find`` knows its model by name.

    Members that diverged or have no draw yet are left out, and so are the last draws that not all
    others have. Raises :class:`ComparisonError` when nothing is left, and
    :class:`binodal.validate.run.errors.RunError` when ``folder`` holds no run, or a damaged one.
    """
    request, spec = read_request(folder), read_spec(folder, find)
    arrays, dimensions = draws(folder, spec)
    series = {n: _flat(a) for n, a in arrays.items() if _is_series(dimensions[n])}
    data_sets = np.tile(arrays["data_set"].astype(np.int64), len(spec.started))
    starts = np.concatenate(spec.started)
    lost_at = np.asarray(arrays["lost_at"]).reshape(-1)
    for name, array in series.items():
        _require_no_gaps(name, array[lost_at < 0], is_finished(folder))
    kept, lost = _usable(series, lost_at)
    if not kept.any():
        go_on = said("binodal train --resume", "train(..., resume=True)")
        raise ComparisonError(f"{folder} holds no draws yet: go on with {go_on}")
    values = {name: _complete(array[kept]) for name, array in series.items()}
    values = {name: array for name, array in values.items() if array.shape[1]}
    axes = {n: arrays[dimensions[n][3]] for n in values if len(dimensions[n]) == 4}
    record = Record(
        values,
        data_sets[kept],
        axes,
        spec.network.draw_data is None,
        tuple(starts[kept].tolist()),
        lost,
        spec.sampler if spec.uncorrected else "",
        {n.removeprefix(BIAS): _known(a) for n, a in arrays.items() if n.startswith(BIAS)},
    )
    notes = (*_notes(folder, request, kept, lost), *_departures(folder, spec))
    return Loaded(folder, spec, record, notes)


def _is_series(dimensions: tuple[str, ...]) -> bool:
    return len(dimensions) in (3, 4) and dimensions[2] in _SERIES


def _flat(array: NDArray[Any]) -> Array:
    """(start, member, ...) as (start * member, ...)."""
    return np.asarray(array, dtype=float).reshape(-1, *array.shape[2:])


def _known(biases: NDArray[Any]) -> Array:
    """Those of networks that measured theirs."""
    flat = np.asarray(biases, dtype=float).reshape(-1, *biases.shape[2:])
    known: Array = flat[np.isfinite(flat).reshape(len(flat), -1).all(axis=1)]
    return known


def _usable(series: dict[str, Array], lost_at: NDArray[Any]) -> tuple[NDArray[Any], int]:
    """Members whose first draws are there and that did not diverge; and how many did."""
    begun = np.ones(lost_at.shape, dtype=bool)
    for array in series.values():
        begun &= np.isfinite(array[:, 0]).reshape(lost_at.size, -1).all(axis=1)
    lost = lost_at >= 0
    return begun & ~lost, int(lost.sum())


def _require_no_gaps(name: str, array: Array, finished: bool) -> None:
    """NaN stands for draws that are not there yet: at the end, and in no finished run.

    Raises :class:`ComparisonError` naming the network and the draw of any other NaN.
    """
    there = np.asarray(np.isfinite(array).reshape(*array.shape[:2], -1).all(axis=2))
    ends = np.where(there.all(axis=1), there.shape[1], there.argmin(axis=1))
    gaps = ends < (there.shape[1] if finished else there.sum(axis=1))
    if gaps.any():
        member = int(gaps.argmax())
        raise ComparisonError(
            f"{name} of network {member} is NaN at draw {int(ends[member])}, which the run has "
            "made: its files are damaged or its sampler failed there; repeat the run"
        )


def _complete(array: Array) -> Array:
    """The draws that all members have."""
    there = np.isfinite(array).reshape(*array.shape[:2], -1).all(axis=(0, 2))
    return array[:, : int(np.argmin(there)) if not there.all() else there.size]


def _departures(folder: Path, spec: RunSpec) -> list[str]:
    """What a user's data have that the theory does not assume."""
    data = read_data(folder)
    return [] if data is None else departures(spec.network, spec.parameters, data)


def _notes(
    folder: Path, request: Mapping[str, Any], kept: NDArray[Any], lost: int
) -> tuple[str, ...]:
    notes = [] if is_finished(folder) else [f"{folder} is not finished: its first draws are used"]
    if old(request):
        notes.append(f"{folder} was made by a version that kept no hashes: damage would not show")
    if lost:
        notes.append(
            f"{lost} of {kept.size} networks diverged and are left out: the rest may be biased"
        )
    missing = int(kept.size - kept.sum()) - lost
    if missing > 0:
        notes.append(f"{missing} of {kept.size} networks have no draws yet")
    return tuple(notes)
