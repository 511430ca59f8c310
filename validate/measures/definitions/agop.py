"""Average gradient outer product, and its alignment with the weights' second moment."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from binodal.validate.measures.inputs import Array
from binodal.validate.measures.measure import Measure, Value, known, undefined
from binodal.validate.measures.network import TwoLayer
from binodal.validate.measures.sums import NO_PAIRS


@lru_cache(maxsize=1)
def agop(network: TwoLayer) -> Array:
    """G = (1/n) sum over inputs and outputs of grad f grad f^T, (D, D).

    grad f_p = sum_i a_ip phi'(w_i.x) w_i, so G = W^T (<phi' phi'^T> o A A^T) W.
    """
    slopes = np.zeros((network.neurons, network.neurons))
    for part in network.parts():
        slope = network.slopes(network.fields(part))
        slopes += slope @ slope.T
    pairs = slopes / network.task.inputs.count * (network.readout @ network.readout.T)
    return np.asarray(network.weights.T @ pairs @ network.weights)


def _trace(network: TwoLayer) -> Value:
    return known(float(np.trace(agop(network))))


def _alignment(network: TwoLayer) -> Value:
    gradient, weights = agop(network), network.weights.T @ network.weights
    sizes = np.linalg.norm(gradient) * np.linalg.norm(weights)
    if not sizes > 0:
        return undefined("the gradient or the weights are zero")
    return known(float((gradient * weights).sum() / sizes))


def _circulant(network: TwoLayer) -> Value:
    inputs = network.task.inputs
    if not inputs.cyclic or inputs.blocks != 2:
        return undefined(NO_PAIRS)
    order = inputs.order
    block = agop(network)[:order, order:]
    difference = np.subtract.outer(np.arange(order), np.arange(order)) % order
    by_difference = np.bincount(difference.ravel(), block.ravel()) / order
    spread = float(block.var())
    if not spread > (1e-12 * np.abs(agop(network)).max()) ** 2:
        return undefined("the block of G between the two tokens is constant")
    return known(float(by_difference.var()) / spread)


_SOURCE = "Radhakrishnan et al. 2022, arXiv 2212.13881; Mallinar et al. 2024, arXiv 2407.20199"
_QUOTIENT = "a quotient of squares of one network's matrices: no average over the law of one neuron"
MEASURES = (
    Measure(
        "agop_trace",
        "trace of the average gradient outer product G = (1/n) sum_x J^T J, J = df/dx",
        _SOURCE,
        "all inputs",
        "all",
        "summed over outputs",
        _trace,
    ),
    Measure(
        "agop_alignment",
        "cosine of G and W^T W, W the first layer, as matrices (neural feature ansatz)",
        _SOURCE,
        "all inputs",
        "all",
        "Frobenius product, nothing subtracted; the square root of G is not taken",
        _alignment,
        unpredicted=_QUOTIENT,
    ),
    Measure(
        "agop_circulant",
        "share of the variance of G's entries between the first token n and the second m that "
        "n - m decides: 1 for a circulant block, 1/(P + 1) by chance",
        "Mallinar et al. 2024, arXiv 2407.20199 (circulant deviation, what is left of 1)",
        "all inputs",
        "all",
        "a share, so that no scale of G is chosen; no root of G is taken",
        _circulant,
        unpredicted=_QUOTIENT,
    ),
)
