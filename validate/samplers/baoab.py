"""Underdamped Langevin dynamics by the BAOAB splitting, in whitened coordinates.

dx = p dt,  dp = -grad U dt - g p dt + sqrt(2 g) dW,  unit mass, temperature one, g the friction:
free momentum is forgotten as e^{-g t}, and the prior alone oscillates with frequency one, so that
g = 1/2 leaves it underdamped. A step of size h is half a kick (B), half a drift (A), the exact
Ornstein-Uhlenbeck step p -> e^{-g h} p + sqrt(1 - e^{-2 g h}) xi (O), half a drift, half a kick.
The law of x has an error of order h^2, and none at all on Gaussian targets (for h < 2/frequency).

Source: the splitting is B. Leimkuhler and C. Matthews, Appl. Math. Res. Express 2013, 34.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from binodal.validate.normals import normals
from binodal.validate.samplers.divergence import BOUND, lost, require_positive, unconditional
from binodal.validate.samplers.sampler import Fill, Info, State, empty
from binodal.validate.target import Target

FRICTION = 0.5


@dataclass(frozen=True)
class Baoab:
    """One gradient a step; every update is in place, and the spent gradient holds the noise."""

    target: Target
    step_size: float
    friction: float = FRICTION
    bound: float = BOUND
    name: str = "baoab"

    def init(self, x: Tensor, generator: torch.Generator) -> State:
        """x (copied), a thermal momentum and the gradient at x."""
        x = x.clone()
        momentum = normals(torch.empty_like(x), generator)
        return State(x, momentum, self.target.gradient(x), empty(x))

    @property
    def thermostat(self) -> tuple[float, float]:
        """Factors (e^{-g h}, sqrt(1 - e^{-2 g h})) of the momentum and of the noise."""
        exponent = self.friction * self.step_size
        return math.exp(-exponent), math.sqrt(-math.expm1(-2 * exponent))

    def step(self, state: State, generator: torch.Generator) -> tuple[State, Info]:
        """One BAOAB step; the state's tensors are overwritten."""
        return self.step_with(state, lambda room: normals(room, generator))

    @property
    def order(self) -> int:
        """Order of the bias in the step."""
        return 2

    @property
    def memory(self) -> float:
        """What is left of a step's noise after another step."""
        return self.thermostat[0]

    def step_with(self, state: State, fill: Fill) -> tuple[State, Info]:
        """A step whose noise ``fill`` writes."""
        x, p, gradient, energy = state
        half = self.step_size / 2
        memory, amplitude = self.thermostat
        p.add_(gradient, alpha=-half)
        x.add_(p, alpha=half)
        noise = fill(gradient)
        p.mul_(memory).add_(noise, alpha=amplitude)
        x.add_(p, alpha=half)
        gradient = self.target.gradient(x)
        p.add_(gradient, alpha=-half)
        # A lost coordinate or gradient is a lost momentum within the same step.
        return State(x, p, gradient, energy), unconditional(lost(p, self.bound))


def build(
    target: Target, step_size: float, friction: float = FRICTION, bound: float = BOUND
) -> Baoab:
    """BAOAB for ``target``; take the step from ``binodal.validate.curvature.stable_step("baoab",
    ...)``.

    Raises:
        SamplerError: a step, friction or bound that is not finite and positive.
    """
    require_positive(step_size=step_size, friction=friction, bound=bound)
    return Baoab(target, float(step_size), float(friction), float(bound))
