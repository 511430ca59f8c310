"""The exact law of a readout that enters linearly, given the hidden weights.

f = F A with features F (n, K) of the hidden weights h and a whitened readout A (K, O) of prior
N(0, 1); noise variance s. Completing the square in U(h, A) = |y - F A|^2/(2 s) + |A|^2/2 + rest(h):

    A | h ~ N(m, G^-1),  G = 1 + F^T F/s,  m = G^-1 F^T y/s,  one covariance for all O outputs;
    -log int e^-U dA = rest(h) + (O/2) log det G + y.(y - F m)/(2 s) + const.

With C = s + F F^T (n x n) the same reads m = F^T b, b = C^-1 y = (y - F m)/s, and
det G = det C/s^n: the Cholesky factor taken is that of the smaller of the two. Derived here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, NamedTuple, Protocol, TypeVar

import torch
from torch import Tensor

from binodal.validate.network_model import Network
from binodal.validate.normals import normals
from binodal.validate.target import Target

_BLOCK = 96
"""Rows of a Gram matrix at a time: the half that a Cholesky factor reads is nearly all there is."""


class Linearised(NamedTuple):
    """``features`` F (R, n, K) and ``pull``: a cotangent (R, n, K) to its gradient (R, D_h)."""

    features: Tensor
    pull: Callable[[Tensor], Tensor]


class LinearReadout(Protocol):
    """A target whose last coordinates are a readout that enters its output linearly."""

    @property
    def target(self) -> Target:
        """The posterior of all coordinates, hidden first, then the readout (K, O) row by row."""

    @property
    def hidden(self) -> int:
        """D_h, the number of hidden coordinates."""

    @property
    def noise(self) -> float:
        """sigma^2, the variance of the noise on the labels."""

    @property
    def labels(self) -> Tensor:
        """y, shape (R or 1, n, O)."""

    def linearise(self, hidden: Tensor) -> Linearised:
        """Features in units of the readout's prior width, and their transposed derivative."""

    def rest(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """What in U depends on h (R, D_h) alone, shape (R,), and its gradient (R, D_h)."""


Posterior = TypeVar("Posterior", bound=Network)


@dataclass(frozen=True)
class FirstLayer(Generic[Posterior]):
    """A two-layer network so far as its readout goes: h is its first layer."""

    target: Posterior

    @property
    def hidden(self) -> int:
        """D_h."""
        return int(self.target.layers[0].stop)

    @property
    def noise(self) -> float:
        """sigma^2."""
        return float(self.target.shape.sigma2)


def lower_gram(rows: Tensor) -> Tensor:
    """Products of all pairs of rows (R, K, n) on and below the diagonal; above it some are zero.

    >>> lower_gram(torch.tensor([[[1.0, 2.0], [3.0, 4.0]]]))[0].tril()
    tensor([[ 5.,  0.],
            [11., 25.]])
    """
    count = rows.shape[1]
    gram = rows.new_zeros(rows.shape[0], count, count)
    for start in range(0, count, _BLOCK):
        stop = min(start + _BLOCK, count)
        gram[:, start:stop, :stop] = torch.bmm(rows[:, start:stop], rows[:, :stop].mT)
    return gram


@dataclass(frozen=True)
class Conditional:
    """p(A | h): features F (R, n, K), labels y (R, n, O), noise variance s."""

    features: Tensor
    labels: Tensor
    noise: float

    @property
    def _by_rows(self) -> bool:
        return self.features.shape[1] < self.features.shape[2]

    @cached_property
    def factor(self) -> Tensor:
        """Lower Cholesky factor of C/s (if n < K) or of G; either has eigenvalues of at least 1.

        Where features are so large that rounding leaves none, it is NaN, as for what has diverged.
        """
        square = lower_gram(self.features if self._by_rows else self.features.mT)
        square.div_(self.noise).diagonal(dim1=1, dim2=2).add_(1)
        lower, failed = torch.linalg.cholesky_ex(square)
        if failed.any():
            lower[failed > 0] = torch.nan
        factor: Tensor = lower
        return factor

    @cached_property
    def residual(self) -> Tensor:
        """b = (y - F m)/s, shape (R, n, O)."""
        if self._by_rows:
            return self._solved(self.labels).div_(self.noise)
        return (self.labels - torch.bmm(self.features, self._solved_mean)).div_(self.noise)

    @cached_property
    def _root(self) -> Tensor:
        """The inverse of the factor."""
        unit = torch.eye(self.factor.shape[1], dtype=self.factor.dtype, device=self.factor.device)
        inverse: Tensor = torch.linalg.solve_triangular(self.factor, unit, upper=False)
        return inverse

    def _solved(self, right: Tensor) -> Tensor:
        """The inverse of C/s times columns; away from the CPU all members at once, by products."""
        if right.device.type == "cpu":
            return torch.cholesky_solve(right, self.factor)
        return torch.matmul(self._root.mT, torch.matmul(self._root, right))

    @cached_property
    def _solved_mean(self) -> Tensor:
        seen = torch.bmm(self.features.mT, self.labels).div_(self.noise)
        return torch.cholesky_solve(seen, self.factor)

    @property
    def mean(self) -> Tensor:
        """m, shape (R, K, O)."""
        return torch.bmm(self.features.mT, self.residual) if self._by_rows else self._solved_mean

    @property
    def covariance(self) -> Tensor:
        """G^-1, shape (R, K, K), the same for every output."""
        f = self.features
        if not self._by_rows:
            return torch.cholesky_inverse(self.factor)
        seen = torch.cholesky_solve(f, self.factor).div_(self.noise)
        return torch.bmm(f.mT, seen).neg_() + torch.eye(f.shape[2], dtype=f.dtype)

    def energy(self) -> Tensor:
        """(O/2) log det G + y.(y - F m)/(2 s), shape (R,), float64."""
        logdet = self.factor.diagonal(dim1=1, dim2=2).log().sum(1, dtype=torch.float64)
        misfit = (self.labels * self.residual).sum((1, 2), dtype=torch.float64) / 2
        return self.labels.shape[2] * logdet + misfit

    def slope(self) -> Tensor:
        """Derivative of ``energy`` by F, shape (R, n, K): O C^-1 F - b m^T."""
        f = self.features
        seen = self._solved(f) if self._by_rows else torch.cholesky_solve(f.mT, self.factor).mT
        seen = seen * (self.labels.shape[2] / self.noise)
        return seen.baddbmm_(self.residual, self.mean.mT, alpha=-1)

    def draw(self, generator: torch.Generator) -> Tensor:
        """An exact draw of A, shape (R, K, O).

        In the smaller space of labels it is a prior draw, corrected by the part of its misfit
        that the data explain: A0 + F^T C^-1 (y - F A0 - noise).
        """
        members, rows, width = self.features.shape
        outputs = self.labels.shape[2]

        def normal(count: int) -> Tensor:
            like = self.features.new_empty((members, count, outputs))
            return normals(like, generator)

        if not self._by_rows:
            spread: Tensor = torch.linalg.solve_triangular(
                self.factor.mT, normal(width), upper=True
            )
            return spread.add_(self._solved_mean)
        prior = normal(width)
        missing = self.labels - torch.bmm(self.features, prior)
        missing.sub_(normal(rows), alpha=self.noise**0.5)
        solved = torch.cholesky_solve(missing, self.factor)
        return prior.baddbmm_(self.features.mT, solved, alpha=1 / self.noise)


def condition(model: LinearReadout, features: Tensor) -> Conditional:
    """The readout's law given the features (R, n, K) of the hidden coordinates."""
    labels = model.labels.to(features.dtype).expand(features.shape[0], -1, -1)
    return Conditional(features, labels, model.noise)


def draw_readout(model: LinearReadout, hidden: Tensor, generator: torch.Generator) -> Tensor:
    """An exact draw of the readout's coordinates (R, K O) given the hidden ones (R, D_h)."""
    features, _ = model.linearise(hidden)
    return condition(model, features).draw(generator).flatten(1)
