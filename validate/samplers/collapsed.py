"""The posterior of the hidden weights alone: the readout integrated out exactly."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from binodal.validate.samplers.linear_readout import LinearReadout, condition, draw_readout


@dataclass(frozen=True)
class Collapsed:
    """U_c(h) = -log int e^{-U(h, A)} dA up to a constant: a Target of the hidden coordinates.

    ``complete`` adds an exact draw of the readout, which makes a draw of h one of the posterior.
    """

    model: LinearReadout

    @property
    def members(self) -> int:
        """R."""
        return self.model.target.members

    @property
    def dimension(self) -> int:
        """D_h."""
        return self.model.hidden

    @property
    def dtype(self) -> torch.dtype:
        """That of the full target."""
        return self.model.target.dtype

    @property
    def device(self) -> torch.device:
        """That of the full target."""
        return self.model.target.device

    @property
    def scale(self) -> Tensor:
        """(D_h,): prior standard deviations of the hidden parameters."""
        return self.model.target.scale[: self.dimension]

    @property
    def layers(self) -> tuple[slice, ...]:
        """The layers below the readout."""
        return tuple(layer for layer in self.model.target.layers if layer.stop <= self.dimension)

    def energy(self, x: Tensor) -> Tensor:
        """U_c, shape (R,), float64."""
        features, _ = self.model.linearise(x)
        return condition(self.model, features).energy() + self.model.rest(x)[0]

    def gradient(self, x: Tensor) -> Tensor:
        """grad U_c, shape (R, D_h)."""
        features, pull = self.model.linearise(x)
        return pull(condition(self.model, features).slope()).add_(self.model.rest(x)[1])

    def complete(self, x: Tensor, generator: torch.Generator) -> Tensor:
        """x (R, D_h) with an exact draw of the readout behind it: (R, D)."""
        return torch.cat((x, draw_readout(self.model, x, generator)), dim=1)
