"""Curves of an experiment: the law of q at each case, and the course of the losses in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from binodal.experiments.parts import case_parameters

if TYPE_CHECKING:
    from binodal.numerics.parameters import Parameters
    from binodal.validate.compare.record import Record
    from binodal.validate.experiments.experiment import Case

Array = NDArray[np.float64]

POINTS = 60
"""Points of a stored curve."""

LAST_OVERLAP = 1.5
LAWS = {"sigma2", "data"}
"""Cases that vary one of these keep the law of the overlap."""


def curves_of(case: Case, record: Record) -> dict[str, Any]:
    """Named curves {x, y[, error]} of a finished case; most cases have none."""
    if case.spec.model != "teacher-student":
        return {}
    if not case.judged:
        return _course(case, record)
    return _law_of_overlap(case, record) if LAWS & set(case.varied) else {}


def _law_of_overlap(case: Case, record: Record) -> dict[str, Any]:
    """log p(q) of networks (mean over data sets, jackknife-free standard error) and of theories."""
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
    return found | _of_theories(case.name, case.spec.parameters, axis[kept])


def _of_theories(name: str, parameters: Parameters, places: Array) -> dict[str, Any]:
    """log p(q) of both theories at finite d."""
    from binodal.models.teacher_student.predictions.rows import solved

    floats = {key: float(value) for key, value in parameters.items()}
    laws = {t: solved(floats, t).joint.log_density(places) for t in ("published", "derived")}
    return {
        f"{name} {theory}": {"x": places.tolist(), "y": np.asarray(law).tolist()}
        for theory, law in laws.items()
    }


def laws_again(curves: Mapping[str, Any], cases: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The theories' curves of stored cases, at the stored places."""
    found: dict[str, Any] = {}
    for case in cases:
        if f"{case['name']} derived" in curves:
            places = np.array(curves[f"{case['name']} derived"]["x"])
            found |= _of_theories(case["name"], case_parameters(case), places)
    return found


def _course(case: Case, record: Record) -> dict[str, Any]:
    """Training and test loss against the step, averaged over networks; steps spaced in log."""
    from binodal.validate.compare.record import averaged

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
