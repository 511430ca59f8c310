"""The part of a network's output that depends on the sum of two tokens alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from binodal.validate.measures.inputs import Array, Whole, pairs
from binodal.validate.measures.measure import Value, known
from binodal.validate.measures.network import TwoLayer

NO_PAIRS = "inputs are no pairs of residues: no function of their sum can be told apart"


@dataclass(frozen=True)
class Parts:
    """Outputs of one kind on all pairs, each (P^2, O): their mean, functions of n + m at the key
    frequencies, and the rest."""

    constant: Array
    sums: Array
    rest: Array


def parts(network: TwoLayer) -> Parts | None:
    """The output on all pairs, taken apart; None where inputs are no pairs of tokens.

    f = f_0 + sum over k != 0 of the characters e^{2 pi i k (n + m)/P} + all others. The middle part
    is the average of f over the pairs of one sum, without its mean, or what it has at k and P - k
    of the network's key frequencies k, if there are any. Of tokens that are no residues it is the
    average over the pairs with one answer, which are one product.
    """
    inputs = network.task.inputs
    answered = network.task.classes and inputs.count == inputs.order**2
    return _parts(network) if inputs.blocks == 2 and (inputs.cyclic or answered) else None


@lru_cache(maxsize=1)
def _parts(network: TwoLayer) -> Parts:
    order = network.task.inputs.order
    everything = pairs(order)
    nothing = np.zeros((order**2, network.readout.shape[1]))
    task = replace(network.task, inputs=everything, targets=nothing, trained=None)
    whole = replace(network, task=task).outputs
    sums = everything.index.sum(axis=1) % order
    answer = sums if network.task.inputs.cyclic else network.task.answers
    by_sum = np.zeros((order, whole.shape[1]))
    np.add.at(by_sum, answer, whole)
    by_sum /= order
    constant = by_sum.mean(axis=0)
    modes = np.fft.fft(by_sum - constant, axis=0)
    if network.frequencies:
        keys = np.array([s * k for k in network.frequencies for s in (1, -1)]) % order
        modes[np.setdiff1d(np.arange(order), keys)] = 0
    kept = np.fft.ifft(modes, axis=0).real[answer]
    return Parts(np.broadcast_to(constant, whole.shape), kept, whole - constant - kept)


def loss_of(network: TwoLayer, kept: Array, chosen: Whole) -> Value:
    """The loss of outputs on all pairs (P^2, O), at chosen ones of the task's inputs."""
    task = network.task
    first, second = task.inputs.index[chosen].T
    return known(float(task.losses(kept[first * task.inputs.order + second], chosen).mean()))
