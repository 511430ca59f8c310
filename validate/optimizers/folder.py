"""A training's folder: its request, its data with their split, its networks in time, its state."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import torch

from binodal.numerics.disk import Damaged, full, sealed, unsealed, write_whole
from binodal.validate.measures.network import Task, TwoLayer
from binodal.validate.network_model import Find
from binodal.validate.optimizers.feature_machine import require_power
from binodal.validate.optimizers.spec import MACHINE, OptimizerSpec, spec_of
from binodal.validate.run.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from binodal.validate.run.errors import CheckpointError, RunError, RunStopped
from binodal.validate.run.folder import environment
from binodal.validate.run.memory import available, readable

_SQUARES = 8
"""Matrices of a kernel's size at once: itself, its vectors, slopes and their products."""

REQUEST, DATA, STATE, COURSE = "training.json", "data.safetensors", "state.safetensors", "course"


def is_training(folder: Path) -> bool:
    """Whether a training by an optimiser stands there."""
    return (folder / REQUEST).is_file()


def moment_path(folder: Path, step: int) -> Path:
    """Where the networks of a step stand."""
    return folder / COURSE / f"{step:09d}.safetensors"


def new_folder(folder: Path, spec: OptimizerSpec) -> None:
    """A folder with the request and the data.

    Raises :class:`RunError` where none can be made, and DataError for a loss that its task lacks.
    """
    data = _data(spec)
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise RunError(f"{folder} exists and is no training: give another folder")
        (folder / COURSE).mkdir(parents=True)
        write_checkpoint(folder / DATA, Checkpoint(data, {"run": spec.digest}))
        request = {"spec": spec.document(), "digest": spec.digest, "environment": environment()}
        write_whole(folder / REQUEST, sealed(request))
    except OSError as error:
        kind = RunStopped if full(error) else RunError
        raise kind(f"cannot write {folder}: {error.strerror}") from error


def _data(spec: OptimizerSpec) -> dict[str, torch.Tensor]:
    """The split, and what is drawn of the data."""
    of, shape = spec.network, spec.network.shape(spec.parameters)
    assert of.measurable is not None
    drawn = of.draw_data(shape, _generator(spec)) if of.draw_data else None
    task = replace(of.measurable.task(shape, drawn, _generator(spec)), loss=spec.loss)
    candidates, count = task.seen, _share(spec, task)
    if spec.optimizer == MACHINE:
        _require_machine(spec, task, count)
    rng = np.random.default_rng([spec.seed, 1])
    trained = np.zeros(task.inputs.count, dtype=bool)
    trained[rng.permutation(candidates)[:count]] = True
    return {"trained": torch.from_numpy(trained), **(drawn or {})}


def _require_machine(spec: OptimizerSpec, task: Task, count: int) -> None:
    """Raise RunError or DataError where a machine on ``count`` inputs is not what was asked."""
    require_power(task.activation)
    if spec.parameters["N"] != count:
        raise RunError(f"N={spec.parameters['N']}: {MACHINE} has {count}, one for each input")
    needed, there = _SQUARES * 8 * count**2, available()
    if needed > there:
        raise RunError(
            f"data_fraction={spec.data_fraction}: {MACHINE} on {count} inputs needs about "
            f"{readable(needed)}, and {readable(there)} are available: take fewer"
        )


def _share(spec: OptimizerSpec, task: Task) -> int:
    """How many inputs of a task are trained on."""
    return max(1, round(spec.data_fraction * len(task.seen)))


def as_machine(spec: OptimizerSpec) -> OptimizerSpec:
    """The same training with as many neurons as it has training inputs."""
    of, shape = spec.network, spec.network.shape(spec.parameters)
    assert of.measurable is not None
    drawn = of.draw_data(shape, _generator(spec)) if of.draw_data else None
    count = _share(spec, of.measurable.task(shape, drawn, _generator(spec)))
    return replace(spec, parameters=spec.parameters.replace(N=Fraction(count)))


def _generator(spec: OptimizerSpec, member: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(spec.seed + member)


def read_request(folder: Path) -> dict[str, Any]:
    """The request of a training. Raises :class:`RunError` for none, or a damaged one."""
    try:
        return unsealed((folder / REQUEST).read_bytes())
    except (OSError, Damaged) as error:
        raise RunError(f"{folder / REQUEST} is damaged ({error}): give another folder") from error


def read_spec(folder: Path, find: Find) -> OptimizerSpec:
    """The training of a folder; ``find`` knows its model by name. Raises :class:`RunError`."""
    try:
        return spec_of(read_request(folder)["spec"], find)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError(f"{folder / REQUEST} is damaged ({error}): give another folder") from error


def read_task(folder: Path, spec: OptimizerSpec, member: int = 0) -> Task:
    """The task with the split that was stored; inputs that are drawn to measure on are the
    ``member``'s. Raises :class:`RunError` for damaged data."""
    of, shape = spec.network, spec.network.shape(spec.parameters)
    assert of.measurable is not None
    stored = _believed(folder / DATA, {"run": spec.digest}).tensors
    data = {name: stored[name] for name in ("x", "y")} if of.draw_data else None
    task = of.measurable.task(shape, data, _generator(spec, member))
    return replace(task, trained=stored["trained"].numpy(), loss=spec.loss)


def _believed(path: Path, facts: Mapping[str, Any]) -> Checkpoint:
    """A file with these facts. Raises :class:`RunError` for any other."""
    try:
        saved = read_checkpoint(path)
    except (CheckpointError, OSError) as error:
        why = error if isinstance(error, CheckpointError) else f"{path} is not there"
        raise RunError(str(why).partition(":")[0]) from error
    if {name: saved.facts.get(name) for name in facts} != facts:
        raise RunError(f"{path} belongs to another training, or another step")
    return saved


def read_moment(folder: Path, spec: OptimizerSpec, step: int) -> Mapping[str, torch.Tensor]:
    """Both layers at a step. Raises :class:`RunError` where they are damaged or missing."""
    facts = {"run": spec.digest, "step": step}
    return _believed(moment_path(folder, step), facts).tensors


def steps_kept(folder: Path, spec: OptimizerSpec) -> list[int]:
    """The steps whose networks are there."""
    return [step for step in spec.moments if moment_path(folder, step).is_file()]


def networks(
    folder: Path, spec: OptimizerSpec, seed: int, last: bool = False
) -> Iterator[tuple[int, list[TwoLayer]]]:
    """All members at every step that is kept, or the ``last``, as measures see them.

    Raises :class:`RunError` where none is there, or what is there is damaged.
    """
    steps, tasks = steps_kept(folder, spec), [read_task(folder, spec)]
    if spec.network.draw_data:  # inputs drawn to measure on are each member's own
        tasks += [read_task(folder, spec, member) for member in range(1, spec.members)]
    if not steps:
        raise RunError(f"{folder} holds no networks yet")
    for step in steps[-1:] if last else steps:
        layers = read_moment(folder, spec, step)
        pairs = zip(layers["first"].double(), layers["readout"].double(), cycle(tasks))
        yield step, [TwoLayer(w.numpy(), a.numpy(), task, seed) for w, a, task in pairs]


def forget(folder: Path) -> None:
    """Remove what a training has reached; its request and data stay."""
    for path in (folder / STATE, *sorted((folder / COURSE).glob("*.safetensors"))):
        path.unlink(missing_ok=True)
    for part in folder.glob("**/.*.part"):
        os.unlink(part)
