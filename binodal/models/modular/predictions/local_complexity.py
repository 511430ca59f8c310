"""Local complexity of neurons that are drawn from the derived law, over frames that are drawn."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from binodal.models.modular.predictions.neuron_average import drawn
from binodal.validate.measures.definitions.local_complexity import RADIUS, frame

_NEURONS, _FIELDS, _FRAMES = 8000, 3_000_000, 8


def local_complexity(point: Mapping[str, float]) -> tuple[float, float]:
    """Neurons of N that change sign, and the standard error of one frame and of the draws."""
    order, width = int(point["P"]), point["N"]
    neurons = drawn(point, min(_NEURONS, _FIELDS // order**2), seed=0)
    weights = np.hstack((neurons.first, neurons.second))
    fields = np.abs(neurons.first[:, :, None] + neurons.second[:, None, :])
    rng = np.random.default_rng(0)
    crossed = []
    for _ in range(_FRAMES):
        reach = RADIUS * np.abs(weights @ frame(rng, 2 * order)).max(axis=1)
        crossed.append((fields < reach[:, None, None]).mean(axis=(1, 2)))
    values = width * np.array(crossed)
    chance = float(values.mean(axis=0).std()) / len(weights) ** 0.5
    return float(values.mean()), float(np.hypot(values.mean(axis=1).std(ddof=1), chance))
