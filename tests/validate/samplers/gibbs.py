"""Gibbs steps: the readout redrawn exactly after every step of another sampler."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from binodal.validate.normals import normals
from binodal.validate.samplers.linear_readout import LinearReadout, draw_readout
from binodal.validate.samplers.sampler import Info, Sampler, State


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
            normals(momentum[:, hidden:], generator)
        if energy.numel():
            energy = target.energy(x).to(energy)
        return State(x, momentum, target.gradient(x), energy), info
