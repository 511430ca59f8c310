"""From a record of draws to measured observables with error bars and the state of their chains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from validate.compare.measurement import Measurement
from validate.compare.record import Array, Record
from validate.compare.step_bias import StepBias, step_bias
from validate.compare.uncertainty import Statistic, jackknife, shares
from validate.diagnostics import diagnose, effective_draws, objection

SCALARS = {
    "teacher-student": ("b", "c", "t5", "t7", "q2"),
    "modular": ("a", "x2", "lambda", "x", "x4", "pair"),
}
"""Means of stored quantities that theories predict."""

STATED = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Values of q at which the law is compared, each moved to the nearest stored one."""

STEP = "the step's bias"
"""Where most of an error bar comes from when it is more than all the rest."""

_LEAST_UNITS = 8.0


def measurements(record: Record, model: str) -> list[Measurement]:
    """Every observable of the model that the record holds; bins without any neuron are left out."""
    found = [_scalar(record, name) for name in SCALARS[model] if name in record.values]
    if "perp_sum" in record.values:
        occupied = record.values["perp_count"].sum(axis=(0, 1)) > 0
        found += [_perp2(record, int(index)) for index in np.flatnonzero(occupied)]
    if "density" in record.values:
        for index in stated_places(record):
            found += [_log_density(record, index), _typical_log_density(record, index)]
    return found


def stated_places(record: Record) -> list[int]:
    """Positions on the stored axis of q that are nearest to the stated values."""
    axis = record.axes["density"]
    return sorted({int(np.abs(axis - q).argmin()) for q in STATED})


def places(record: Record) -> list[float]:
    """The values of q at which log p(q) is compared."""
    if "density" not in record.values:
        return []
    return [float(record.axes["density"][index]) for index in stated_places(record)]


def _scalar(record: Record, name: str) -> Measurement:
    values = record.values[name]
    units = record.unit_means(name)
    mean, error = jackknife(float, units)
    draws = effective_draws(values)
    noise = np.divide(values.var(axis=1, ddof=1), draws, out=np.zeros(len(draws)), where=draws > 0)
    split = shares(record, name, noise)
    ess, rhat, problem = _state(record, name, values)
    found = Measurement(
        name, mean, error, units.size, ess, rhat, problem=problem, dominates=split.dominant
    )
    return _with_bias(found, step_bias(record, (name,)))


def _with_bias(found: Measurement, bias: StepBias) -> Measurement:
    """A measurement with its share of the step's bias; without a known one it is not judged."""
    larger = bool(np.hypot(bias.value, bias.error) > found.stderr)
    return replace(
        found,
        bias=bias.value,
        bias_error=bias.error,
        problem=found.problem or bias.problem,
        dominates=STEP if larger else found.dominates,
    )


def _state(record: Record, name: str, values: Array) -> tuple[float, float, str]:
    """Effective draws over all members, nested R-hat, and what a run's verdict would object."""
    found = diagnose(values, record.data_sets, record.start_labels)
    return found.ess, found.rhat, objection(name, found, record.lost)


def _derived(
    record: Record,
    observable: str,
    at: float,
    statistic: Statistic,
    samples: Sequence[Array],
    series: Array,
    carried: Array,
    bias: StepBias,
) -> Measurement:
    """A function of units' means; ``carried`` (units,) is the weight with which a unit counts."""
    ess, rhat, problem = _state(record, f"{observable} at {at:.3g}", series)
    total = float(carried.sum())
    effective = total**2 / float(np.square(carried).sum()) if total > 0 else 0.0
    if effective < _LEAST_UNITS:
        problem = problem or (
            f"carried by {effective:.2g} of {carried.size} independent units: no error bar"
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        value, error = jackknife(statistic, *samples)
    logarithm = observable.startswith("log_")
    found = Measurement(
        observable, value, error, carried.size, ess, rhat, at, problem, logarithm=logarithm
    )
    return _with_bias(found, bias)


def _ratio(top: Array, bottom: Array) -> float:
    return float(top / bottom) if bottom > 0 else float("nan")


def _log(mean: Array) -> float:
    return float(np.log(mean)) if mean > 0 else float("nan")


def _perp2(record: Record, index: int) -> Measurement:
    """Mean of |w_perp|^2 over the neurons of one bin of |q|."""
    top, bottom = (record.unit_means(name)[:, index] for name in ("perp_sum", "perp_count"))
    at = float(record.axes["perp_sum"][index])
    series = record.values["perp_count"][:, :, index]
    bias = step_bias(record, ("perp_sum", "perp_count"), _ratio, index)
    return _derived(record, "w_perp2", at, _ratio, (top, bottom), series, bottom, bias)


def _log_series(record: Record, index: int) -> Array:
    """Logarithms of the blocks' densities: R-hat is not made for heavy tails."""
    density = record.values["density"][:, :, index]
    return np.asarray(np.log(np.maximum(density, np.finfo(float).tiny)))


def _log_density(record: Record, index: int) -> Measurement:
    """log of p(q) averaged over everything: dominated by lucky data sets in the tails."""
    density = record.unit_means("density")[:, index]
    at = float(record.axes["density"][index])
    series = _log_series(record, index)
    bias = step_bias(record, ("density",), _log, index)
    return _derived(record, "log_density", at, _log, (density,), series, density, bias)


def _typical_log_density(record: Record, index: int) -> Measurement:
    """The mean over data sets of log p(q): what a typical data set shows."""
    density = record.unit_means("density")[:, index]
    with np.errstate(divide="ignore"):
        logs = np.log(density)
    at = float(record.axes["density"][index])
    series = _log_series(record, index)
    every = np.where(np.isfinite(logs), 1.0, 0.0)
    # A step that multiplies the density by 1 + e moves either logarithm by e.
    bias = step_bias(record, ("density",), _log, index)
    return _derived(record, "log_density_typical", at, float, (logs,), series, every, bias)
