"""Train networks by an optimiser into a folder; killed anywhere, the same command goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Protocol

from torch import Tensor

from binodal.numerics.interrupts import held
from binodal.validate.measures.network import Task
from binodal.validate.optimizers.descent import Descent
from binodal.validate.optimizers.feature_machine import FeatureMachine
from binodal.validate.optimizers.folder import (
    STATE,
    forget,
    is_training,
    moment_path,
    new_folder,
    read_moment,
    read_request,
    read_task,
)
from binodal.validate.optimizers.spec import MACHINE, OptimizerSpec
from binodal.validate.run.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from binodal.validate.run.errors import CheckpointError, RunError, RunStopped, resume_option
from binodal.validate.run.folder import environment, locked
from binodal.validate.run.posterior import require_device
from binodal.validate.run.spec import difference


class Learner(Protocol):
    """A training at some step, whose next one is the same whatever came between."""

    step_count: int

    @property
    def spec(self) -> OptimizerSpec:
        """What was asked."""

    @property
    def finite(self) -> bool:
        """Whether all weights are numbers."""

    def step(self) -> None:
        """One step."""

    def weights(self) -> dict[str, Tensor]:
        """Both layers of all members in main memory."""

    def tensors(self) -> dict[str, Tensor]:
        """All that the next step depends on."""

    def restore(self, step: int, tensors: Mapping[str, Tensor]) -> None:
        """Be as :meth:`tensors` said at a step."""


def learner(spec: OptimizerSpec, task: Task) -> Learner:
    """What a training asks for, at its start."""
    return (FeatureMachine if spec.optimizer == MACHINE else Descent)(spec, task)


CHECKPOINT_SECONDS = 30.0
Report = Callable[[int], None]


def train(
    spec: OptimizerSpec,
    folder: Path,
    *,
    resume: bool = False,
    report: Report = lambda steps: None,
    say: Callable[[str], None] = lambda line: None,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
) -> Path:
    """All steps of ``spec`` into ``folder``, which is left as it is when they are done.

    The same bits whatever interrupted it, on one machine with one version of torch. An unfinished
    training needs ``resume``; what is damaged is then trained again from the start, the same.
    ``report`` is told the steps done since it was last told.

    Raises:
        RunError: the request or the folder makes no sense.
        RunStopped: interrupted, or the weights are no numbers any more.
    """
    require_device(spec.device)
    if resume and not is_training(folder):
        raise RunError(f"{folder} holds no training that could be resumed")
    with locked(folder):
        if not is_training(folder):
            new_folder(folder, spec)
        descent = _standing(folder, spec, resume, say)
        if descent.step_count < spec.steps or not moment_path(folder, spec.steps).is_file():
            try:
                with held() as arrived:
                    _descend(descent, folder, report, checkpoint_seconds, arrived)
            except KeyboardInterrupt:
                raise RunStopped(
                    f"interrupted at step {descent.step_count} of {spec.steps}: {folder} is safe, "
                    f"and the same command with {resume_option()} goes on bit for bit"
                ) from None
    return folder


def _standing(
    folder: Path, spec: OptimizerSpec, resume: bool, say: Callable[[str], None]
) -> Learner:
    """The networks where the folder has them. Raises :class:`RunError` for another request."""
    request = read_request(folder)
    differs = difference(request.get("spec", {}), spec.document())
    if differs:
        raise RunError(f"{folder} holds another training ({differs}): give another folder")
    begun = (folder / STATE).is_file()
    descent = learner(spec, read_task(folder, spec))
    try:
        if begun:
            _restore(descent, folder)
    except (RunError, CheckpointError) as error:
        if not resume:
            raise RunError(f"{error}: {resume_option()} trains it again") from error
        say(f"{error}: trained again from the start")
        forget(folder)
        descent = learner(spec, read_task(folder, spec))
    if begun and not resume and descent.step_count < spec.steps:
        raise RunError(f"{folder} holds this training, not finished: go on with {resume_option()}")
    changed = difference(request.get("environment", {}), environment())
    if changed and descent.step_count < spec.steps:
        raise RunError(f"{folder} was begun in another environment ({changed}): start anew")
    return descent


def _restore(descent: Learner, folder: Path) -> None:
    """Go to the stored state, whose course so far must be there too."""
    saved = read_checkpoint(folder / STATE)
    if saved.facts.get("run") != descent.spec.digest:
        raise RunError(f"{folder / STATE} belongs to another training")
    step = int(saved.facts["step"])
    for moment in descent.spec.moments:
        if moment <= step:
            read_moment(folder, descent.spec, moment)
    descent.restore(step, saved.tensors)


def _descend(
    descent: Learner, folder: Path, report: Report, seconds: float, arrived: list[int]
) -> None:
    """Step to the end; networks are kept at every moment, the state now and then."""
    spec, told, saved = descent.spec, descent.step_count, monotonic()
    moments = set(spec.moments)
    while True:
        step = descent.step_count
        if step in moments:
            _require_finite(descent, folder)
            facts = {"run": spec.digest, "step": step}
            write_checkpoint(moment_path(folder, step), Checkpoint(descent.weights(), facts))
            report(step - told)
            told = step
        if step == spec.steps or arrived or step == 0 or monotonic() > saved + seconds:
            _save(descent, folder)
            saved = monotonic()
        if step == spec.steps or arrived:
            return
        descent.step()


def _save(descent: Learner, folder: Path) -> None:
    facts = {"run": descent.spec.digest, "step": descent.step_count}
    write_checkpoint(folder / STATE, Checkpoint(descent.tensors(), facts))


def _require_finite(descent: Learner, folder: Path) -> None:
    if not descent.finite:
        raise RunStopped(
            f"the weights diverged before step {descent.step_count}: take a smaller learning rate; "
            f"networks up to then are in {folder}"
        )
