"""Activation sparsity: the share of hidden units that are nearly silent."""

from __future__ import annotations

import numpy as np

from binodal.validate.measures.measure import SCALE, Measure, Value, mean_over_neurons
from binodal.validate.measures.network import TwoLayer

THRESHOLD = 0.01
"""tau: a convention; the source varies it."""


def _sparsity(network: TwoLayer) -> Value:
    silent = np.zeros(network.neurons)
    for part in network.parts():
        silent += (np.abs(network.activations(network.fields(part))) < THRESHOLD).sum(axis=1)
    return mean_over_neurons(silent / network.task.inputs.count)


MEASURES = (
    Measure(
        "sparsity",
        f"share of activations |phi(w_i.x)| below tau = {THRESHOLD}, over inputs and neurons",
        "Golechha 2024, arXiv 2405.12755",
        "all inputs",
        "hidden",
        "the modulus, as phi may be negative (ReLU in the source, without it); tau is a convention",
        _sparsity,
        broken_by=(SCALE,),
    ),
)
