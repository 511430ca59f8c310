"""The posterior of the hidden weights alone, and Gibbs steps that redraw the readout exactly."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from validate.samplers.linear_readout import LinearReadout, condition
from validate.samplers.sampler import Info, Sampler, State


def draw_readout(model: LinearReadout, hidden: Tensor, generator: torch.Generator) -> Tensor:
    """An exact draw of the readout's coordinates (R, K O) given the hidden ones (R, D_h)."""
    features, _ = model.linearise(hidden)
    return condition(model, features).draw(generator).flatten(1)


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


@dataclass(frozen=True)
class Gibbs:
    """Any sampler of the full target, each step followed by an exact draw of the readout.

    Exact if ``inner`` is; one more gradient a step. The redrawn coordinates get a fresh momentum,
    which belongs to the same joint law.
    """

    model: LinearReadout
    inner: Sampler

    @property
    def name(self) -> str:
        """That of the inner sampler, marked."""
        return f"gibbs-{self.inner.name}"

    @property
    def step_size(self) -> float:
        """The inner sampler's."""
        return self.inner.step_size

    def init(self, x: Tensor, generator: torch.Generator) -> State:
        """As the inner sampler."""
        return self.inner.init(x, generator)

    def step(self, state: State, generator: torch.Generator) -> tuple[State, Info]:
        """An inner step, then the readout given the hidden weights."""
        (x, momentum, _, energy), info = self.inner.step(state, generator)
        hidden, target = self.model.hidden, self.model.target
        x[:, hidden:] = draw_readout(self.model, x[:, :hidden], generator)
        if momentum.numel():
            momentum[:, hidden:].normal_(generator=generator)
        if energy.numel():
            energy = target.energy(x).to(energy)
        return State(x, momentum, target.gradient(x), energy), info
