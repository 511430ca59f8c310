"""Densities whose averages are known: what every sampler must reproduce."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


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
