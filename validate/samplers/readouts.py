"""Both networks as targets that are linear in their readout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import torch
from torch import Tensor

from binodal.models.modular.network.network import Modular
from binodal.models.teacher_student.network.network import TeacherStudent
from binodal.validate.samplers.linear_readout import Linearised, condition

_FLOAT32_CONDITION = 1e3
"""Largest condition number of the readout's precision, at most 1 + n sigma_a^2/sigma^2, that is
solved in single precision."""

Network = TypeVar("Network", TeacherStudent, Modular)


@dataclass(frozen=True)
class _FirstLayer(Generic[Network]):
    """The hidden coordinates h are the network's first layer."""

    target: Network

    @property
    def hidden(self) -> int:
        """D_h."""
        return int(self.target.layers[0].stop)

    @property
    def noise(self) -> float:
        """sigma^2."""
        return self.target.shape.sigma2


class TeacherStudentReadout(_FirstLayer[TeacherStudent]):
    """F = phi(w_i.x_mu) sigma_a/sqrt(N), one output; h = w, D_h = N d."""

    @property
    def labels(self) -> Tensor:
        """(R, n, 1)."""
        return self.target.targets.unsqueeze(2)

    def mean(self, hidden: Tensor) -> Tensor:
        """The readout's mean a_i given the first layer, in its own units: (R, N)."""
        shape = self.target.shape
        weights = hidden.reshape(-1, shape.N, shape.d) * shape.input_scale
        fields = torch.bmm(weights, self.target.inputs.mT)
        features = self.target.elementwise.values(fields).mul_(shape.readout_scale).mT
        if shape.n * shape.sigma_a2 > _FLOAT32_CONDITION * shape.sigma2:
            features = features.double()
        return condition(self, features).mean.squeeze(2) * shape.readout_scale

    def linearise(self, hidden: Tensor) -> Linearised:
        """phi and the pull-back through phi'."""
        shape = self.target.shape
        inputs = self.target.inputs * shape.input_scale
        weights = hidden.reshape(-1, shape.N, shape.d)
        phi, slope = self.target.elementwise(torch.bmm(inputs, weights.mT))

        def pull(cotangent: Tensor) -> Tensor:
            back = (cotangent * slope).mul_(shape.readout_scale)
            return torch.bmm(back.mT, inputs).flatten(1)

        return Linearised(phi * shape.readout_scale, pull)

    def rest(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """The Gaussian prior of w."""
        return hidden.square().sum(1, dtype=torch.float64) / 2, hidden


class ModularReadout(_FirstLayer[Modular]):
    """F = (u_i[n] + v_i[m])^2 sigma_a/sqrt(N) on all pairs, P outputs; h = (u, v), D_h = 2 N P."""

    @property
    def labels(self) -> Tensor:
        """(1, P^2, P)."""
        return self.target.targets.mT.unsqueeze(0)

    def linearise(self, hidden: Tensor) -> Linearised:
        """The squares and their pull-back 2 (u_n + v_m), summed over the partner."""
        shape = self.target.shape
        w = hidden.reshape(-1, shape.N, 2, shape.P)
        sums = w[:, :, 0, :, None] + w[:, :, 1, None, :]

        def pull(cotangent: Tensor) -> Tensor:
            back = cotangent.mT.reshape(sums.shape) * sums
            by_halves = torch.stack((back.sum(3), back.sum(2)), 2)
            return by_halves.mul_(2 * shape.readout_scale).flatten(1)

        return Linearised(sums.square().flatten(2).mT * shape.readout_scale, pull)

    def rest(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """The Gaussian prior of w and the decay of the modes.

        Read off the full posterior at readout zero, where the misfit is |y|^2/(2 sigma^2) and
        pulls at nothing: the decay has one formula, the network's.
        """
        full = hidden.new_zeros((hidden.shape[0], self.target.dimension))
        full[:, : self.hidden] = hidden
        constant = self.target.targets.square().sum(dtype=torch.float64) / (2 * self.noise)
        energy = self.target.energy(full).to(torch.float64) - constant
        return energy, self.target.gradient(full)[:, : self.hidden]
