"""From a record of draws to measured observables with error bars and the state of their chains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from binodal.validate.compare.measurement import Measurement
from binodal.validate.compare.record import Array, Record, averaged
from binodal.validate.compare.skewed import LARGEST_SPREAD, LEAST_UNITS, too_skewed
from binodal.validate.compare.step_bias import StepBias, step_bias
from binodal.validate.compare.uncertainty import (
    Statistic,
    jackknife,
    jackknife_skewness,
    shares,
    skewness,
)
from binodal.validate.diagnostics import diagnose, effective_draws, objection
from binodal.validate.network_model import Observables

STEP = "the step's bias"
"""Where most of an error bar comes from when it is more than all the rest."""

_LEAST_UNITS = 8.0

_LARGEST_BIAS = 0.05
"""Of a logarithm, by its draws: the next order is smaller by as much again."""


def measurements(record: Record, observables: Observables) -> list[Measurement]:
    """Every observable that the record holds; bins without any neuron are left out."""
    measured = [_scalar(record, name) for name in observables.scalars if name in record.values]
    for name, (total, count) in observables.ratios.items():
        if total in record.values:
            occupied = record.values[count].sum(axis=(0, 1)) > 0
            measured += [
                _ratio_of(record, name, total, count, int(index))
                for index in np.flatnonzero(occupied)
            ]
    density = observables.density
    for index in stated_places(record, observables):
        measured.append(_log_density(record, density, index))
        measured.append(_typical_log_density(record, density, index))
    return measured


def stated_places(record: Record, observables: Observables) -> list[int]:
    """Positions on the stored axis of the density that are nearest to the stated values."""
    if observables.density not in record.values:
        return []
    axis = record.axes[observables.density]
    return sorted({int(np.abs(axis - place).argmin()) for place in observables.places})


def places(record: Record, observables: Observables) -> list[float]:
    """The values at which the logarithm of the density is compared."""
    stated = stated_places(record, observables)
    return [float(record.axes[observables.density][index]) for index in stated]


def _scalar(record: Record, name: str) -> Measurement:
    values = record.values[name]
    units = record.unit_means(name)
    mean, error = jackknife(float, units)
    draws = effective_draws(values)
    noise = np.divide(values.var(axis=1, ddof=1), draws, out=np.zeros(len(draws)), where=draws > 0)
    split = shares(record, name, noise)
    ess, rhat, problem = _state(record, name, values)
    shape = skewness(units)
    measurement = Measurement(
        name,
        mean,
        error,
        units.size,
        ess,
        rhat,
        problem=problem or _unjudged(units.size, shape),
        dominates=split.dominant,
        skewness=shape,
    )
    return _with_bias(measurement, step_bias(record, (name,)))


def _with_bias(measurement: Measurement, bias: StepBias) -> Measurement:
    """A measurement with its share of the step's bias; without a known one it is not judged."""
    larger = bool(np.hypot(bias.value, bias.error) > measurement.stderr)
    return replace(
        measurement,
        bias=bias.value,
        bias_error=bias.error,
        problem=measurement.problem or bias.problem,
        dominates=STEP if larger else measurement.dominates,
    )


def _unjudged(units: int, shape: float) -> str:
    """Why units so few or so skewed have no p-value, or nothing."""
    if units < LEAST_UNITS:
        return f"{units} independent units are too few: at least {LEAST_UNITS} have an error bar"
    if too_skewed(units, shape):
        return f"units too skewed for an error bar: skewness {shape:.2g} of {units}"
    return ""


def _state(record: Record, name: str, values: Array) -> tuple[float, float, str]:
    """Effective draws over all members, nested R-hat, and what a run's verdict would object."""
    diagnosis = diagnose(values, record.data_sets, record.start_labels)
    return diagnosis.ess, diagnosis.rhat, objection(name, diagnosis, record.lost)


