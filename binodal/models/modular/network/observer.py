"""Observables of a modular-addition network in the Fourier modes of its input weights."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType

import torch
from torch import Tensor

from binodal.derive.symbols import P, sigma_a2
from binodal.models.modular.derivations.closure import kernel_factor
from binodal.models.modular.network.network import QuadraticNetwork
from binodal.models.modular.network.residual import residual_parts
from binodal.numerics.codegen.load import compiled
from binodal.validate.observable import Number, Quantity

_SCALARS = {
    "a": "target part of the mean residual, readout integrated out at fixed w (Rao-Blackwell)",
    "a_direct": "projection of y - f on y over |y|^2 at the sampled readout",
    "x2": "mean of |u_k|^2 |v_k|^2 over neurons and k != 0",
    "x": "mean of (|u_k|^2 + |v_k|^2)/2 over neurons and k != 0",
    "x4": "mean of (|u_k|^4 + |v_k|^4)/2 over neurons and k != 0",
    "pair": "mean of |u_k|^2 |v_{k+1}|^2 over neurons, k and k+1 not 0",
    "lambda": "kernel eigenvalue of the target: its Rayleigh quotient, from |u_k|^2 |v_k|^2",
    "defect": "|Q y - lambda y|^2/(lambda |y|)^2: how far the target is from an eigenvector",
    "phase": "N |mean over neurons of e^{i arg u_k}|^2, averaged over k != 0: 1 if uniform",
    "accuracy": "share of pairs whose largest output is the right residue",
    "train_loss": "mean of (y - f)^2 over pairs and outputs",
}


class QuadraticObserver(ABC):
    """Quantities of weights and of outputs, each by a method of its own."""

    _quantities: dict[str, Quantity]

    @property
    def quantities(self) -> Mapping[str, Quantity]:
        """Names and meanings of what is measured."""
        return MappingProxyType(self._quantities)

    def measure(self, network: QuadraticNetwork, x: Tensor) -> dict[str, Tensor]:
        """All quantities at whitened coordinates x (R, D)."""
        measured = self._moments(network, x) | self._outputs(network, x)
        return {name: value.double().cpu() for name, value in measured.items()}

    @abstractmethod
    def _moments(self, network: QuadraticNetwork, x: Tensor) -> dict[str, Tensor]: ...

    @abstractmethod
    def _outputs(self, network: QuadraticNetwork, x: Tensor) -> dict[str, Tensor]: ...


class ModularObserver(QuadraticObserver):
    """Moments of modes, the target's residual and eigenvalue; every pair is training data.

    u_k is the inverse transform of the first half of w, v_k of the second. ``lambda`` equals
    sum_p y_p.Q y_p/|y|^2 for Q = (sigma_a^2/N) sum_i S_i S_i^T draw by draw, because a neuron's
    overlap with a character (k, k), k != 0, is 2 P u_k v_k.
    """

    def __init__(self, parameters: Mapping[str, Number]) -> None:
        self.order = int(parameters["P"])
        half = tuple(float(k) for k in range(1, self.order // 2 + 1))
        modes = Quantity("mean of |u_k|^2 |v_k|^2 over neurons, by k", ("k", half), True)
        self._quantities = {name: Quantity(meaning) for name, meaning in _SCALARS.items()}
        self._quantities["x2_by_mode"] = modes

    def _moments(self, network: QuadraticNetwork, x: Tensor) -> dict[str, Tensor]:
        modes = torch.fft.ifft(network.split(x)[0].double(), dim=3)[..., 1:]
        squares = modes.abs().square()
        u, v = squares[:, :, 0], squares[:, :, 1]
        joint = (u * v).mean(1)
        half = self.order // 2
        turns = (modes[:, :, 0] / modes[:, :, 0].abs().clamp_min(1e-300)).mean(1)
        factor = compiled("kernel_factor", {"factor": kernel_factor()}, (sigma_a2, P), "torch")
        scale = factor(network.shape.sigma_a2, float(self.order))[0]
        return {
            "x2": joint.mean(1),
            "x": squares.mean((1, 2, 3)),
            "x4": squares.square().mean((1, 2, 3)),
            "pair": (u[:, :, :-1] * v[:, :, 1:]).mean((1, 2)),
            "lambda": scale * joint.mean(1),
            "phase": network.shape.N * turns.abs().square().mean(1),
            "x2_by_mode": (joint[:, :half] + joint.flip(1)[:, :half]) / 2,
        }

    def _outputs(self, network: QuadraticNetwork, x: Tensor) -> dict[str, Tensor]:
        output = network.output(x)
        targets = network.targets.double()
        residual = targets - output.double()
        answer = targets.argmax(0)
        a, defect = residual_parts(network, x, [targets])
        return {
            "a": a[:, 0],
            "defect": defect[:, 0],
            "a_direct": (residual * targets).sum((1, 2)) / targets.square().sum(),
            "accuracy": (output.argmax(1) == answer).double().mean(1),
            "train_loss": residual.square().mean((1, 2)),
        }
