"""Parts of the mean residual, the readout integrated out at fixed weights."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from binodal.models.modular.network.network import QuadraticNetwork


def residual_parts(
    network: QuadraticNetwork, x: Tensor, parts: Sequence[Tensor]
) -> tuple[Tensor, Tensor]:
    """Of every part of the target (P, P^2), two numbers a member, each (R, number of parts).

    The projection of sigma^2 (Q + sigma^2)^{-1} y on the part over the part's square, and the
    defect |Q t - lambda t|^2/(lambda |t|)^2 of the part t as an eigenvector of Q. Parts are
    orthogonal and add up to the target, or to less.
    """
    targets = network.targets.double()
    rows = [
        _integrated(features, targets, parts, network.shape.sigma2, network.shape.sigma_a2)
        for features in network.features(x).double()
    ]
    return torch.stack([a for a, _ in rows]), torch.stack([defect for _, defect in rows])


def _integrated(
    features: Tensor, targets: Tensor, parts: Sequence[Tensor], noise: float, spread: float
) -> tuple[Tensor, Tensor]:
    """Of one member with ``features`` (N, P^2).

    The system is solved on the neurons or on the pairs, whichever are fewer.
    """
    neurons, pairs = features.shape
    scaled = features * (spread / neurons) ** 0.5
    few = neurons < pairs
    gram = scaled @ scaled.T if few else scaled.T @ scaled
    gram += noise * torch.eye(min(neurons, pairs)).to(scaled)
    solved = torch.linalg.solve(gram, scaled @ targets.T if few else targets.T)
    values, defects = [], []
    for part in parts:
        overlaps = scaled @ part.T
        norm = part.square().sum()
        level = overlaps.square().sum() / norm
        image = (scaled.T @ overlaps).T - level * part
        if few:
            values.append(1 - (overlaps * solved).sum() / norm)
        else:
            values.append(noise * (part.T * solved).sum() / norm)
        defects.append(image.square().sum() / (level.square() * norm))
    return torch.stack(values), torch.stack(defects)
