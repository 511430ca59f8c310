"""Trainings under one question: how measures go in time while networks learn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

from binodal.validate.optimizers.folder import is_training
from binodal.validate.optimizers.spec import OptimizerSpec
from binodal.validate.optimizers.train import train


@dataclass(frozen=True)
class Training:
    """One training of an experiment; those of one ``group`` differ by their seed alone.

    ``looked_at``: its curves were seen when the rule of an onset was chosen.
    """

    name: str
    group: str
    spec: OptimizerSpec
    looked_at: bool = False


@dataclass(frozen=True)
class InTime:
    """A question to networks in training; ``trainings`` lists them at an effort (1: as stored)."""

    name: str
    title: str
    question: str
    trainings: Callable[[Fraction], Iterable[Training]]


def trained(
    experiment: InTime,
    folder: Path,
    effort: Fraction,
    anew: bool,
    say: Callable[[str, int], None],
) -> Iterator[tuple[Training, Path]]:
    """Every training with its folder below ``folder``/experiment; with ``anew`` false, those done.

    ``say`` is told the training and the steps since it was last told. Raises what
    :func:`binodal.validate.optimizers.train.train` raises; finished ones stay.
    """
    for training in experiment.trainings(effort):
        place = folder / experiment.name / training.name
        if anew:
            place.parent.mkdir(parents=True, exist_ok=True)
            train(
                training.spec,
                place,
                resume=is_training(place),
                report=partial(say, training.name),
            )
        if is_training(place):
            yield training, place
