"""Networks of the width that a course is about, beside its curves."""

from __future__ import annotations

from typing import Any

import numpy as np

from binodal.errors import RequestError
from binodal.extras import experiment_errors
from binodal.models.protocol import Model
from binodal.numerics.dynamics.course import Course, Tell
from binodal.numerics.parameters import Parameters

_MOMENTS = 16


def beside(
    of: Model, parameters: Parameters, course: Course, count: int, seed: int, tell: Tell
) -> dict[str, Any]:
    """Means over ``count`` networks with standard errors, and how far the curves are away.

    ``away`` is the largest distance over all moments, in units of both errors. Raises RequestError
    for a model whose curves networks do not measure.
    """
    if not course.measured:
        raise RequestError(f"{of.name}: networks in time are not available for this model")
    with experiment_errors("networks in time"):
        from binodal.validate.fast_readouts import followed

        picked = np.unique(np.linspace(0, len(course.times) - 1, _MOMENTS).round().astype(int))
        times, step = course.times[picked], float(course.numbers["shortest_step"])
        network = of.offer("network")
        networks = followed(network, parameters, course.measured, times, step, count, seed, tell)
    curves: dict[str, Any] = {}
    away = {}
    for name, values in networks.items():
        mean, error = values.mean(1), values.std(1, ddof=1) / np.sqrt(count)
        own = course.curves[name]
        both = np.hypot(error, own.errors[picked])
        off = np.abs(mean - own.values[picked])
        away[name] = float(np.divide(off, both, out=np.zeros_like(off), where=both > 0).max())
        curves[name] = {"values": mean.tolist(), "errors": error.tolist()}
    return {"count": count, "time": times.tolist(), "curves": curves, "away": away}
