"""The experiments there are, by name, with the cases of every model that takes part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from binodal.models.registry import model, names

if TYPE_CHECKING:
    from binodal.validate.experiments.experiment import Case, Experiment
    from binodal.validate.experiments.in_time import InTime
    from binodal.validate.experiments.trial import Trial


def experiment_names() -> tuple[str, ...]:
    """What can be asked of networks in equilibrium.

    >>> "overlap-law" in experiment_names()
    True
    """
    return tuple(dict.fromkeys(name for of in names() for name in model(of).experiments))


def course_names() -> tuple[str, ...]:
    """What can be asked of networks in training.

    >>> course_names()
    ('measures-in-time',)
    """
    return tuple(dict.fromkeys(name for of in names() for name in model(of).courses))


def trial_names() -> tuple[str, ...]:
    """What can be asked of networks that all train at once.

    >>> trial_names()[:3]
    ('completion-times', 'decay-times', 'escape-times')
    """
    return tuple(sorted({name for of in names() for name in model(of).trials}))


def trial_of(name: str) -> Trial:
    """An experiment on networks that all train at once."""
    trials = (model(of).trials.get(name) for of in names())
    return next(load() for load in trials if load is not None)


def course_of(name: str) -> InTime:
    """An experiment on networks in training."""
    courses = (model(of).courses.get(name) for of in names())
    return next(load() for load in courses if load is not None)


def experiment_of(name: str) -> Experiment:
    """An experiment; models that ask one question have their cases one after another."""
    offers = (model(of).experiments.get(name) for of in names())
    parts: list[Experiment] = []
    for part in (load() for load in offers if load is not None):
        if part not in parts:
            parts.append(part)
    return replace(parts[0], cases=partial(_cases, parts))


def _cases(parts: Sequence[Experiment], effort: Fraction) -> tuple[Case, ...]:
    return tuple(case for part in parts for case in part.cases(effort))
