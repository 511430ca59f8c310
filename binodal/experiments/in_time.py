"""From trainings to a small summary: onsets of every measure, and how often the rule is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from binodal.experiments.parts import rounded_values
from binodal.version import VERSION

if TYPE_CHECKING:
    from binodal.validate.experiments.in_time import InTime, Training
    from binodal.validate.onsets.courses import Course

Say = Callable[[str, int], None]

ALARM_CURVES = 1000
_DRAWN = ("train_accuracy", "test_accuracy")
_SHOWN = 3
"""Trainings of a group whose accuracies are kept."""


def in_time_summary(
    experiment: InTime, folder: Path, effort: Fraction, anew: bool, say: Say
) -> dict[str, Any]:
    """Everything worth keeping of the trainings in ``folder``/experiment, trained first if
    ``anew``.

    ``missing`` names those that are not finished. Numbers are rounded to six digits.
    """
    from binodal.validate.experiments.in_time import trained
    from binodal.validate.onsets.courses import read_course
    from binodal.validate.onsets.rule import WORDS

    names = [training.name for training in experiment.trainings(effort)]
    runs = trained(experiment, folder, effort, anew, say)
    done = {training.name: (training, place) for training, place in runs}
    courses = [read_course(training, place) for training, place in done.values()]
    looked_at, learners = (
        _by_learner([course for course in courses if course.training.looked_at is kind])
        for kind in (True, False)
    )
    kept: dict[str, Any] = rounded_values(
        {
            "experiment": experiment.name,
            "title": experiment.title,
            "question": experiment.question,
            "rule": WORDS,
            "settings": {},
            "cases": [],
            "fits": [],
            "curves": _curves(learners),
            "onsets": [
                row
                for name, own in learners.items()
                for row in _onsets(name, own, looked_at.get(name, ()))
            ],
            "ends": [row for name, own in learners.items() for row in _ends(name, own)],
            "first_accuracy": _first_accuracy(learners),
            "alarms": [row for name, own in learners.items() for row in _alarms(name, own)],
            "missing": [name for name in names if name not in done],
            "provenance": _provenance([training for training, _ in done.values()], done),
        }
    )
    return kept


def _by_learner(courses: Sequence[Course]) -> dict[str, list[Course]]:
    by_learner: dict[str, list[Course]] = {}
    for course in courses:
        by_learner.setdefault(course.training.spec.optimizer, []).append(course)
    return by_learner


def _resolution(learner: str) -> float:
    """How far apart moments lie in the courses' coordinate."""
    from binodal.validate.optimizers.spec import MACHINE, PER_DECADE

    return 1.0 if learner == MACHINE else log(10) / PER_DECADE


def _onsets(
    learner: str, courses: Sequence[Course], looked_at: Sequence[Course]
) -> list[dict[str, Any]]:
    """A row a measure: its lag and verdict, or why it has no curve.

    ``looked_at`` are the trainings whose curves were seen when the rule was chosen: their verdict
    stands beside.
    """
    from binodal.validate.onsets.courses import REFERENCE
    from binodal.validate.onsets.verdict import lag
    from binodal.validate.optimizers.spec import MACHINE

    names = list(dict.fromkeys(name for c in courses for name in (*c.curves, *c.silent)))
    told = [name for name in names if name != REFERENCE]
    rows = []
    for name in told:
        measured = lag(courses, name, _resolution(learner), len(told))
        why = next((c.silent[name] for c in courses if name in c.silent), "")
        of = {"learner": learner, "linear": learner == MACHINE, "measure": name}
        first = lag(looked_at, name, _resolution(learner), len(told)).verdict
        rows.append({**of, **_plain(measured), "why": why, "at_first": first})
    return rows


def _plain(number: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(number).items() if name != "name"}


def _ends(learner: str, courses: Sequence[Course]) -> list[dict[str, Any]]:
    """Of every measure the mean at the end, and the largest number at any moment that was read."""
    rows = []
    for generalises in (True, False):
        own = [course for course in courses if course.generalises is generalises]
        for name in dict.fromkeys(name for course in own for name in course.curves):
            curves = [course.curves[name] for course in own if name in course.curves]
            ends = np.array([curve[-1] for curve in curves])
            spread = ends.std(ddof=1) / np.sqrt(len(ends)) if len(ends) > 1 else None
            row = {"learner": learner, "measure": name, "generalises": generalises}
            average = {"mean": float(ends.mean()), "stderr": spread, "count": len(ends)}
            largest = max(float(curve.max()) for curve in curves)
            rows.append({**row, **average, "largest": largest})
    return rows


def _first_accuracy(learners: Mapping[str, Sequence[Course]]) -> float | None:
    """The largest test accuracy of a machine before the first step of its metric."""
    from binodal.validate.onsets.courses import REFERENCE
    from binodal.validate.optimizers.spec import MACHINE

    accuracies = [c.curves[REFERENCE][0] for c in learners.get(MACHINE, ()) if c.steps[0] == 0]
    return float(max(accuracies)) if accuracies else None


def _alarms(learner: str, courses: Sequence[Course]) -> list[dict[str, Any]]:
    """How often the rule sees an onset where there is none, at the usual number of moments."""
    from binodal.validate.onsets.rule import false_alarms

    length = int(np.median([len(course.steps) for course in courses]))
    rates = false_alarms(length, ALARM_CURVES, 0)
    rows = [(kind, rate, ALARM_CURVES) for kind, rate in rates.items()]
    shuffles = [seen for c in courses for seen in c.shuffled.values()]
    rows.append(("the measured curves, shuffled in time", float(np.mean(shuffles)), len(shuffles)))
    flat = [c.onsets[n] is not None for c in courses if not c.generalises for n in c.onsets]
    if flat:
        rows.append(("trainings that do not generalise", float(np.mean(flat)), len(flat)))
    return [
        {"learner": learner, "curves": kind, "rate": rate, "of": of, "points": length}
        for kind, rate, of in rows
    ]


def _curves(learners: Mapping[str, Sequence[Course]]) -> dict[str, Any]:
    """Accuracies of a few trainings of every group, as they were read."""
    courses: list[Course] = []
    for course in (course for own in learners.values() for course in own):
        if [c.training.group for c in courses].count(course.training.group) < _SHOWN:
            courses.append(course)
    return {
        f"{course.training.group}, seed {course.training.spec.seed}, {name}": {
            "x": list(course.steps),
            "y": course.curves[name].tolist(),
        }
        for course in courses
        for name in _DRAWN
        if name in course.curves
    }


def _provenance(
    trainings: Sequence[Training], done: Mapping[str, tuple[Training, Path]]
) -> dict[str, Any]:
    from binodal.validate.optimizers.folder import read_request
    from binodal.validate.run.folder import environment

    made = [read_request(place)["environment"] for _, place in done.values()] or [environment()]
    digests = "".join(training.spec.digest for training in trainings)
    groups: dict[str, int] = {}
    for training in trainings:
        groups[training.group] = groups.get(training.group, 0) + 1
    return {
        "binodal": VERSION,
        "label": "measured",
        "environment": max(made, key=made.count),
        "trainings": groups,
        "requests": hashlib.sha256(digests.encode()).hexdigest()[:16],
    }
