"""Curves of an experiment: the law of q at each case, and the course of the losses in time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from validate.compare.record import Record
    from validate.experiments.experiment import Case

POINTS = 60
"""Points of a stored curve."""

LAST_OVERLAP = 1.5
LAWS = {"sigma2", "data"}
"""Cases that vary one of these keep the law of the overlap."""


def curves_of(done: Sequence[tuple[Case, Path]]) -> dict[str, Any]:
    """Named curves {x, y[, error]} of finished cases; a case without one adds none."""
    from validate.compare.load import load

    found: dict[str, Any] = {}
    for case, place in done:
        if case.spec.model != "teacher-student":
            continue
        if case.judged and LAWS & set(case.varied):
            found |= _law_of_overlap(case, load(place).record)
        if not case.judged:
            found |= _course(case, load(place).record)
    return found


def _law_of_overlap(case: Case, record: Record) -> dict[str, Any]:
    """log p(q) of networks (mean over data sets, jackknife-free standard error) and of theories."""
    from validate.theory.teacher_student import solved

    axis = record.axes["density"]
    kept = np.unique(np.linspace(0, int((axis <= LAST_OVERLAP).sum()) - 1, POINTS).astype(int))
    density = record.unit_means("density")[:, kept]
    mean = density.mean(axis=0)
    error = density.std(axis=0, ddof=1) / np.sqrt(len(density))
    there = mean > 0
    found = {
        f"{case.name} networks": {
            "x": axis[kept][there].tolist(),
            "y": np.log(mean[there]).tolist(),
            "error": (error[there] / mean[there]).tolist(),
        }
    }
    parameters = {name: float(value) for name, value in case.spec.parameters.items()}
    for theory in ("published", "derived"):
        law = solved(parameters, theory).joint.log_density(axis[kept])
        found[f"{case.name} {theory}"] = {"x": axis[kept].tolist(), "y": np.asarray(law).tolist()}
    return found


def _course(case: Case, record: Record) -> dict[str, Any]:
    """Training and test loss against the step, averaged over networks; steps spaced in log."""
    from validate.compare.record import averaged

    count = record.values["train_loss"].shape[1]
    kept = np.unique(np.geomspace(1, count, POINTS).astype(int)) - 1
    steps = ((kept + 1) * case.spec.thin).tolist()
    found = {}
    for name in ("train_loss", "test_loss", "q2"):
        values = averaged(record.values[name], record.units)[:, kept]
        found[f"{case.name} {name}"] = {
            "x": steps,
            "y": values.mean(axis=0).tolist(),
            "error": (values.std(axis=0, ddof=1) / np.sqrt(len(values))).tolist(),
        }
    return found
