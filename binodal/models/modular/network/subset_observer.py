"""Observables of a network on a subset: what it does on pairs that it saw and on the others."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import torch
from torch import Tensor

from binodal.models.modular.network.mean_output import mean_output
from binodal.models.modular.network.observer import ModularObserver
from binodal.models.modular.network.subset import SubsetNetwork
from binodal.validate.observable import Number, Quantity

SEEN_ALONE = {
    "a": "target part of the mean residual on the pairs seen, readout integrated out at fixed w",
    "a_direct": "projection of y - f on y over |y|^2 on the pairs seen, at the sampled readout",
    "train_loss": "mean of (y - f)^2 over the pairs seen and outputs",
    "train_accuracy": "share of the pairs seen whose largest output is the right residue",
}
_NEURONS = {
    "ipr": "sum_k |u_k|^4/(sum_k |u_k|^2)^2, k = 1..P/2, averaged over halves and neurons",
    "away": "share of neurons that have left the zero state: sum_k (|u_k| |v_k|)^3 > 2/gamma^(3/2)",
    "droplets": "share of those neurons of which one mode has more than half of that sum",
    "memorising": "share of those neurons of which no mode has: they are spread over the modes",
}
OTHERS = {
    "a_test": "a on the pairs that are not seen: 1 where the network says nothing of them",
    "test_loss": "mean of (y - f)^2 over the pairs that are not seen, and outputs",
    "test_loss_mean": "the same of the mean output, readout integrated out at fixed w",
    "test_accuracy": "share of the pairs that are not seen whose largest mean output is right",
}
_LEFT_OUT = ("defect", "accuracy")
EDGES = tuple(0.1 * k for k in range(31))
"""Of bins of sqrt(gamma) |u_k| |v_k|, where a ring at coexistence has sqrt(3) on all pairs."""


def quantities(whole: bool) -> dict[str, Quantity]:
    """What is measured on a subset, or on the ``whole``, beside the moments of weights."""
    named = SEEN_ALONE | _NEURONS | ({} if whole else OTHERS)
    centres = tuple((a + b) / 2 for a, b in pairwise(EDGES))
    law = Quantity("density of sqrt(gamma) max_k |u_k| |v_k|", ("size", centres), True)
    return {name: Quantity(meaning) for name, meaning in named.items()} | {"largest": law}


def neurons(
    powers: Tensor, joint: Tensor, cubes: Tensor, least: Tensor | float
) -> dict[str, Tensor]:
    """ipr, shares of neurons and ``largest``, by mode k > 0.

    From |u_k|^2 and |v_k|^2 (R, N, 2, modes), ``joint`` = sqrt(gamma) |u_k| |v_k|, and its
    ``cubes``, of k and -k together. A droplet has more than a share ``least`` of these in one mode.
    """
    total = cubes.sum(2, keepdim=True)
    away = total[..., 0] > 2
    single = (cubes > least * total).any(2)
    place = (joint.amax(2) / EDGES[1]).long()
    bins = len(EDGES) - 1
    held = joint.new_zeros(len(joint), bins + 1)
    held.scatter_add_(1, place.clamp_(max=bins), torch.ones_like(joint[..., 0]))
    shares = {"away": away, "droplets": away & single, "memorising": away & ~single}
    return {
        "ipr": (powers.square().sum(3) / powers.sum(3).square()).mean((1, 2)),
        "largest": held[:, :bins] / (joint.shape[1] * EDGES[1]),
        **{name: of.double().mean(1) for name, of in shares.items()},
    }


def of_pairs(values: Tensor, where: Tensor, among: Tensor | float = 1.0) -> Tensor:
    """The sum over some pairs, over a number of each member."""
    return (values * where).flatten(1).sum(1) / among


def outputs(network: SubsetNetwork, output: Tensor, mean: Tensor, whole: bool) -> dict[str, Tensor]:
    """:data:`SEEN_ALONE`, and :data:`OTHERS` where there are such, from the output and its mean."""
    targets, seen = network.targets.double(), network.seen.double()
    right = [of.argmax(1) == targets.argmax(0) for of in (mean, output)]
    count, squares = seen.sum((1, 2)), (targets.square() * seen).sum((1, 2))
    classes, pairs = targets.shape
    told = {
        "a": of_pairs((targets - mean) * targets, seen, squares),
        "a_direct": of_pairs((targets - output) * targets, seen, squares),
        "train_loss": of_pairs((targets - output).square(), seen, count * classes),
        "train_accuracy": of_pairs(right[1].double(), seen[:, 0], count),
    }
    if whole:
        return told
    others, left = 1 - seen, pairs - count
    rest = targets.square().sum() - squares
    return told | {
        "a_test": of_pairs((targets - mean) * targets, others, rest),
        "test_loss": of_pairs((targets - output).square(), others, left * classes),
        "test_loss_mean": of_pairs((targets - mean).square(), others, left * classes),
        "test_accuracy": of_pairs(right[0].double(), others[:, 0], left),
    }


class SubsetObserver(ModularObserver):
    """Those of all pairs, on the subset; with others that are not seen, what is said of them.

    A neuron has left the zero state past a ring at |u_k|^2 = |v_k|^2 = 1/sqrt(gamma), which on all
    pairs at coexistence lies between the barrier, 1/sqrt(3 gamma), and the minimum, sqrt(3/gamma).
    One that sees one pair has all modes equally: it memorises. ``largest`` is the law of the order
    parameter: of the largest mode of a neuron.
    Where it is not ``averaged``, the sampled readout stands for the average over it.
    """

    def __init__(self, parameters: Mapping[str, Number], averaged: bool = True) -> None:
        super().__init__(parameters)
        self.averaged = averaged
        self.gamma = float(parameters["gamma"])
        self.whole = round(float(parameters["data_fraction"]) * self.order**2) == self.order**2
        kept = {k: v for k, v in self._quantities.items() if k not in _LEFT_OUT}
        self._quantities = kept | quantities(self.whole)

    # Narrower than the base: an observer meets the one kind of network that it is made for.
    def _moments(self, network: SubsetNetwork, x: Tensor) -> dict[str, Tensor]:  # type: ignore[override]
        modes = torch.fft.rfft(network.split(x)[0].double(), dim=3, norm="forward")[..., 1:]
        counts = torch.full_like(modes[0, 0, 0].real, 2)
        if self.order % 2 == 0:
            counts[-1] = 1
        powers = modes.abs().square()
        joint = (powers[:, :, 0] * powers[:, :, 1]).sqrt() * self.gamma**0.5
        return super()._moments(network, x) | neurons(powers, joint, joint.pow(3) * counts, 0.5)

    # Narrower than the base: an observer meets the one kind of network that it is made for.
    def _outputs(self, network: SubsetNetwork, x: Tensor) -> dict[str, Tensor]:  # type: ignore[override]
        output = network.output(x).double()
        mean = mean_output(network, x) if self.averaged else output
        return outputs(network, output, mean, self.whole)
