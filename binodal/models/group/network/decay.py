"""The two decays of a group's blocks."""

from __future__ import annotations

import torch
from torch import Tensor

from binodal.derive.groups.group import FiniteGroup
from binodal.models.group.network.irreps import RealIrrep, real_irreps
from binodal.models.group.network.transform import GroupTransform


class BlockDecay:
    """sum over irreps of d_rho tr (W W^+)^3 (``schatten``) or d_rho |W|_F^6 (``frobenius``), for u
    and v alike.

    Both are d_rho tr(W pull^+) with pull = W (W^+ W)^2 or W |W|_F^4, and their slope is the
    transform of pull back to weights, times six.
    """

    def __init__(self, group: FiniteGroup, kind: str) -> None:
        self.kind = kind
        self.transform = GroupTransform(real_irreps(group))

    def sixth(self, w: Tensor) -> Tensor:
        """The sum of both halves, all neurons and all irreps, the trivial one too."""
        total = w.new_zeros(w.shape[0], dtype=torch.float64)
        for rho, block in zip(self.transform.irreps, self.transform.blocks(w), strict=True):
            pulled = block * self._pull(rho, block)
            total += rho.weight * pulled.flatten(1).sum(1, dtype=torch.float64)
        return total

    def slope(self, w: Tensor) -> Tensor:
        """|G|/6 times the gradient of ``sixth``: that of Gamma over gamma."""
        blocks = zip(self.transform.irreps, self.transform.blocks(w), strict=True)
        return self.transform.weights([self._pull(rho, block) for rho, block in blocks])

    def _pull(self, rho: RealIrrep, block: Tensor) -> Tensor:
        if self.kind == "schatten":
            square = block.mT @ block
            return block @ (square @ square)
        size = block.square().sum((-2, -1), keepdim=True) / rho.twice
        return block * size.square()
