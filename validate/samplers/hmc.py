"""Hamiltonian Monte Carlo with the prior's part of the motion solved exactly.

U = |x|^2/2 + V: the kick uses grad V = grad U - x, and between kicks (x, p) turns by the angle h
about the origin, which is the exact motion under |x|^2/2. The step is then limited by V alone, and
directions that the data do not see are sampled without error. A trajectory has a random number of
steps, uniform on 1..2m-1 with mean m = angle/h, so that no direction returns to its start in step.
Exact: the proposal is reversible and keeps volume, and Metropolis sees the total energy.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from binodal.validate.errors import SamplerError
from binodal.validate.normals import normals
from binodal.validate.samplers.divergence import require_positive
from binodal.validate.samplers.metropolis import Metropolis, kinetic
from binodal.validate.samplers.sampler import State
from binodal.validate.target import Target

GOAL = 0.8
ANGLE = math.pi / 2
"""A quarter turn takes a draw from the prior to an independent one."""


@dataclass(frozen=True)
class Hmc(Metropolis):
    """``angle``: mean length of a trajectory; ``goal``: the acceptance adaptation aims at."""

    target: Target
    step_size: float
    angle: float = ANGLE
    goal: float = GOAL
    name: str = "hmc"

    def propose(self, state: State, generator: torch.Generator) -> tuple[State, Tensor]:
        """The end of a trajectory from a fresh momentum, and the rise of the total energy (R,)."""
        x, p = state.x.clone(), normals(torch.empty_like(state.x), generator)
        before = state.energy + kinetic(p)
        gradient = state.gradient
        for _ in range(self._draw_steps(generator)):
            self._kick(x, p, gradient)
            rotate(x, p, self.step_size)
            gradient = self.target.gradient(x)
            self._kick(x, p, gradient)
        energy = self.target.energy(x).to(torch.float64)
        return State(x, state.momentum, gradient, energy), energy + kinetic(p) - before

    def _kick(self, x: Tensor, p: Tensor, gradient: Tensor) -> None:
        half = self.step_size / 2
        p.add_(gradient, alpha=-half).add_(x, alpha=half)

    def _draw_steps(self, generator: torch.Generator) -> int:
        mean = max(1, round(self.angle / self.step_size))
        drawn = torch.randint(1, 2 * mean, (1,), generator=generator, device=generator.device)
        return int(drawn)


def rotate(x: Tensor, p: Tensor, angle: float) -> None:
    """(x, p) -> (x cos + p sin, p cos - x sin) in place, as three shears.

    >>> x, p = torch.tensor([1.0]), torch.tensor([0.0])
    >>> rotate(x, p, math.pi / 2)
    >>> bool(abs(x) < 1e-6), bool(abs(p + 1) < 1e-6)
    (True, True)
    """
    x.add_(p, alpha=math.tan(angle / 2))
    p.add_(x, alpha=-math.sin(angle))
    x.add_(p, alpha=math.tan(angle / 2))


def build(target: Target, step_size: float, angle: float = ANGLE, goal: float = GOAL) -> Hmc:
    """HMC for ``target``. Adapt the step while warming up.

    Raises:
        SamplerError: a step outside (0, pi), or an angle or goal that makes no sense.
    """
    require_positive(step_size=step_size, angle=angle, goal=goal, miss=1 - goal)
    if step_size >= math.pi:
        raise SamplerError(f"step_size is an angle below pi, not {step_size:g}")
    return Hmc(target, float(step_size), float(angle), goal)
