"""Linear mapping number: how many linear maps the network is, by its segments between inputs."""

from __future__ import annotations

import numpy as np

from binodal.validate.measures.inputs import Array
from binodal.validate.measures.measure import RELABELLING, Measure, Value, known, undefined
from binodal.validate.measures.network import TwoLayer

MOST_INPUTS, POINTS = 48, 9
_ROUNDING = 1e-9


def linearity(network: TwoLayer, count: int = MOST_INPUTS) -> Array:
    """L_ij = R^2 of the output's linear regression on t along (1 - t) x_i + t x_j; L_ii = 1.

    Over all outputs together; where the output does not change along a segment, it is linear.
    """
    total = network.task.inputs.count
    some = network.generator("linear_mapping_number").permutation(total)[:count]
    fields = network.fields(np.sort(some))
    times = np.linspace(0, 1, POINTS)
    matrix = np.eye(len(some))
    for i in range(len(some) - 1):
        start, ends = fields[:, i, None, None], fields[:, i + 1 :, None]
        between = start + times * (ends - start)
        output = network.output(between.reshape(network.neurons, -1))
        matrix[i, i + 1 :] = _explained(output.reshape(-1, POINTS, output.shape[1]), times)
    return matrix + np.triu(matrix, 1).T


def _explained(output: Array, times: Array) -> Array:
    """R^2 of every segment: outputs (segments, POINTS, O)."""
    away, time = output - output.mean(axis=1, keepdims=True), times - times.mean()
    slope = np.einsum("stp,t->sp", away, time)
    explained = np.square(slope).sum(axis=1) / np.square(time).sum()
    whole = np.square(away).sum(axis=(1, 2))
    still = whole <= _ROUNDING**2 * np.square(output).sum(axis=(1, 2))
    return np.where(still, 1.0, explained / np.where(still, 1.0, whole))


def _number(network: TwoLayer) -> Value:
    matrix = linearity(network)
    shares = np.linalg.eigvalsh(matrix) / len(matrix)
    if shares[0] < -_ROUNDING:
        return undefined(
            f"L has negative eigenvalues (the least share is {shares[0]:.2g}): it has no entropy"
        )
    shares = shares[shares > 0]
    return known(float(np.exp(-(shares * np.log(shares)).sum())))


MEASURES = (
    Measure(
        "linear_mapping_number",
        "exp of the von Neumann entropy of L/n, L_ij the R^2 of a linear regression of the output "
        "along the segment from x_i to x_j",
        "Liu, Zhong and Tegmark 2023, arXiv 2310.05918",
        f"{MOST_INPUTS} inputs drawn at random (all, if there are fewer)",
        "output",
        f"{POINTS} points a segment, ends included; all outputs in one R^2; undefined where L is "
        "not positive semidefinite",
        _number,
        broken_by=(RELABELLING,),
        quadratic=True,
        unpredicted="an entropy of one network's matrix: no average over the law of one neuron",
    ),
)
