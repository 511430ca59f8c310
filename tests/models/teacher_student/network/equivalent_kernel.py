"""The posterior of N neurons where sums over data are n times their Gaussian averages.

At finite N, with fluctuations of all orders in 1/N, and without data sets: n -> infinity at fixed
n/sigma^2. What networks on data sets of n inputs show beyond it is of order 1/n.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from binodal.models.teacher_student.network.network import TeacherStudentShape
from binodal.models.teacher_student.network.overlaps import (
    feature_gram,
    mode_amplitudes,
    mode_norms,
    target_modes,
)


@dataclass(frozen=True)
class EquivalentKernel:
    """U of whitened first layers (R, N d), readouts integrated out.

    A | w has precision G = 1 + (n/sigma^2) <F F^T> and mean G^{-1} h, h = (n/sigma^2) <F y>:
    U = log det G/2 - h.G^{-1} h/2 + |x|^2/2, F the features in units of the readout's prior width.
    """

    shape: TeacherStudentShape
    members: int

    dtype = torch.float64
    device = torch.device("cpu")

    @property
    def dimension(self) -> int:
        """N d."""
        return self.shape.N * self.shape.d

    @property
    def scale(self) -> Tensor:
        """(N d,): sigma_w/sqrt(d)."""
        return torch.full((self.dimension,), self.shape.input_scale, dtype=self.dtype)

    @property
    def layers(self) -> tuple[slice, ...]:
        """The first layer."""
        return (slice(0, self.dimension),)

    def weights(self, x: Tensor) -> Tensor:
        """w (R, N, d)."""
        return x.view(-1, self.shape.N, self.shape.d) * self.shape.input_scale

    def _readout(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The Cholesky factor of G (R, N, N) and h (R, N, 1)."""
        weights, scale = self.weights(x), self.shape.readout_scale
        density = self.shape.n / self.shape.sigma2
        gram = feature_gram(weights) * (density * scale**2)
        modes = mode_amplitudes(weights[..., 0], weights.square().sum(-1))
        seen = modes @ (mode_norms() * target_modes(self.shape.epsilon)) * (density * scale)
        identity = torch.eye(self.shape.N, dtype=self.dtype)
        return torch.linalg.cholesky(gram + identity), seen.unsqueeze(2)

    def energy(self, x: Tensor) -> Tensor:
        """U, shape (R,)."""
        lower, seen = self._readout(x)
        solved = torch.linalg.solve_triangular(lower, seen, upper=False)
        volume = lower.diagonal(dim1=1, dim2=2).log().sum(1)
        energy: Tensor = volume - solved.square().sum((1, 2)) / 2 + x.square().sum(1) / 2
        return energy

    def gradient(self, x: Tensor) -> Tensor:
        """grad U, shape (R, N d), by automatic differentiation."""
        place = x.detach().requires_grad_()
        (slope,) = torch.autograd.grad(self.energy(place).sum(), place)
        return slope

    def readout(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The mean (R, N) of a given w, and its covariance (R, N, N)."""
        lower, seen = self._readout(x)
        scale = self.shape.readout_scale
        mean = torch.cholesky_solve(seen, lower).squeeze(2)
        return mean * scale, torch.cholesky_inverse(lower) * scale**2
