"""Curves of an experiment: the law of q at each case, and the course of the losses in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from binodal.derive.theories import THEORIES
from binodal.experiments.parts import model_of

if TYPE_CHECKING:
    from binodal.numerics.parameters import Parameters
    from binodal.validate.compare.record import Record
    from binodal.validate.experiments.experiment import Case
    from binodal.validate.network_model import NetworkModel

Array = NDArray[np.float64]

POINTS = 60
"""Points of a stored curve."""

LAST_OVERLAP = 1.5
LAWS = {"sigma2", "data"}
"""Cases that vary one of these keep the law of the overlap."""


def curves_of(case: Case, record: Record) -> dict[str, Any]:
    """Named curves {x, y[, error]} of a finished case; most cases have none."""
    if not case.judged:
        return _course(case, record)
    has_law = case.spec.network.log_density is not None and LAWS & set(case.varied)
    return _law_of_overlap(case, record) if has_law else {}


def _law_of_overlap(case: Case, record: Record) -> dict[str, Any]:
    """log p(q) of networks (mean over data sets, jackknife-free standard error) and of theories."""
    network, parameters = case.spec.network, case.spec.parameters
    name = network.observables.density
    axis = record.axes[name]
    kept = np.unique(np.linspace(0, int((axis <= LAST_OVERLAP).sum()) - 1, POINTS).astype(int))
    density = record.unit_means(name)[:, kept]
    mean = density.mean(axis=0)
    error = density.std(axis=0, ddof=1) / np.sqrt(len(density))
    there = mean > 0
    curve = {
        "x": axis[kept][there].tolist(),
        "y": np.log(mean[there]).tolist(),
        "error": (error[there] / mean[there]).tolist(),
    }
    of_theories = _of_theories(case.name, parameters, network, axis[kept])
    return {f"{case.name} networks": curve} | of_theories


def _of_theories(
    name: str, parameters: Parameters, network: NetworkModel, places: Array
) -> dict[str, Any]:
    """log p(q) of both theories at finite size."""
    if network.log_density is None:
        return {}
    return {
        f"{name} {theory}": {
            "x": places.tolist(),
            "y": network.log_density(parameters, theory, places).tolist(),
        }
        for theory in THEORIES
    }


def laws_again(curves: Mapping[str, Any], cases: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The theories' curves of stored cases, at the stored places."""
    laws: dict[str, Any] = {}
    for case in cases:
        if f"{case['name']} derived" in curves:
            places = np.array(curves[f"{case['name']} derived"]["x"])
            laws |= _of_theories(case["name"], *model_of(case), places)
    return laws


def _course(case: Case, record: Record) -> dict[str, Any]:
    """What is followed in time against the step, averaged over networks; steps spaced in log."""
    from binodal.validate.compare.record import averaged

    count = record.values["train_loss"].shape[1]
    kept = np.unique(np.geomspace(1, count, POINTS).astype(int)) - 1
    steps = ((kept + 1) * case.spec.thin).tolist()
    courses = {}
    for name in case.spec.network.observables.course:
        values = averaged(record.values[name], record.units)[:, kept]
        courses[f"{case.name} {name}"] = {
            "x": steps,
            "y": values.mean(axis=0).tolist(),
            "error": (values.std(axis=0, ddof=1) / np.sqrt(len(values))).tolist(),
        }
    return courses
