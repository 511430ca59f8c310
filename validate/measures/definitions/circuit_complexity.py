"""Approximate local circuit complexity: what is left when weights are set to zero at random."""

from __future__ import annotations

import numpy as np

from binodal.validate.measures.measure import Measure, Value, known
from binodal.validate.measures.network import TwoLayer

SHARE = 0.1


def masked(squares: float, outputs: float, share: float = SHARE) -> float:
    """Of the means of sum_i a_ip^2 phi_i^2 and of f_p^2 that of (f - f masked)^2.

    Each readout weight is zero with probability rho, independently. The change is
    sum_i (1 - m_ip) a_ip phi_i, of mean rho f_p and variance rho (1 - rho) sum_i a_ip^2 phi_i^2.
    """
    return share * (1 - share) * squares + share**2 * outputs


def removed(network: TwoLayer, share: float) -> float:
    """Mean over masks, inputs and outputs of (f - f masked)^2, exactly."""
    squares = np.square(network.readout)
    spread = sum(
        float((np.square(network.activations(network.fields(part))).T @ squares).sum())
        for part in network.parts()
    )
    outputs = float(np.square(network.outputs).mean())
    return masked(spread / network.outputs.size, outputs, share)


def _complexity(network: TwoLayer) -> Value:
    return known(removed(network, SHARE))


MEASURES = (
    Measure(
        "circuit_complexity",
        f"mean square change of the output when a share rho = {SHARE} of a layer's weights, at "
        "random, is set to zero",
        "Golechha 2024, arXiv 2405.12755; Prakash and Martin 2025, arXiv 2506.04434",
        "all inputs",
        "readout",
        "each weight by itself with probability rho, so that the mean over masks is exact; the "
        "mean square of outputs, not the divergence of their softmax",
        _complexity,
    ),
)
