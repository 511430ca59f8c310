"""The output of a network on a subset, its readout integrated out at fixed weights."""

from __future__ import annotations

import torch
from torch import Tensor

from binodal.models.modular.network.subset import SubsetNetwork


def mean_output(network: SubsetNetwork, x: Tensor) -> Tensor:
    """E[f | w] on all pairs, (R, P, P^2) in float64.

    With S = sqrt(sigma_a^2/N) (w_i.x)^2 on all pairs and D those that are seen it is
    y_D (S_D^T S_D + sigma^2)^{-1} S_D^T S. The system is solved on the neurons or on the pairs,
    whichever are fewer.
    """
    spread, noise = network.shape.readout_scale, network.noise
    features = network.features(x).double() * spread
    seen, targets = network.seen.double(), network.targets.double()
    trained = features * seen
    known = targets * seen
    if features.shape[1] < features.shape[2]:
        overlaps = torch.bmm(trained, known.mT)
        square = torch.bmm(trained, trained.mT)
        readout = torch.linalg.solve(_plus(square, noise), overlaps)
        return torch.bmm(readout.mT, features)
    square = torch.bmm(trained.mT, trained)
    pull = torch.linalg.solve(_plus(square, noise), known.mT)
    return torch.bmm(torch.bmm(trained, pull).mT, features)


def _plus(square: Tensor, noise: Tensor) -> Tensor:
    """The square matrices with the noise on their diagonals."""
    square.diagonal(dim1=1, dim2=2).add_(noise.squeeze(2))
    return square
