"""Metropolis-adjusted Langevin: the Euler-Maruyama step as a proposal, without its bias.

With e = sqrt(2 h) and xi ~ N(0, 1) the step x -> x - h M grad U + sqrt(2 h M) xi is one leapfrog
step of length e from momentum xi with mass M^-1. So the probability of acceptance follows from the
rise of U(x) + |p|^2/2 with p = xi at the start and p = xi - (e/2) M^(1/2) (grad U + grad U') at the
end: no proposal densities are evaluated. Exact for every step size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from binodal.validate.normals import normals
from binodal.validate.samplers.divergence import require_positive
from binodal.validate.samplers.euler import require_metric, whitened_steps
from binodal.validate.samplers.metropolis import Metropolis, kinetic
from binodal.validate.samplers.sampler import State
from binodal.validate.target import Target

GOAL = 0.574
"""Best acceptance in high dimension (G. Roberts and J. Rosenthal, J. R. Stat. Soc. B 60, 255)."""


@dataclass(frozen=True)
class Mala(Metropolis):
    """``root`` (D,) is M^(1/2); ``goal`` the acceptance that adaptation aims at."""

    target: Target
    step_size: float
    root: Tensor
    goal: float = GOAL
    name: str = "mala"

    def propose(self, state: State, generator: torch.Generator) -> tuple[State, Tensor]:
        """An Euler-Maruyama step, and the rise of the total energy (R,)."""
        length = math.sqrt(2 * self.step_size)
        p = normals(torch.empty_like(state.x), generator)
        before = state.energy + kinetic(p)
        p.addcmul_(self.root, state.gradient, value=-length / 2)
        x = torch.addcmul(state.x, self.root, p, value=length)
        gradient = self.target.gradient(x)
        p.addcmul_(self.root, gradient, value=-length / 2)
        energy = self.target.energy(x).to(torch.float64)
        return State(x, state.momentum, gradient, energy), energy + kinetic(p) - before


def build(
    target: Target, step_size: float, metric: Tensor | None = None, goal: float = GOAL
) -> Mala:
    """MALA for ``target``; ``metric`` (D,) is M, one without it. Adapt the step while warming up.

    Raises:
        SamplerError: a step that is not finite and positive, a goal outside (0, 1), or a metric
            that is not a positive number for each of the D coordinates.
    """
    require_positive(step_size=step_size, goal=goal, miss=1 - goal)
    metric = whitened_steps(target) if metric is None else metric
    require_metric(target, metric)
    return Mala(target, float(step_size), metric.sqrt(), goal)
