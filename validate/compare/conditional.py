"""A run on a few data sets, against the mean-field closure on these very data sets.

Averages over data sets are no prediction for networks that all saw one: its luck is theirs. Given
the data the networks are independent of each other, and what the closure on them leaves out is
1/N alone. With more than one data set each network is held against its own: its values are moved
by the difference between the mean of the closures and that of its data set.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from binodal.models.teacher_student.network.network import TeacherStudent, TeacherStudentShape
from binodal.models.teacher_student.predictions.data_closure import DataState, data_closure
from binodal.models.teacher_student.predictions.fixed_kernel import fixed_kernel
from binodal.validate.compare.direct import DIRECT
from binodal.validate.compare.load import Loaded
from binodal.validate.compare.record import Array, Record
from binodal.validate.compare.skewed import LEAST_UNITS
from binodal.validate.prediction import ON_THESE_DATA, Prediction
from binodal.validate.run.folder import read_data
from binodal.validate.run.posterior import posterior, shape_of

REPEATS = 4
"""Closures of each data set, with other neurons: their scatter is the prediction's error."""

NAMES = ("b", "c", "t5", "t7", "q2")
AVERAGE = "an average over data sets, of which this run has too few"
"""Why other predictions are not judged there."""

_NO_FEATURES = "control: no interaction, these data"
_WRONG_SIGN = "control: c with the wrong sign, these data"

Advance = Callable[[str], None]
Solve = Callable[[TeacherStudentShape, torch.Tensor, torch.Tensor, torch.Generator], DataState]


def on_few_data(record: Record) -> bool:
    """Whether there are too few data sets to average over, but networks enough on them."""
    sets = np.unique(record.data_sets).size
    return not record.fixed_data and sets < LEAST_UNITS <= record.members


@dataclass(frozen=True)
class Given:
    """One observable by data set: the closure's value and its standard error."""

    value: Array
    error: Array


def conditional(
    loaded: Loaded, advance: Advance = lambda what: None
) -> tuple[Record, list[Prediction]]:
    """The record with networks as units, and what the derived closure says on its data sets.

    ``advance`` is told of each closure that was solved. Two controls stand beside it: neurons that
    keep their prior, and c with the other sign.
    """
    record = loaded.record
    numbers = np.unique(record.data_sets).tolist()
    found = _solved(loaded, numbers, data_closure, REPEATS, advance)
    lazy = _solved(loaded, numbers, fixed_kernel, 2, advance)
    share = np.array([np.mean(record.data_sets == k) for k in numbers])
    moved = {}
    for name in (n for n in (*NAMES, *DIRECT.values()) if n in record.values):
        own = found[_averaged_name(name)].value
        shift = float(share @ own) - own[np.searchsorted(numbers, record.data_sets)]
        moved[name] = record.values[name] + shift[:, None]
    said = [*_said(found, share, "derived", False), *_said(lazy, share, _NO_FEATURES, True)]
    c = next(p for p in said if p.observable == "c" and not p.control)
    said.append(replace(c, theory=_WRONG_SIGN, value=-c.value, control=True))
    return replace(record, values=moved, axes={}, fixed_data=True), said


def _averaged_name(name: str) -> str:
    return name.removesuffix("_direct")


def _said(found: Mapping[str, Given], share: Array, theory: str, control: bool) -> list[Prediction]:
    return [
        Prediction(
            theory,
            name,
            float(share @ given.value),
            float(np.sqrt(np.square(share * given.error).sum())),
            limit=ON_THESE_DATA,
            control=control,
        )
        for name, given in found.items()
    ]


def _solved(
    loaded: Loaded, numbers: Sequence[int], solve: Solve, repeats: int, advance: Advance
) -> dict[str, Given]:
    """By observable; the error is the larger of the repeats' scatter and of their own drift."""
    states: list[list[DataState]] = []
    for number in numbers:
        own = []
        for repeat in range(repeats):
            own.append(state_on(loaded, number, solve, repeat))
            advance(f"data set {number}")
        states.append(own)
    found = {}
    for name in NAMES:
        values = np.array([[s.values[name] for s in own] for own in states])
        drift = np.array([[s.unsettled[name] / 2 for s in own] for own in states])
        scatter = values.std(axis=1, ddof=1)
        error = np.maximum(scatter, np.sqrt(np.square(drift).mean(axis=1))) / np.sqrt(repeats)
        found[name] = Given(values.mean(axis=1), error)
    return found


def state_on(
    loaded: Loaded, number: int, solve: Solve = data_closure, repeat: int = 0
) -> DataState:
    """The closure on one data set of a run."""
    spec = loaded.spec
    shape, given = shape_of(spec), read_data(loaded.folder)
    assert isinstance(shape, TeacherStudentShape)
    slot = next(s for s in range(spec.slots) if spec.data_set(s) == number)
    network = posterior(spec, range(slot, slot + 1), given)
    assert isinstance(network, TeacherStudent)
    generator = torch.Generator().manual_seed(int(number) + (repeat << 32))
    return solve(shape, network.inputs[0].cpu(), network.targets[0].cpu(), generator)
