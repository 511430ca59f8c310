"""Inverse participation ratio of a neuron's Fourier powers."""

from __future__ import annotations

import numpy as np

from binodal.validate.measures.definitions.gini import NO_POWER
from binodal.validate.measures.fourier import NO_TOKENS, powers
from binodal.validate.measures.measure import Measure, Value, mean_over_neurons, undefined
from binodal.validate.measures.network import TwoLayer


def _ipr(network: TwoLayer) -> Value:
    if not network.task.inputs.cyclic:
        return undefined(NO_TOKENS)
    power = powers(network)
    total = power.sum(axis=2)
    silent = int((total <= 0).any(axis=1).sum())
    if silent:
        return undefined(f"{NO_POWER} ({silent} of {network.neurons} neurons)")
    return mean_over_neurons((np.square(power).sum(axis=2) / np.square(total)).mean(axis=1))


MEASURES = (
    Measure(
        "ipr",
        "sum over frequencies of (|u_k|/|u|)^(2 r), r = 2, averaged over blocks and neurons: 1 for "
        "a neuron of one frequency, 1/K for equal power at K",
        "Gromov 2023, arXiv 2301.02679; Doshi et al. 2023, arXiv 2310.13061",
        "none",
        "first",
        "k = 1..P/2, k and P - k being one; no constant in u; over all P frequencies it is half",
        _ipr,
    ),
)