def _derived(
    record: Record,
    observable: str,
    place: float,
    statistic: Statistic,
    samples: Sequence[Array],
    series: Array,
    carried: Array,
    bias: StepBias,
    objects: str = "",
) -> Measurement:
    """A function of units' means; ``carried`` (units,) is the weight with which a unit counts."""
    ess, rhat, problem = _state(record, f"{observable} at {place:.3g}", series)
    total = float(carried.sum())
    effective = total**2 / float(np.square(carried).sum()) if total > 0 else 0.0
    if effective < _LEAST_UNITS:
        problem = problem or (
            f"carried by {effective:.2g} of {carried.size} independent units: no error bar"
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        value, error = jackknife(statistic, *samples)
        shape = jackknife_skewness(statistic, *samples)
    problem = problem or objects or _unjudged(carried.size, shape)
    logarithm = observable.startswith("log_")
    measurement = Measurement(
        observable,
        value,
        error,
        carried.size,
        ess,
        rhat,
        place,
        problem,
        logarithm=logarithm,
        skewness=shape,
    )
    return _with_bias(measurement, bias)


def _ratio(top: Array, bottom: Array) -> float:
    return float(top / bottom) if bottom > 0 else float("nan")


def _log(mean: Array) -> float:
    return float(np.log(mean)) if mean > 0 else float("nan")


def _ratio_of(record: Record, name: str, total: str, count: str, index: int) -> Measurement:
    """Mean over the neurons of one bin: a sum over them, divided by their number."""
    top, bottom = (record.unit_means(part)[:, index] for part in (total, count))
    place = float(record.axes[total][index])
    series = record.values[count][:, :, index]
    bias = step_bias(record, (total, count), _ratio, index)
    return _derived(record, name, place, _ratio, (top, bottom), series, bottom, bias)


def _log_series(record: Record, name: str, index: int) -> Array:
    """Logarithms of the blocks' densities: R-hat is not made for heavy tails."""
    density = record.values[name][:, :, index]
    return np.asarray(np.log(np.maximum(density, np.finfo(float).tiny)))


def _log_density(record: Record, name: str, index: int) -> Measurement:
    """log of p(q) averaged over everything: dominated by lucky data sets in the tails."""
    density = record.unit_means(name)[:, index]
    place = float(record.axes[name][index])
    series = _log_series(record, name, index)
    empty = int((density <= 0).sum())
    if empty or density.size < 2:
        objects = f"no density on {empty} of {density.size} independent units"
    else:
        objects = uneven(float(np.log(density).std(ddof=1)))
    bias = step_bias(record, (name,), _log, index)
    return _derived(record, "log_density", place, _log, (density,), series, density, bias, objects)


def uneven(spread: float) -> str:
    """Why units whose logarithms have that ``spread`` have no mean to be judged, or nothing.

    Densities of units are lognormal, nearly: their logarithms tell how skewed they are.
    """
    if spread > LARGEST_SPREAD:
        return f"units differ by a factor e^{spread:.2g}, more than e: their mean has no error bar"
    return ""


def _typical_log_density(record: Record, name: str, index: int) -> Measurement:
    """The mean over data sets of log p(q): what a typical data set shows.

    The log of a mean over few draws is too small by half the mean's relative variance on average;
    that is added, and where it is more than :data:`_LARGEST_BIAS` nothing is judged.
    """
    density = record.unit_means(name)[:, index]
    lack = _log_lack(record, name, index)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(density) + lack
    place = float(record.axes[name][index])
    series = _log_series(record, name, index)
    every = np.where(np.isfinite(logs), 1.0, 0.0)
    empty = int((every == 0).sum())
    objects = f"no density on {empty} of {every.size} independent units" if empty else ""
    if not objects and lack.mean() > _LARGEST_BIAS:
        objects = f"too few draws: they move the mean of logarithms by {lack.mean():.2g}"
    # A step that multiplies the density by 1 + e moves either logarithm by e.
    bias = step_bias(record, (name,), _log, index)
    return _derived(
        record, "log_density_typical", place, float, (logs,), series, every, bias, objects
    )


def _log_lack(record: Record, name: str, index: int) -> Array:
    """(unit,): half the relative variance that draws leave in each unit's mean density."""
    density = record.values[name][:, :, index]
    draws = effective_draws(density)
    draws = np.where(draws > 0, draws, 1.0)
    spread = density.var(axis=1, ddof=1) if density.shape[1] > 1 else np.zeros(len(density))
    counts = np.bincount(record.units)
    variance = averaged(spread / draws, record.units) / counts
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(variance / np.square(averaged(density.mean(axis=1), record.units)) / 2)
