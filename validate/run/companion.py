"""The bias of a run's step, measured on the run itself: chains at half the step, in step.

A sampler without Metropolis' rule draws from a law that is wrong by about k h^p, p its ``order``.
Beside a network's chain its companion takes two half steps for each step, from the same start and
along the same path of noise: a step's noise c is what its halves w and w' leave of theirs,

    c = (m w + w')/s,    s = sqrt(1 + m^2),    m what is left of a step's noise after another one,

and with o an independent normal w = (m c + o)/s, w' = (c - m o)/s are two independent normals for
which that holds. So the run's own draws are the same bits with companions or without, and the two
chains stay together: the means of their differences are known far better than the means,

    k h^p = (mean at h - mean at h/2)/(1 - 2^-p).

On Gaussians Euler's true bias a/(1 - a), a half the step times the curvature, is below this
estimate for every stable step; where chains part (a barrier between them) it is noise, and its
error, the scatter between networks, says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import sqrt

import torch
from torch import Tensor

from binodal.validate.normals import normals
from binodal.validate.samplers.baoab import Baoab
from binodal.validate.samplers.euler import Euler
from binodal.validate.samplers.sampler import Fill, Info, State

Uncorrected = Baoab | Euler


class Companion:
    """Half steps beside ``sampler``; ``generator`` is its own, so that the run's is left alone."""

    def __init__(self, sampler: Uncorrected, state: State, generator: torch.Generator) -> None:
        self._whole = sampler
        self._half = replace(sampler, step_size=sampler.step_size / 2)
        self.state = State(*(tensor.clone() for tensor in state))
        self.lost = torch.zeros(len(state.x), dtype=torch.bool, device=state.x.device)
        self._generator = generator
        self._sums: dict[str, Tensor] = {}
        self._draws = 0

    def step(self, state: State, generator: torch.Generator) -> tuple[State, Info]:
        """One step of the run's chain, as ever, and two half steps beside it."""
        noise = normals(torch.empty_like(state.x), generator)
        state, info = self._whole.step_with(state, _told(noise))
        other = normals(torch.empty_like(noise), self._generator)
        memory = self._half.memory
        scale = sqrt(1 + memory**2)
        first = (memory * noise + other).div_(scale)
        second = (noise - memory * other).div_(scale)
        for share in (first, second):
            self.state, half = self._half.step_with(self.state, _told(share))
            self.lost |= half.diverged
        return state, info

    def add(self, run: Mapping[str, Tensor], own: Mapping[str, Tensor]) -> None:
        """One draw of all quantities, (R, ...), of the run's chains and of the companions'."""
        for name, value in run.items():
            difference = value - own[name]
            self._sums[name] = self._sums[name] + difference if self._draws else difference
        self._draws += 1

    def biases(self) -> dict[str, Tensor]:
        """By quantity the bias of each network's mean so far (R, ...); NaN for a lost companion."""
        share = self._draws * (1 - 2.0**-self._whole.order)
        means = {name: total / share for name, total in self._sums.items()}
        for value in means.values():
            value[self.lost.cpu()] = torch.nan
        return means

    def tensors(self) -> dict[str, Tensor]:
        """All of it for a checkpoint."""
        state = {f"companion.state.{name}": t for name, t in self.state._asdict().items()}
        sums = {f"companion.sum.{name}": total for name, total in self._sums.items()}
        own = {
            "companion.generator": self._generator.get_state(),
            "companion.lost": self.lost,
            "companion.draws": torch.tensor(self._draws),
        }
        return state | sums | own

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """The opposite of :meth:`tensors`."""
        device = self.state.x.device
        self.state = State(*(tensors[f"companion.state.{n}"].to(device) for n in State._fields))
        self._generator.set_state(tensors["companion.generator"])
        self.lost = tensors["companion.lost"].to(device)
        self._draws = int(tensors["companion.draws"])
        start = "companion.sum."
        self._sums = {n.removeprefix(start): t for n, t in tensors.items() if n.startswith(start)}


def _told(noise: Tensor) -> Fill:
    """A sampler's noise that is given, not drawn."""
    return lambda room: room.copy_(noise)
