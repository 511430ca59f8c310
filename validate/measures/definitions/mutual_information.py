"""Mutual information between hidden layer and noisy output, of a Gaussian readout."""

from __future__ import annotations

import numpy as np

from binodal.validate.measures.measure import SCALE, Measure, Value, known, undefined
from binodal.validate.measures.network import TwoLayer


def _information(network: TwoLayer) -> Value:
    noise, spread = network.task.noise, network.task.spread
    if not (noise > 0 and spread > 0):
        return undefined("sigma^2 and sigma_a^2 are not given")
    seen, size = network.task.seen, network.task.size
    if network.task.trained is None and size:
        if size > len(seen):
            return undefined(f"{size} training inputs are not known, and {len(seen)} are drawn")
        seen = seen[:size]
    count = len(seen)
    if min(network.neurons, count) > _MOST:
        return undefined(f"more than {_MOST} neurons and inputs")
    features = network.activations(network.fields(seen))
    gram = features @ features.T if network.neurons < count else features.T @ features
    strength = spread / (network.neurons * noise)
    eigenvalues = np.linalg.eigvalsh(gram * strength)
    return known(float(np.log1p(np.maximum(eigenvalues, 0)).sum() / 2))


_MOST = 4000
MEASURES = (
    Measure(
        "mutual_information",
        "information between readout and noisy output given the first layer, one half sum over "
        "kernel eigenvalues of ln(1 + lambda_c/sigma^2)",
        "de Mello Koch and Ghosh 2025, arXiv 2504.12700",
        "training inputs; where they are not known all, or as many drawn ones",
        "hidden",
        "nats, of one output; noise of variance sigma^2 on it and the prior sigma_a^2/N of the "
        "readout: without noise, a map that merges no inputs has ln n whatever it learned",
        _information,
        broken_by=(SCALE,),
    ),
)
