"""Correlation traps: eigenvalues that stay outside the bulk when the weights are shuffled."""

from __future__ import annotations

import numpy as np

from binodal.validate.measures.measure import (
    EXCHANGE,
    PERMUTATION,
    RELABELLING,
    Measure,
    Value,
    known,
    undefined,
)
from binodal.validate.measures.network import TwoLayer
from binodal.validate.measures.spectrum import edge, eigenvalues


def _traps(network: TwoLayer, loose: bool) -> Value:
    weights = network.weights
    variance = float(np.square(weights).mean())
    if not variance > 0:
        return undefined("all weights are zero")
    shuffled = network.generator("correlation_traps").permutation(weights.ravel())
    limit = edge(weights.shape, variance)
    beyond = eigenvalues(shuffled.reshape(weights.shape)) > (limit.loose if loose else limit.chance)
    return known(float(beyond.sum()))


_SOURCE = "Prakash and Martin 2025, arXiv 2506.04434"
_ORDER = (RELABELLING, EXCHANGE, PERMUTATION)
_ONE = "eigenvalues of one permuted matrix: no average over the law of one neuron"
MEASURES = (
    Measure(
        "correlation_traps",
        "eigenvalues of W^T W, its entries permuted at random, beyond the Marchenko-Pastur edge "
        "and its fluctuation: a few large entries, or a mean",
        _SOURCE,
        "none",
        "first",
        "Tracy-Widom fluctuation, exceeded by chance once in a hundred; the mean square of all "
        "entries, none subtracted; one permutation",
        lambda network: _traps(network, False),
        broken_by=_ORDER,
        unpredicted=_ONE,
    ),
    Measure(
        "correlation_traps_loose",
        "the same with the fluctuation of the program WeightWatcher",
        f"{_SOURCE}; WeightWatcher 0.7, RMT_Util.py",
        "none",
        "first",
        "the square root of Q^(-1/2) edge^(2/3) M^(-2/3) beyond the edge of W^T W/N, which is not "
        "the scale of Tracy and Widom",
        lambda network: _traps(network, True),
        broken_by=_ORDER,
        unpredicted=_ONE,
    ),
)
