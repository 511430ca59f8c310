"""Local complexity: how many neurons change sign in a small neighbourhood of an input."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from binodal.validate.measures.measure import (
    EXCHANGE,
    RELABELLING,
    Measure,
    Value,
    mean_over_neurons,
)
from binodal.validate.measures.network import TwoLayer

RADIUS, DIRECTIONS = 0.005, 25


def frame(rng: np.random.Generator, dimension: int) -> NDArray[np.float64]:
    """Random orthonormal directions (D, 25), or as many as there are."""
    random = rng.standard_normal((dimension, min(DIRECTIONS, dimension)))
    return np.asarray(np.linalg.qr(random)[0])


def _complexity(network: TwoLayer) -> Value:
    of = frame(network.generator("local_complexity"), network.weights.shape[1])
    reach = RADIUS * np.abs(network.weights @ of).max(axis=1)
    crossed = np.zeros(network.neurons)
    for part in network.parts():
        crossed += (np.abs(network.fields(part)) < reach[:, None]).sum(axis=1)
    return mean_over_neurons(crossed / network.task.inputs.count * network.neurons)


MEASURES = (
    Measure(
        "local_complexity",
        "mean over inputs of the number of neurons whose pre-activation changes sign over the "
        f"vertices x +- r e_j of a cross-polytope, r = {RADIUS}, on an orthonormal frame",
        "Humayun, Balestriero and Baraniuk 2024, arXiv 2402.15555",
        "all inputs",
        "first",
        f"a random frame of {DIRECTIONS} directions (all, if there are fewer), one for all inputs; "
        "kinks at w.x = 0, which a smooth activation does not have",
        _complexity,
        broken_by=(RELABELLING, EXCHANGE),
    ),
)
