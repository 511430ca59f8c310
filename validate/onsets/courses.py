"""A training read as curves, from where its training inputs are known, and their onsets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np

from binodal.validate.experiments.in_time import Training
from binodal.validate.measures.exact import observed
from binodal.validate.measures.inputs import Array
from binodal.validate.measures.measure import Value
from binodal.validate.measures.network import TwoLayer
from binodal.validate.measures.table import table
from binodal.validate.onsets.rule import onset
from binodal.validate.optimizers.folder import networks
from binodal.validate.optimizers.spec import MACHINE

REFERENCE, MEMORISED, GENERALISED = "test_accuracy", 0.99, 0.5
"""What onsets are held against; the train accuracy from which curves are read; and the test
accuracy at the end of a training that has generalised."""


@dataclass(frozen=True)
class Course:
    """Curves of the measures of one training that have a number at every step that is read.

    ``places`` are the logarithms of steps, of a machine the steps. ``onsets`` has all curves, None
    for those without one; ``shuffled`` says of which an onset was seen after a shuffle in time.
    ``silent`` says of other measures why they have no curve.
    """

    training: Training
    steps: Sequence[int]
    places: Array
    curves: Mapping[str, Array]
    onsets: Mapping[str, float | None]
    shuffled: Mapping[str, bool]
    silent: Mapping[str, str]

    @property
    def generalises(self) -> bool:
        """Whether it ends with a test accuracy of a half."""
        return bool(self.curves[REFERENCE][-1] >= GENERALISED)


def read_course(training: Training, folder: Path) -> Course:
    """All measures at every step since the training inputs are known, and the onsets."""
    accuracy = table()["train_accuracy"].compute
    moments = [(step, members[0]) for step, members in networks(folder, training.spec, 0)]
    known = [(accuracy(network).number or 0.0) >= MEMORISED for _, network in moments]
    late = moments[known.index(True) :] if any(known) else moments[-1:]
    steps = [step for step, _ in late]
    machine = training.spec.optimizer == MACHINE
    places = np.array(steps, dtype=float) if machine else np.log(np.maximum(steps, 1))
    rows = [_values(training, network) for _, network in late]
    curves, silent = {}, {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        why = next((value.why for value in values if value.number is None), "")
        if why:
            silent[name] = why
        else:
            curves[name] = np.array([value.number for value in values])
    return _with_onsets(training, steps, places, curves, silent)


def _with_onsets(
    training: Training,
    steps: Sequence[int],
    places: Array,
    curves: Mapping[str, Array],
    silent: Mapping[str, str],
) -> Course:
    onsets, shuffled = {}, {}
    for name, curve in curves.items():
        rng = np.random.default_rng([training.spec.seed, crc32(training.name.encode())])
        onsets[name] = onset(places, curve, rng)
        shuffled[name] = onset(places, rng.permutation(curve), rng) is not None
    return Course(training, steps, places, curves, onsets, shuffled, silent)


def _values(training: Training, network: TwoLayer) -> dict[str, Value]:
    """Every measure, and the order parameters that do not rest on the readout's average."""
    spec = training.spec
    of = spec.network.measurable
    assert of is not None
    values = {name: _guarded(measure.compute, network) for name, measure in table().items()}
    exact = observed(spec.network, of, spec.parameters, network)
    more = {name: one.value for name, one in exact.items() if name not in of.of_data}
    return {**values, **{name: value for name, value in more.items() if name not in values}}


def _guarded(reading: Callable[[TwoLayer], Value], network: TwoLayer) -> Value:
    with np.errstate(all="ignore"):
        return reading(network)


def lags(courses: Sequence[Course], name: str) -> Iterator[float]:
    """The onset of a measure after that of the test accuracy, where a training has both."""
    for course in courses:
        own, reference = course.onsets.get(name), course.onsets[REFERENCE]
        if own is not None and reference is not None:
            yield own - reference
