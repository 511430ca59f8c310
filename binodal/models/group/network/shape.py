"""Sizes of a group's network, with its group and its decay in words, and both decays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from binodal.derive.groups.group import FiniteGroup, Table
from binodal.derive.groups.names import from_text
from binodal.models.group.derivations.real_irreps import RealIrrep, real_irreps
from binodal.models.group.network.transform import GroupTransform
from binodal.models.modular.network.data import addition
from binodal.models.modular.network.decay import Decay
from binodal.models.modular.network.network import ModularShape
from binodal.numerics.parameters import Parameters
from binodal.validate.observable import Number


@dataclass(frozen=True)
class GroupShape(ModularShape):
    """A modular shape with another table of products; P is the group's order."""

    group_text: str
    decay_name: str

    @property
    def group(self) -> FiniteGroup:
        """What the text says."""
        return from_text(self.group_text)

    @property
    def table(self) -> Table:
        """Of the group."""
        return self.group.table

    @property
    def cyclic(self) -> bool:
        """Whether the table is that of modular addition, whose Fourier transform then serves."""
        return self.table == addition(self.P)

    @property
    def decay(self) -> Decay:
        """That of the blocks, the same for both names where all have dimension one."""
        return super().decay if self.cyclic else BlockDecay(self.group, self.decay_name)


def shape_at(values: Mapping[str, Number], settings: Mapping[str, str]) -> GroupShape:
    """Sizes as integers and variances as floats."""
    order = from_text(settings["group"]).order
    noise, readout, gamma = (float(values[name]) for name in ("sigma2", "sigma_a2", "gamma"))
    words = (settings[name] for name in ("group", "decay"))
    return GroupShape(int(values["N"]), order, noise, readout, gamma, *words)


def shape_of(parameters: Parameters) -> GroupShape:
    """The shape of parameters, which hold the settings in words."""
    return shape_at(parameters, parameters.space.settings)


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
