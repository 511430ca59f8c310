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

from binodal.validate.compare.load import Loaded
from binodal.validate.compare.record import Array, Record
from binodal.validate.compare.skewed import LEAST_UNITS
from binodal.validate.network_model import DataState, DataTheory, Solve
from binodal.validate.prediction import ON_THESE_DATA, Prediction
from binodal.validate.run.folder import read_data
from binodal.validate.run.posterior import posterior

REPEATS = 4
"""Closures of each data set, with other neurons: their scatter is the prediction's error."""

AVERAGE = "an average over data sets, of which this run has too few"
"""Why other predictions are not judged there."""

_NO_FEATURES = "control: no interaction, these data"
_WRONG_SIGN = "control: {} with the wrong sign, these data"

Advance = Callable[[str], None]


def on_few_data(loaded: Loaded) -> DataTheory | None:
    """What is judged by: a theory of networks on given data sets, where these are too few.

    None where data sets are enough to average over, where networks are too few to be units, and
    where there is no such theory.
    """
    record = loaded.record
    sets = np.unique(record.data_sets).size
    few = not record.fixed_data and sets < LEAST_UNITS <= record.members
    return loaded.spec.network.on_data if few else None


@dataclass(frozen=True)
class Given:
    """One observable by data set: the closure's value and its standard error."""

    value: Array
    error: Array


def conditional(
    loaded: Loaded, theory: DataTheory, advance: Advance = lambda what: None
) -> tuple[Record, list[Prediction]]:
    """The record with networks as units, and what the derived closure says on its data sets.

    ``advance`` is told of each closure that was solved. Two controls stand beside it: neurons that
    keep their prior, and one observable with the other sign.
    """
    record, names = loaded.record, theory.names
    numbers = np.unique(record.data_sets).tolist()
    closure = _solved(loaded, numbers, theory.closure, names, REPEATS, advance)
    lazy = _solved(loaded, numbers, theory.without_features, names, 2, advance)
    share = np.array([np.mean(record.data_sets == k) for k in numbers])
    direct = loaded.spec.network.observables.direct
    readings = [*((name, name) for name in names), *((direct[n], n) for n in names if n in direct)]
    moved = {}
    for reading, name in ((r, n) for r, n in readings if r in record.values):
        own = closure[name].value
        shift = float(share @ own) - own[np.searchsorted(numbers, record.data_sets)]
        moved[reading] = record.values[reading] + shift[:, None]
    predicted = [
        *_predictions(closure, share, "derived", False),
        *_predictions(lazy, share, _NO_FEATURES, True),
    ]
    right = next(p for p in predicted if p.observable == theory.flipped and not p.control)
    wrong = _WRONG_SIGN.format(theory.flipped)
    predicted.append(replace(right, theory=wrong, value=-right.value, control=True))
    return replace(record, values=moved, axes={}, fixed_data=True), predicted


def _predictions(
    by_name: Mapping[str, Given], share: Array, theory: str, control: bool
) -> list[Prediction]:
    return [
        Prediction(
            theory,
            name,
            float(share @ given.value),
            float(np.sqrt(np.square(share * given.error).sum())),
            limit=ON_THESE_DATA,
            control=control,
        )
        for name, given in by_name.items()
    ]


def _solved(
    loaded: Loaded,
    numbers: Sequence[int],
    solve: Solve,
    names: Sequence[str],
    repeats: int,
    advance: Advance,
) -> dict[str, Given]:
    """By observable; the error is the larger of the repeats' scatter and of their own drift."""
    states: list[list[DataState]] = []
    for number in numbers:
        own = []
        for repeat in range(repeats):
            own.append(state_on(loaded, number, solve, repeat))
            advance(f"data set {number}")
        states.append(own)
    by_name = {}
    for name in names:
        values = np.array([[s.values[name] for s in own] for own in states])
        drift = np.array([[s.unsettled[name] / 2 for s in own] for own in states])
        scatter = values.std(axis=1, ddof=1)
        error = np.maximum(scatter, np.sqrt(np.square(drift).mean(axis=1))) / np.sqrt(repeats)
        by_name[name] = Given(values.mean(axis=1), error)
    return by_name


def state_on(loaded: Loaded, number: int, solve: Solve, repeat: int = 0) -> DataState:
    """The closure on one data set of a run."""
    spec = loaded.spec
    slot = next(s for s in range(spec.slots) if spec.data_set(s) == number)
    network = posterior(spec, range(slot, slot + 1), read_data(loaded.folder))
    x, y = (network.data[name][0].cpu() for name in ("x", "y"))
    return solve(network.shape, x, y, torch.Generator().manual_seed(int(number) + (repeat << 32)))
