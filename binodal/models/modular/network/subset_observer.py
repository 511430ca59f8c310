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
        named = SEEN_ALONE | _NEURONS | ({} if self.whole else OTHERS)
        kept = {k: v for k, v in self._quantities.items() if k not in _LEFT_OUT}
        centres = tuple((a + b) / 2 for a, b in pairwise(EDGES))
        law = Quantity("density of sqrt(gamma) max_k |u_k| |v_k|", ("size", centres), True)
        of = {name: Quantity(meaning) for name, meaning in named.items()}
        self._quantities = kept | of | {"largest": law}

    # Narrower than the base: an observer meets the one kind of network that it is made for.
    def _moments(self, network: SubsetNetwork, x: Tensor) -> dict[str, Tensor]:  # type: ignore[override]
        return super()._moments(network, x) | self._neurons(network, x)

    def _neurons(self, network: SubsetNetwork, x: Tensor) -> dict[str, Tensor]:
        half = self.order // 2
        modes = torch.fft.rfft(network.split(x)[0].double(), dim=3, norm="forward")[..., 1:]
        powers = modes.abs().square()
        ipr = powers.square().sum(3) / powers.sum(3).square()
        joint = (powers[:, :, 0] * powers[:, :, 1]).sqrt() * self.gamma**0.5
        cubes = joint.pow(3) * 2
        if self.order % 2 == 0:
            cubes[..., half - 1] /= 2
        away = cubes.sum(2) > 2
        single = cubes.amax(2) > cubes.sum(2) / 2
        place = (joint.amax(2) / EDGES[1]).long()
        bins = len(EDGES) - 1
        counts = joint.new_zeros(len(x), bins + 1)
        counts.scatter_add_(1, place.clamp_(max=bins), torch.ones_like(joint[..., 0]))
        shares = {"away": away, "droplets": away & single, "memorising": away & ~single}
        return {
            "ipr": ipr.mean((1, 2)),
            "largest": counts[:, :bins] / (network.shape.N * EDGES[1]),
            **{name: of.double().mean(1) for name, of in shares.items()},
        }

    # Narrower than the base: an observer meets the one kind of network that it is made for.
    def _outputs(self, network: SubsetNetwork, x: Tensor) -> dict[str, Tensor]:  # type: ignore[override]
        targets, seen = network.targets.double(), network.seen.double()
        output = network.output(x).double()
        mean = mean_output(network, x) if self.averaged else output
        right = [of.argmax(1) == targets.argmax(0) for of in (mean, output)]
        count, squares = seen.sum((1, 2)), (targets.square() * seen).sum((1, 2))

        def of_pairs(values: Tensor, where: Tensor, among: Tensor) -> Tensor:
            return (values * where).flatten(1).sum(1) / among

        outputs = {
            "a": of_pairs((targets - mean) * targets, seen, squares),
            "a_direct": of_pairs((targets - output) * targets, seen, squares),
            "train_loss": of_pairs((targets - output).square(), seen, count * self.order),
            "train_accuracy": of_pairs(right[1].double(), seen[:, 0], count),
        }
        if self.whole:
            return outputs
        others, left = 1 - seen, self.order**2 - count
        whole = targets.square().sum() - squares
        return outputs | {
            "a_test": of_pairs((targets - mean) * targets, others, whole),
            "test_loss": of_pairs((targets - output).square(), others, left * self.order),
            "test_loss_mean": of_pairs((targets - mean).square(), others, left * self.order),
            "test_accuracy": of_pairs(right[0].double(), others[:, 0], left),
        }
