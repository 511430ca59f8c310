"""The network on a subset at a noise that each member has for itself, and neurons that memorise."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import torch
from torch import Tensor

from binodal.models.modular.network.network import ModularShape
from binodal.models.modular.network.subset import SubsetNetwork, SubsetShape
from binodal.validate.starts import feature_neurons, prior_start


class _Few(NamedTuple):
    """Pairs of each member, as many for all: (R, M) their places, (R M,) the rows of u and v among
    all members' halves, (R, M, P) targets."""

    pairs: Tensor
    first: Tensor
    second: Tensor
    targets: Tensor


class TemperedNetwork(SubsetNetwork):
    """U = M/s + V with M = sum over the pairs seen of |y - f|^2/2, one s = sigma^2 a member.

    Where no member sees more than half of the pairs the others are not looked at.
    """

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

    @cached_property
    def _few(self) -> _Few | None:
        order, seen = self.shape.P, self.seen[:, 0]
        most = int(seen.sum(1).max())
        if 2 * most > order**2:
            return None
        pairs = seen.topk(most, 1).indices
        begin = 2 * order * torch.arange(self.members, device=self.device).unsqueeze(1)
        first, second = (begin + of for of in (pairs // order, order + pairs % order))
        return _Few(pairs, first.flatten(), second.flatten(), self.targets.T[pairs])

    @cached_property
    def _room(self) -> tuple[Tensor, Tensor]:
        if self._few is None:
            return super()._room
        size = (self._few.first.numel(), self.shape.N)
        return self.targets.new_empty(size), self.targets.new_empty(size)

    def _fields(self, w: Tensor, few: _Few) -> tuple[Tensor, Tensor]:
        """w_i.x_nm of these pairs and its square, each (R, M, N)."""
        fields, squares = self._room
        rows = w.flatten(2).transpose(1, 2).reshape(-1, self.shape.N)
        torch.index_select(rows, 0, few.first, out=fields)
        fields.add_(torch.index_select(rows, 0, few.second, out=squares))
        torch.mul(fields, fields, out=squares)
        size = (*few.pairs.shape, -1)
        return fields.view(size), squares.view(size)

    def gradient(self, x: Tensor) -> Tensor:
        """grad U, shape (R, D), as on all pairs."""
        if (few := self._few) is None:
            return super().gradient(x)
        w, readout = self.weights(x)
        fields, squares = self._fields(w, few)
        counts = self._counts[:, 0].gather(1, few.pairs).unsqueeze(2)
        pull = torch.baddbmm(few.targets, squares, readout, beta=-1.0).mul_(counts)
        pull.div_(self.shape.sigma2)
        out = x.clone()
        grad_w, grad_a = self.split(out)
        by_a = torch.bmm(squares.transpose(1, 2), pull)
        grad_a.add_(by_a, alpha=self.shape.readout_scale)
        # From here the squares' memory holds the force.
        force = torch.bmm(pull, readout.transpose(1, 2), out=squares).mul_(fields)
        force = force.view(-1, self.shape.N)
        back = force.new_zeros(2 * self.shape.P * self.members, self.shape.N)
        back.index_add_(0, few.first, force).index_add_(0, few.second, force)
        by_w = back.view(self.members, 2, self.shape.P, -1).permute(0, 3, 1, 2)
        grad_w.add_(by_w, alpha=2.0).add_(self.decay.slope(w), alpha=self.shape.gamma)
        return out

    def parts(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """M and V, each (R,) in float64."""
        if (few := self._few) is None:
            residual = (self.targets - self.output(x)).mul_(self.seen)
        else:
            w, readout = self.weights(x)
            left = few.targets - torch.bmm(self._fields(w, few)[1], readout)
            residual = left.mul_(self.seen[:, 0].gather(1, few.pairs).unsqueeze(2))
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
