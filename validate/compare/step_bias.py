"""What a sampler's step adds to a measured number: the bias of its law, as the run measured it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan

import numpy as np

from binodal.validate.compare.record import Array, Record
from binodal.validate.compare.uncertainty import Statistic, jackknife

_LEAST_COMPANIONS = 2


@dataclass(frozen=True)
class StepBias:
    """``value``: (what was measured) - (what an exact sampler would give); its standard ``error``,
    from the scatter between networks; ``problem``: why neither is known, or nothing.

    An exact sampler has none.
    """

    value: float = 0.0
    error: float = 0.0
    problem: str = ""


def step_bias(
    record: Record, names: Sequence[str], statistic: Statistic = float, place: int | None = None
) -> StepBias:
    """Of ``statistic`` of the means of the quantities ``names`` (at a ``place`` of their axis).

    statistic(m) - statistic(m - k) for means m over the run and biases k over the networks that
    measured theirs, each left out once for the error.
    """
    if not record.uncorrected:
        return StepBias()
    means = [record.unit_means(name).mean(axis=0) for name in names]
    biases = [record.step_bias.get(name, np.empty(0)) for name in names]
    if place is not None:
        means = [mean[place] for mean in means]
        biases = [bias[:, place] if bias.ndim == 2 else bias for bias in biases]
    known = min(bias.shape[0] for bias in biases)
    if known < _LEAST_COMPANIONS:
        return StepBias(nan, nan, _unknown(record.uncorrected, known))

    def shift(*bias: Array) -> float:
        own = statistic(*means)
        return own - statistic(*(m - b for m, b in zip(means, bias, strict=True)))

    with np.errstate(divide="ignore", invalid="ignore"):
        value, error = jackknife(shift, *biases)
    if isfinite(value) and isfinite(error):
        return StepBias(value, error)
    return StepBias(nan, nan, f"the bias of {record.uncorrected}'s step cannot be told here")


def _unknown(sampler: str, known: int) -> str:
    where = "on one network alone" if known else "in this run"
    return (
        f"the bias of {sampler}'s step was not measured {where}: finish the run, or train with "
        "--companions, or with --sampler hmc, which has none"
    )
