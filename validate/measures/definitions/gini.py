"""Gini coefficient of Fourier powers, within a neuron and over the network."""

from __future__ import annotations

import numpy as np

from binodal.validate.measures.fourier import NO_TOKENS, powers
from binodal.validate.measures.inputs import Array
from binodal.validate.measures.measure import Measure, Value, known, mean_over_neurons, undefined
from binodal.validate.measures.network import TwoLayer

NO_POWER = "without power at any frequency there are no shares of it"


def gini(values: Array) -> Array:
    """mean |x_i - x_j| over all pairs / (2 mean x), along the last axis.

    Of sorted x it is sum_i (2 i - K - 1) x_i/(K sum x), i from 1.

    >>> gini(np.array([0.0, 0.0, 0.0, 1.0])).item()
    0.75
    """
    count = values.shape[-1]
    weights = 2 * np.arange(1, count + 1) - count - 1
    ordered = np.sort(values, axis=-1)
    return np.asarray((ordered * weights).sum(-1) / (count * ordered.sum(-1)))


def _within(network: TwoLayer) -> Value:
    if not network.task.inputs.cyclic:
        return undefined(NO_TOKENS)
    power = powers(network)
    silent = int((power.sum(axis=2) <= 0).any(axis=1).sum())
    if silent:
        return undefined(f"{NO_POWER} ({silent} of {network.neurons} neurons)")
    return mean_over_neurons(gini(power).mean(axis=1))


def _over(network: TwoLayer) -> Value:
    if not network.task.inputs.cyclic:
        return undefined(NO_TOKENS)
    total = powers(network).sum(axis=(0, 1))
    return known(float(gini(total))) if total.sum() > 0 else undefined(NO_POWER)


_SOURCE = "Hurley and Rickard 2009; as used by Nanda et al. 2023 and Doshi et al. 2023"
_POWER = "power |u_k|^2, not amplitude; k = 1..P/2, k and P - k being one; no constant"
MEASURES = (
    Measure(
        "gini_neuron",
        "Gini coefficient of a neuron's power over frequencies, averaged over blocks and neurons: "
        "1 - 1/K for a neuron of one frequency among K",
        _SOURCE,
        "none",
        "first",
        _POWER,
        _within,
    ),
    Measure(
        "gini_network",
        "Gini coefficient over frequencies of the power of all neurons together: 0 where every "
        "frequency has as much",
        _SOURCE,
        "none",
        "first",
        _POWER + "; both blocks together",
        _over,
        unpredicted="zero for infinitely many neurons; what is there at finite N is chance",
    ),
)
