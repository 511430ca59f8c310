"""Fourier modes of weights on tokens: how much of a neuron lies at each frequency."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from binodal.validate.measures.inputs import Array
from binodal.validate.measures.network import TwoLayer

NO_TOKENS = "inputs are no residues in their order: there are no frequencies"


def modes(network: TwoLayer) -> NDArray[np.complex128]:
    """u_k of every neuron and block: (N, blocks, P), u_n = sum_k u_k e^{-2 pi i k n/P}."""
    inputs = network.task.inputs
    return np.fft.ifft(network.first.reshape(-1, inputs.blocks, inputs.order), axis=2)


def powers(network: TwoLayer) -> Array:
    """Power of the frequencies k = 1..floor(P/2) in every neuron's blocks: (N, blocks, count).

    k and P - k are one frequency; the power is their sum, so that P times all powers and the
    constant's square is the block's square norm.
    """
    square = np.square(np.abs(modes(network)))
    order, half = square.shape[2], square.shape[2] // 2
    power = 2 * square[..., 1 : half + 1]
    if order % 2 == 0:
        power[..., -1] /= 2
    return np.asarray(power)
