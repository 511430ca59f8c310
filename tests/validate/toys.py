"""Densities whose averages are known: what every sampler must reproduce."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

CPU = torch.device("cpu")


@dataclass(frozen=True)
class Gaussian:
    """U(x) = (x - m)^T A (x - m)/2 for R members: mean m, covariance A^-1.

    ``precision`` A (D, D) symmetric, ``center`` m (D,), ``scale`` (D,), ``layers`` as in Target.
    """

    members: int
    precision: Tensor
    center: Tensor
    scale: Tensor
    layers: tuple[slice, ...]

    @property
    def dimension(self) -> int:
        """D."""
        return self.center.shape[0]

    @property
    def dtype(self) -> torch.dtype:
        """That of the precision."""
        return self.precision.dtype

    @property
    def device(self) -> torch.device:
        """That of the precision."""
        return self.precision.device

    def energy(self, x: Tensor) -> Tensor:
        """U, shape (R,)."""
        return ((x - self.center) * self.gradient(x)).sum(1) / 2

    def gradient(self, x: Tensor) -> Tensor:
        """A (x - m), shape (R, D)."""
        return (x - self.center) @ self.precision


@dataclass(frozen=True)
class LinearNetwork:
    """f(x) = w.x + v on one data set, noise variance s, priors w ~ N(0, s_w) and v ~ N(0, s_v).

    Two layers with priors of their own; the coordinates are (w/sqrt(s_w), v/sqrt(s_v)). The
    posterior is Gaussian: the ridge regression of the own parameters (w, v).
    """

    members: int
    inputs: Tensor
    labels: Tensor
    noise: float
    weight_variance: float
    bias_variance: float

    @property
    def dimension(self) -> int:
        """d + 1."""
        return self.inputs.shape[1] + 1

    @property
    def dtype(self) -> torch.dtype:
        """That of the inputs."""
        return self.inputs.dtype

    @property
    def device(self) -> torch.device:
        """That of the inputs."""
        return self.inputs.device

    @property
    def scale(self) -> Tensor:
        """(D,): sqrt(s_w) for the weights, sqrt(s_v) for the bias."""
        scale = torch.full((self.dimension,), self.weight_variance**0.5, dtype=self.dtype)
        scale[-1] = self.bias_variance**0.5
        return scale.to(self.device)

    @property
    def layers(self) -> tuple[slice, ...]:
        """Weights and bias."""
        return (slice(0, self.dimension - 1), slice(self.dimension - 1, self.dimension))

    def residual(self, x: Tensor) -> Tensor:
        """f - y, shape (R, n)."""
        own = x * self.scale
        return own[:, :-1] @ self.inputs.mT + own[:, -1:] - self.labels

    def energy(self, x: Tensor) -> Tensor:
        """|f - y|^2/(2 s) + |x|^2/2, shape (R,)."""
        return self.residual(x).square().sum(1) / (2 * self.noise) + x.square().sum(1) / 2

    def gradient(self, x: Tensor) -> Tensor:
        """grad U, shape (R, D)."""
        pull = self.residual(x) / self.noise
        by_own = torch.cat((pull @ self.inputs, pull.sum(1, keepdim=True)), dim=1)
        return by_own.mul_(self.scale).add_(x)


@dataclass(frozen=True)
class DoubleWell:
    """U(x) = B sum_j (x_j^2 - 1)^2: wells at +-1 in every coordinate, barriers of height B."""

    members: int
    barrier: float
    dimension: int = 1
    dtype: torch.dtype = torch.float64
    device: torch.device = CPU

    @property
    def scale(self) -> Tensor:
        """Ones: there is no Gaussian prior."""
        return torch.ones(self.dimension, dtype=self.dtype, device=self.device)

    @property
    def layers(self) -> tuple[slice, ...]:
        """One."""
        return (slice(0, self.dimension),)

    def energy(self, x: Tensor) -> Tensor:
        """U, shape (R,)."""
        return (x.square() - 1).square().sum(1) * self.barrier

    def gradient(self, x: Tensor) -> Tensor:
        """4 B x (x^2 - 1), shape (R, D)."""
        return (x.square() - 1).mul_(x).mul_(4 * self.barrier)
