"""Weights on a group as matrices, block by block, and back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from binodal.models.group.derivations.real_irreps import RealIrrep


class GroupTransform:
    """W = (1/|G|) sum_g w(g) matrix(g) of some blocks at once, for weights (..., |G|)."""

    def __init__(self, irreps: Sequence[RealIrrep]) -> None:
        self.irreps = tuple(irreps)
        order = len(irreps[0].matrices)
        flat = np.concatenate([rho.matrices.reshape(order, -1) for rho in irreps], axis=1)
        self._flat = torch.from_numpy(flat / order)
        scales = [np.full(rho.matrices[0].size, rho.weight * order) for rho in irreps]
        self._back = torch.from_numpy(np.concatenate(scales)[:, None] * (flat / order).T)

    def blocks(self, w: Tensor) -> list[Tensor]:
        """W (..., n, n) of every block."""
        sizes = [rho.matrices[0].size for rho in self.irreps]
        parts = torch.split(w @ self._flat.to(w), sizes, dim=-1)
        shapes = (rho.matrices[0].shape for rho in self.irreps)
        ahead = w.shape[:-1]
        return [part.reshape(ahead + shape) for part, shape in zip(parts, shapes, strict=True)]

    def weights(self, blocks: Sequence[Tensor]) -> Tensor:
        """w(g) = sum over blocks of c tr(W matrix(g)^T), the inverse; shape (..., |G|)."""
        flat = torch.cat([block.flatten(-2) for block in blocks], dim=-1)
        return flat @ self._back.to(flat)
