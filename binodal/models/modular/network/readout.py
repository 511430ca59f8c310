"""The modular network as a target that is linear in its readout."""

from __future__ import annotations

import torch
from torch import Tensor

from binodal.models.modular.network.network import QuadraticNetwork
from binodal.validate.samplers.linear_readout import FirstLayer, Linearised


class QuadraticReadout(FirstLayer[QuadraticNetwork]):
    """F = (u_i[n] + v_i[m])^2 sigma_a/sqrt(N) on all pairs, P outputs; h = (u, v), D_h = 2 N P."""

    @property
    def labels(self) -> Tensor:
        """(1, P^2, P), or one for each member; 0 for a pair that does not count."""
        targets = self.target.trained_targets.mT
        return targets if targets.dim() == 3 else targets.unsqueeze(0)

    def linearise(self, hidden: Tensor) -> Linearised:
        """The squares and their pull-back 2 (u_n + v_m), summed over the partner."""
        shape = self.target.shape
        w = hidden.reshape(-1, shape.N, 2, shape.P)
        sums = w[:, :, 0, :, None] + w[:, :, 1, None, :]
        sums = self.target.weighted(sums.flatten(2)).view_as(sums)

        def pull(cotangent: Tensor) -> Tensor:
            back = cotangent.mT.reshape(sums.shape) * sums
            by_halves = torch.stack((back.sum(3), back.sum(2)), 2)
            return by_halves.mul_(2 * shape.readout_scale).flatten(1)

        return Linearised(sums.square().flatten(2).mT * shape.readout_scale, pull)

    def rest(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """The Gaussian prior of w and the decay of the modes."""
        shape, decay = self.target.shape, self.target.decay
        w = hidden.reshape(-1, shape.N, 2, shape.P)
        energy = hidden.square().sum(1, dtype=torch.float64) / 2
        slope = hidden.add(decay.slope(w).flatten(1), alpha=shape.gamma)
        return energy + shape.P * shape.gamma / 6 * decay.sixth(w), slope
