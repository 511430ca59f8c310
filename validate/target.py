"""What a sampler sees: a density exp(-U) for several independent members at once."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor


class Target(Protocol):
    """U(x) of R independent members with D whitened coordinates each; x has shape (R, D).

    Whitened means that the Gaussian prior is |x|^2/2 for every coordinate, so that
    U(x) = |x|^2/2 + V(x) with V the rest (misfit and other decays). The network's own parameter
    is ``scale * x``, coordinate by coordinate. Posteriors, test densities and toy problems have
    this one shape; what has no Gaussian prior (a double well) sets ``scale`` to ones and means
    U alone.
    """

    @property
    def members(self) -> int:
        """R, the number of independent densities."""

    @property
    def dimension(self) -> int:
        """D, the coordinates of one member."""

    @property
    def dtype(self) -> torch.dtype:
        """float32 or float64."""

    @property
    def device(self) -> torch.device:
        """Where the tensors live."""

    @property
    def scale(self) -> Tensor:
        """(D,): prior standard deviations, own parameter = scale * x."""

    @property
    def layers(self) -> tuple[slice, ...]:
        """Slices of the D coordinates that belong to one layer each."""

    def energy(self, x: Tensor) -> Tensor:
        """U, shape (R,)."""

    def gradient(self, x: Tensor) -> Tensor:
        """grad U by x, shape (R, D), in a new tensor: the caller may write into it and keep it."""


def prior_draw(target: Target, generator: torch.Generator) -> Tensor:
    """(R, D) independent standard normals: a draw from the Gaussian prior in whitened form."""
    shape = (target.members, target.dimension)
    return torch.randn(shape, generator=generator, dtype=target.dtype, device=target.device)
