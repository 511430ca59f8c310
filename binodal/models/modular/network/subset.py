"""Posterior of the network on a subset of the pairs: what a pair counts is its weight, 0 or 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from binodal.models.modular.network.network import ModularShape, QuadraticNetwork
from binodal.validate.errors import DataError
from binodal.validate.network_model import Data


@dataclass(frozen=True)
class SubsetShape(ModularShape):
    """Sizes, variances and decay, and the share of the pairs that are trained on.

    >>> SubsetShape(N=1, P=5, sigma2=1.0, sigma_a2=1.0, gamma=1.0, data_fraction=0.5).samples
    12
    """

    data_fraction: float

    @property
    def samples(self) -> int:
        """Pairs of a subset: F P^2, rounded, and one at least."""
        return max(1, round(self.data_fraction * self.P**2))


def draw_subset(shape: SubsetShape, generator: torch.Generator) -> Data:
    """ "seen" (P^2,) in float64: 1 for the pairs of a uniform subset of exactly ``shape.samples``.

    >>> shape = SubsetShape(N=1, P=5, sigma2=1.0, sigma_a2=1.0, gamma=1.0, data_fraction=0.4)
    >>> int(draw_subset(shape, torch.Generator().manual_seed(0))["seen"].sum())
    10
    """
    order = torch.randperm(shape.P**2, generator=generator)
    seen = torch.zeros(shape.P**2, dtype=torch.float64)
    seen[order[: shape.samples]] = 1
    return {"seen": seen}


def stacked(data: Sequence[Data]) -> Tensor:
    """The subsets of all members, (R, P^2). Raises DataError for data that are no subset."""
    if any("seen" not in own for own in data):
        raise DataError("subsets of the pairs are drawn: leave data out")
    return torch.stack([own["seen"] for own in data])


class SubsetNetwork(QuadraticNetwork):
    """U = sum over the pairs that a member sees of |y - f|^2/(2 sigma^2), prior and decay as ever.

    ``seen`` (R, P^2) is 1 for a pair that is trained on and 0 for the others.
    """

    def __init__(
        self,
        shape: ModularShape,
        seen: Tensor,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str = "cpu",
    ) -> None:
        super().__init__(shape, len(seen), dtype, device)
        self.seen = seen.to(dtype).to(self.device).unsqueeze(1)

    @property
    def data(self) -> dict[str, Tensor]:
        """The subset of each member, (R, P^2)."""
        return {"seen": self.seen.squeeze(1)}

    @property
    def noise(self) -> Tensor:
        """sigma^2 of each member, (R, 1, 1) in float64."""
        one = torch.full((self.members,), self.shape.sigma2, dtype=torch.float64)
        return one.to(self.device).view(-1, 1, 1)

    @cached_property
    def trained_targets(self) -> Tensor:
        """y on the pairs that a member sees and 0 on the others, (R, P, P^2)."""
        return self.targets * self.seen

    def weighted(self, values: Tensor) -> Tensor:
        """Values of every pair (R, outputs, P^2), which are overwritten, times what it counts."""
        return values.mul_(self.seen)
