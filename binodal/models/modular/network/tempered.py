"""The network on a subset at a noise that each member has for itself, and neurons that memorise."""

from __future__ import annotations

import torch
from torch import Tensor

from binodal.models.modular.network.network import ModularShape
from binodal.models.modular.network.subset import SubsetNetwork, SubsetShape
from binodal.validate.starts import feature_neurons, prior_start


class TemperedNetwork(SubsetNetwork):
    """U = M/s + V with M = sum over the pairs seen of |y - f|^2/2, one s = sigma^2 a member."""

    def __init__(
        self, shape: ModularShape, seen: Tensor, dtype: torch.dtype, device: torch.device | str
    ) -> None:
        super().__init__(shape, seen, dtype, device)
        self.set_noise(super().noise.flatten())

    def set_noise(self, noise: Tensor) -> None:
        """Give every member its sigma^2 (R,)."""
        self._noise = noise.to(self.device, torch.float64).view(-1, 1, 1)
        factor = (self.shape.sigma2 / self._noise).to(self.dtype)
        self._counts = self.seen * factor

    @property
    def noise(self) -> Tensor:
        """sigma^2 of each member, (R, 1, 1) in float64."""
        return self._noise

    def weighted(self, values: Tensor) -> Tensor:
        """Values of every pair, which are overwritten, times what it counts at its member's s."""
        return values.mul_(self._counts)

    def part(self, members: slice) -> TemperedNetwork:
        """Some of the members, at their noises."""
        few = TemperedNetwork(self.shape, self.seen[members, 0], self.dtype, self.device)
        few.set_noise(self._noise[members].flatten())
        return few

    def parts(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """M and V, each (R,) in float64."""
        residual = (self.targets - self.output(x)).mul_(self.seen)
        misfit = residual.square_().sum((1, 2), dtype=torch.float64) / 2
        decay = self.shape.P * self.shape.gamma / 6 * self.decay.sixth(self.split(x)[0])
        return misfit, x.square().sum(1, dtype=torch.float64) / 2 + decay


def memorising_start(
    shape: SubsetShape, seen: Tensor, size: float, generator: torch.Generator
) -> Tensor:
    """(D,) float64: a prior draw of which every second neuron sees one pair (n, m) of ``seen``.

    u = P sqrt(size) delta_n and v = P sqrt(size) delta_m are added, so that |u_k|^2 = |v_k|^2 is
    ``size`` at every mode.
    """
    x = prior_start(shape, generator)
    count, order = feature_neurons(shape), shape.P
    known = torch.nonzero(seen).flatten()
    pairs = known[torch.randint(len(known), (count,), generator=generator)]
    w = x[: 2 * shape.N * order].view(shape.N, 2, order)
    rows = torch.arange(count)
    w[rows, 0, pairs // order] += order * size**0.5
    w[rows, 1, pairs % order] += order * size**0.5
    return x
