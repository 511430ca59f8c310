"""Posterior of f_p = sum_i a_pi (u_i(g) + v_i(h))^2 on all pairs of a group, with its decay."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from binodal.derive.groups.group import Table
from binodal.models.modular.network.data import addition, product_target
from binodal.models.modular.network.decay import Decay, ModeDecay
from binodal.validate.errors import DataError


@dataclass(frozen=True)
class ModularShape:
    """Widths, variances and decay; whitened x = (w, a sqrt(N)/sigma_a): w has unit prior.

    P is the order of the group, here Z_P.
    """

    N: int
    P: int
    sigma2: float
    sigma_a2: float
    gamma: float

    @property
    def samples(self) -> int:
        """P^2 pairs."""
        return self.P**2

    @property
    def dimension(self) -> int:
        """3 N P parameters of one member."""
        return 3 * self.N * self.P

    @property
    def input_scale(self) -> float:
        """Prior standard deviation of a component of w."""
        return 1.0

    @property
    def readout_scale(self) -> float:
        """Prior standard deviation of a_pi."""
        return float((self.sigma_a2 / self.N) ** 0.5)

    @property
    def table(self) -> Table:
        """Products by which pairs are labelled."""
        return addition(self.P)

    @property
    def decay(self) -> Decay:
        """What holds the weights beside their prior."""
        return ModeDecay()


class QuadraticNetwork:
    """U = sum |y - f|^2/(2 sigma^2) + |x|^2/2 + (P gamma/6) sixth powers of w (M.16b).

    The coordinates of a member are w (N, 2, P), halves u and v, then the readout a (N, P).
    All P^2 pairs are data and the same for every member: members differ by their seeds only.
    """

    def __init__(
        self,
        shape: ModularShape,
        members: int,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str = "cpu",
    ) -> None:
        if members < 1:
            raise DataError(f"members={members}: at least one network is needed")
        self.shape, self.members, self.dimension = shape, members, shape.dimension
        self.dtype, self.device = dtype, torch.device(device)
        self.targets = product_target(shape.table).to(dtype).to(self.device)
        self.decay = shape.decay

    @property
    def data(self) -> dict[str, Tensor]:
        """What all members are conditioned on."""
        return {"y": self.targets}

    @property
    def scale(self) -> Tensor:
        """(D,): 1 for the weights, sigma_a/sqrt(N) for the readout."""
        _, second = self.layers
        scale = torch.ones(self.dimension, dtype=self.dtype, device=self.device)
        scale[second] = self.shape.readout_scale
        return scale

    @property
    def layers(self) -> tuple[slice, ...]:
        """The weights and the readout."""
        split = 2 * self.shape.N * self.shape.P
        return (slice(0, split), slice(split, self.dimension))

    def split(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Weights (R, N, 2, P) and whitened readout (R, N, P), as views."""
        first, second = self.layers
        width, order = self.shape.N, self.shape.P
        return x[:, first].view(-1, width, 2, order), x[:, second].view(-1, width, order)

    def weights(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The network's own parameters w (R, N, 2, P) and a (R, N, P)."""
        w, a = self.split(x)
        return w, a * self.shape.readout_scale

    def features(self, x: Tensor) -> Tensor:
        """(w_i.x_nm)^2, shape (R, N, P^2)."""
        w, _ = self.split(x)
        return (w[:, :, 0, :, None] + w[:, :, 1, None, :]).square_().flatten(2)

    def output(self, x: Tensor) -> Tensor:
        """f, shape (R, P, P^2)."""
        _, a = self.weights(x)
        return torch.bmm(a.transpose(1, 2), self.features(x))

    @property
    def trained_targets(self) -> Tensor:
        """y on the pairs that are trained on, here all: (P, P^2)."""
        return self.targets

    def weighted(self, values: Tensor) -> Tensor:
        """Values of every pair (R, any number, P^2) times what the pair counts, here one."""
        return values

    def energy(self, x: Tensor) -> Tensor:
        """U, shape (R,), summed in float64."""
        squares = self.weighted((self.targets - self.output(x)).square_())
        misfit = squares.sum((1, 2), dtype=torch.float64) / (2 * self.shape.sigma2)
        decay = self.shape.P * self.shape.gamma / 6 * self.decay.sixth(self.split(x)[0])
        return misfit + x.square().sum(1, dtype=torch.float64) / 2 + decay

    @cached_property
    def _room(self) -> tuple[Tensor, Tensor]:
        """Memory for w_i.x_nm and its square, each (R, N, P^2), used again by every gradient."""
        size = (self.members, self.shape.N, self.shape.P**2)
        return self.targets.new_empty(size), self.targets.new_empty(size)

    def gradient(self, x: Tensor) -> Tensor:
        """grad U, shape (R, D).

        With B_i(n, m) = sum_p a_pi r_p(n, m): grad u_n = -(2/sigma^2) sum_m B (u_n + v_m), and
        likewise for v.
        """
        order, (fields, squares) = self.shape.P, self._room
        w, a = self.split(x)
        readout = a * self.shape.readout_scale
        grid = fields.view(-1, self.shape.N, order, order)
        torch.add(w[:, :, 0, :, None], w[:, :, 1, None, :], out=grid)
        torch.mul(fields, fields, out=squares)
        pull = torch.baddbmm(self.targets, readout.transpose(1, 2), squares, beta=-1.0)
        pull = self.weighted(pull.div_(self.shape.sigma2))
        out = x.clone()
        grad_w, grad_a = self.split(out)
        by_a = torch.bmm(squares, pull.transpose(1, 2))
        grad_a.add_(by_a, alpha=self.shape.readout_scale)
        # From here the squares' memory holds the force.
        grid.mul_(torch.bmm(readout, pull, out=squares).view_as(grid))
        across = _over_last(grid).view_as(a)
        grad_w[:, :, 0].add_(across, alpha=2.0)
        grad_w[:, :, 1].add_(grid.sum(2), alpha=2.0)
        grad_w.add_(self.decay.slope(w), alpha=self.shape.gamma)
        return out


def _over_last(grid: Tensor) -> Tensor:
    """The sum over the last axis; on the CPU by the product with ones, which is faster there."""
    if grid.device.type != "cpu":
        return grid.sum(3)
    order = grid.shape[3]
    return torch.mv(grid.view(-1, order), grid.new_ones(order))
