"""What is measured: the networks of a file, a folder of checkpoints, a run, or given arrays."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from binodal.config import Given, assemble, exact_of
from binodal.errors import RequestError
from binodal.models.protocol import Model
from binodal.models.registry import model
from binodal.networks import network_of

if TYPE_CHECKING:
    from binodal.numerics.parameters import Parameters
    from binodal.validate.measures.network import TwoLayer
    from binodal.validate.measures.theory import Measurable
    from binodal.validate.network_model import NetworkModel


@dataclass(frozen=True)
class Moment:
    """Networks that are measured together, at a step of training if it is known."""

    networks: Sequence[TwoLayer]
    step: int | None = None


@dataclass(frozen=True)
class Subject:
    """Networks of one model in time; ``notes`` say how they were read.

    ``equilibrium`` is empty for networks that a theory speaks of, or says why it does not.
    """

    of: Model
    parameters: Parameters
    moments: Sequence[Moment]
    notes: tuple[str, ...] = ()
    equilibrium: str = ""

    @property
    def keys(self) -> str:
        """The key frequencies that the networks were given, in words; empty for none."""
        return ", ".join(map(str, self.moments[0].networks[0].frequencies))

    def keyed(self, frequencies: Sequence[int]) -> Subject:
        """The same networks with these key frequencies. Raises DataError for others than theirs."""
        own = tuple(frequencies)
        moments = [
            replace(m, networks=[replace(of, frequencies=own) for of in m.networks])
            for m in self.moments
        ]
        return replace(self, moments=moments)

    @property
    def network(self) -> NetworkModel:
        """What trains and judges networks of the model."""
        network: NetworkModel = self.of.offer("network")
        return network

    @property
    def measurable(self) -> Measurable:
        """What measures need of it."""
        return measurable_of(self.of)


@dataclass(frozen=True)
class Options:
    """How networks of a file are to be read: model, parameters, roles, data, what was seen."""

    of: Model
    preset: str | None
    values: Mapping[str, Given]
    roles: Mapping[str, str]
    data: Path | None = None
    trained: str | None = None
    seed: int = 0


def measurable_of(of: Model) -> Measurable:
    """What measures need of a model. Raises RequestError for one that has none of it."""
    measurable: Measurable | None = of.offer("network").measurable
    if measurable is None:
        raise RequestError(f"{of.name}: measure is not available for this model")
    return measurable


def of_arrays(stored: Mapping[str, Any], options: Options, step: int | None = None) -> Subject:
    """A network by its arrays, by name: tensors of any library that NumPy reads.

    Raises RequestError, or DataError of ``validate``, for what is no network of the model.
    """
    from binodal.validate.measures.ending import task_of
    from binodal.validate.measures.given import mask_of, tensor_of
    from binodal.validate.measures.network import TwoLayer
    from binodal.validate.measures.roles import layers_of
    from binodal.validate.run.given import read_given
    from binodal.validate.run.plausible import departures

    network, measurable = options.of.offer("network"), measurable_of(options.of)
    arrays = {str(name): tensor_of(str(name), value) for name, value in stored.items()}
    seen = arrays.pop(options.trained, None) if options.trained else None
    if options.trained not in (None, "all") and seen is None:
        known_names = ", ".join(arrays)
        raise RequestError(
            f"trained={options.trained}: give all, or the name of an array, of {known_names}"
        )
    exact = _exact(options)
    fields = options.of.space.fields
    sizes_given = {name: int(value) for name, value in exact.items() if fields[name].whole}
    biased = measurable.constant is not None
    known = sizes_given, options.of.name, biased, measurable.layers
    layers = layers_of(arrays, options.roles, measurable.sizes, *known)
    sizes = {name: Fraction(size) for name, size in layers.sizes.items()}
    given = None if options.data is None else read_given(options.data)
    if given is not None and network.draw_data is None:
        raise RequestError(f"{options.of.name} has one data set: leave data out")
    if given is not None and given.tensors["x"].shape[1] != layers.first.shape[1]:
        raise RequestError(
            f"{options.data}: x {tuple(given.tensors['x'].shape)} has other inputs than the first "
            f"layer {layers.first.shape}"
        )
    parameters = assemble(options.of.name, options.preset, {**sizes, **_count(given), **exact})
    shape = network.shape(parameters)
    data = None if given is None else given.tensors
    strange = [] if data is None else departures(network, parameters, data)
    task = task_of(measurable, shape, data, options.seed, options.trained == "all")
    if seen is not None:
        task = replace(task, trained=mask_of(seen, task.inputs.count, str(options.trained)))
    first, field, own = layers.first, "w_i.x", "without biases"
    if measurable.constant is not None:
        assert layers.bias is not None
        first = np.column_stack((first, layers.bias / measurable.constant(shape)))
        field, own = "w_i.x + b_i", "with the biases of the file"
    subject = TwoLayer(first, layers.readout, task, options.seed)
    computes = (
        f"measured as f = sum_i a_i phi({field}), phi(z) = {task.activation.phi}, {own}: with "
        "another activation it is another network"
    )
    notes = (*layers.notes, *measurable.notes, computes, *strange)
    return Subject(options.of, parameters, (Moment((subject,), step),), notes)


def _exact(options: Options) -> dict[str, Fraction]:
    """The parameters as they were given. Raises RequestError for what is none of the model."""
    for name in options.values:
        options.of.space.require(name)
    return {name: exact_of(value, name) for name, value in options.values.items()}


def _count(given: Any) -> dict[str, Fraction]:
    return {} if given is None else {"n": Fraction(len(given.tensors["y"]))}


def of_file(path: Path, options: Options, step: int | None = None) -> Subject:
    """The network of a file."""
    from binodal.validate.errors import DataError
    from binodal.validate.tensor_file import read_arrays

    stored = read_arrays(path)
    try:
        return of_arrays(stored, options, step)
    except (DataError, RequestError) as error:
        raise RequestError(f"{path}: {error}") from error


def of_folder(folder: Path, options: Options) -> Subject:
    """A series of checkpoints: the last number in a file's name is its step.

    Raises RequestError for a folder without files of weights.
    """
    from binodal.validate.tensor_file import SUFFIXES

    try:
        files = [path for path in sorted(folder.iterdir()) if path.suffix in SUFFIXES]
    except OSError as error:
        raise RequestError(f"{folder} cannot be read: {error.strerror}") from error
    if not files:
        raise RequestError(f"{folder} holds no run and no files of weights ({', '.join(SUFFIXES)})")
    numbers = {path: re.findall(r"\d+", path.stem) for path in files}
    counted = all(numbers.values())
    steps = {path: int(numbers[path][-1]) if counted else i for i, path in enumerate(files)}
    if len({*steps.values()}) < len(files):
        twice = next(step for step in steps.values() if [*steps.values()].count(step) > 1)
        named = ", ".join(path.name for path in files if steps[path] == twice)
        raise RequestError(f"{folder}: step {twice} stands in several names: {named}")
    read = [of_file(path, options, steps[path]) for path in sorted(files, key=lambda p: steps[p])]
    if any(one.parameters != read[0].parameters for one in read):
        raise RequestError(f"{folder} holds networks of several sizes")
    how = "the last number in their names" if counted else "the order of their names"
    notes = (f"{len(files)} checkpoints by {how}", *read[0].notes)
    return replace(read[0], moments=[one.moments[0] for one in read], notes=notes)


NO_TEMPERATURE = (
    "an optimiser has no temperature, and the theory is of networks in equilibrium at one"
)


def of_training(folder: Path, seed: int) -> Subject:
    """The networks of a training by an optimiser, at every step that was kept."""
    from binodal.validate.optimizers.folder import networks, read_spec

    spec = read_spec(folder, network_of)
    moments = [Moment(members, step) for step, members in networks(folder, spec, seed)]
    task = moments[0].networks[0].task
    ended = "" if moments[-1].step == spec.steps else f", unfinished (of {spec.steps})"
    trained, others = len(task.seen), len(task.held_out)
    notes = (f"{spec.words}, on {trained} inputs of {trained + others}{ended}",)
    return Subject(model(spec.model), spec.parameters, moments, notes, NO_TEMPERATURE)


def of_run(folder: Path, seed: int) -> Subject:
    """The networks at the end of a run of ``train``."""
    from binodal.validate.measures.ending import last_networks
    from binodal.validate.run.folder import is_finished, read_spec
    from binodal.validate.run.sound import require_sound

    spec = read_spec(folder, network_of)
    if is_finished(folder):
        require_sound(folder, spec)
    of = model(spec.model)
    networks = last_networks(folder, spec, measurable_of(of), seed)
    state = "the end" if is_finished(folder) else "their last checkpoint: it is not finished"
    notes = (f"networks of {folder} at {state}",)
    return Subject(of, spec.parameters, (Moment(networks),), notes)
