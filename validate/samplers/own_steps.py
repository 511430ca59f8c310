"""Hamiltonian chains that have a noise and a step each, and move together.

U = M/s + V with the misfit M and the noise s. A trajectory is that of :mod:`.hmc` with a step of
each chain's own; chains know nothing of each other, and each is exact by Metropolis' rule.
"""

from __future__ import annotations

import math
from typing import Protocol

import torch
from torch import Tensor

from binodal.validate.normals import normals
from binodal.validate.samplers.metropolis import kinetic

GOAL, GAIN, FORGETTING, LARGEST = 0.8, 1.5, 0.6, math.pi / 2
"""Of the warm-up: the wanted acceptance, and the k-th change of log h is GAIN k^-FORGETTING."""

FIRST = 0.02
"""The step at which a warm-up begins."""


class Noisy(Protocol):
    """Members with a noise each, U = M/s + V in whitened coordinates."""

    def set_noise(self, noise: Tensor) -> None:
        """Give every member its s (R,)."""

    def parts(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """M and V, each (R,) in float64."""

    def gradient(self, x: Tensor) -> Tensor:
        """grad U (R, D) in a new tensor."""


class Chains:
    """R chains at ``x`` (R, D), each at its ``noise`` (R,) in float64.

    A trajectory has 1 to 2 m - 1 steps, m the ``mean``, which is the same of all. A chain may be
    cooled while it warms up: :meth:`at` gives other noises.
    """

    def __init__(
        self, target: Noisy, x: Tensor, noise: Tensor, generator: torch.Generator, mean: int = 8
    ) -> None:
        self.target, self.x, self.generator, self.mean = target, x, generator, mean
        self.log_step = torch.full((len(x),), math.log(FIRST), device=x.device)
        self.accepted, self.moves = torch.zeros(len(x), device=x.device), 0
        self.at(noise)
        self.misfit, self.rest = target.parts(x)

    def at(self, noise: Tensor) -> None:
        """Go on at these noises."""
        self.noise = noise.to(self.x.device, torch.float64)
        self.target.set_noise(self.noise)

    def warm(self, move: int) -> None:
        """A trajectory of every chain, after which its step changes; ``move`` counts from 0."""
        change = GAIN * (1 + move) ** -FORGETTING
        probability = self.move()
        self.log_step += change * (probability - GOAL).to(self.log_step)
        self.log_step.clamp_(max=math.log(LARGEST))

    def forget(self) -> None:
        """Count acceptance from here."""
        self.accepted.zero_()
        self.moves = 0

    def move(self) -> Tensor:
        """A trajectory of every chain; the probability (R,) with which its end was taken."""
        x, p = self.x.clone(), normals(torch.empty_like(self.x), self.generator)
        before = self.misfit / self.noise + self.rest + kinetic(p)
        self._turn(x, p)
        misfit, rest = self.target.parts(x)
        rise = misfit / self.noise + rest + kinetic(p) - before
        probability = rise.neg().exp().clamp_max(1).nan_to_num(nan=0.0)
        chance = torch.rand(len(x), generator=self.generator, dtype=torch.float64, device=x.device)
        taken = chance < probability
        self.x = torch.where(taken.unsqueeze(1), x, self.x)
        self.misfit = torch.where(taken, misfit, self.misfit)
        self.rest = torch.where(taken, rest, self.rest)
        self.accepted += probability.to(self.accepted)
        self.moves += 1
        return probability

    def _turn(self, x: Tensor, p: Tensor) -> None:
        """Move (x, p) along a trajectory: kicks by grad U - x, exact turns under the prior."""
        step = self.log_step.exp().unsqueeze(1).to(x)
        half, tangent, sine = step / 2, (step / 2).tan(), step.sin()
        high, place = 2 * self.mean, self.generator.device
        count = int(torch.randint(1, high, (1,), generator=self.generator, device=place))
        p.addcmul_(half, self.target.gradient(x).sub_(x), value=-1)
        for k in range(count):
            x.addcmul_(tangent, p)
            p.addcmul_(sine, x, value=-1)
            x.addcmul_(tangent, p)
            last = k + 1 == count
            p.addcmul_(half if last else step, self.target.gradient(x).sub_(x), value=-1)

    @property
    def acceptance(self) -> Tensor:
        """Of trajectories, (R,)."""
        return self.accepted / max(1, self.moves)
