"""Overdamped Langevin dynamics by the Euler-Maruyama scheme, with a diagonal metric M.

dx = -M grad U dt + sqrt(2 M) dW leaves exp(-U) invariant for every constant M; a step of size h
is x -> x - h M grad U + sqrt(2 h M) xi, with a bias of order h in every average.

Noisy full-batch gradient descent with weight decay, as networks are commonly trained, is this
with equal steps for every own parameter theta = scale * x: there M = 1, hence M = scale^-2 for x
(``equal_steps``). A descent on T U (loss times one half or not, decay: see the conventions) with
learning rate eta has h = T eta.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from binodal.validate.errors import SamplerError
from binodal.validate.normals import normals
from binodal.validate.samplers.divergence import BOUND, lost, require_positive, unconditional
from binodal.validate.samplers.sampler import Fill, Info, State, empty
from binodal.validate.target import Target


def equal_steps(target: Target) -> Tensor:
    """(D,) metric of equal steps in the network's own parameters: scale^-2."""
    return target.scale.square().reciprocal()


def whitened_steps(target: Target) -> Tensor:
    """(D,) metric of steps in proportion to the prior variances: one for every coordinate."""
    return torch.ones_like(target.scale)


def layer_steps(target: Target, stiffness: tuple[float, ...]) -> Tensor:
    """(D,) metric 1/stiffness, one number a layer.

    ``stiffness[l]`` is the largest eigenvalue of the diagonal block of the Hessian of U that
    belongs to layer l (``binodal.validate.curvature.layer_stiffness``).

    Raises:
        SamplerError: not one finite positive number for each layer.
    """
    if len(stiffness) != len(target.layers):
        raise SamplerError(f"{len(target.layers)} layers but {len(stiffness)} stiffnesses")
    metric = torch.ones_like(target.scale)
    for layer, value in zip(target.layers, stiffness, strict=True):
        require_positive(stiffness=value)
        metric[layer] = 1 / value
    return metric


def require_metric(target: Target, metric: Tensor) -> None:
    """Raise ``SamplerError`` unless a metric is a positive number for each coordinate."""
    if metric.shape != (target.dimension,) or not bool((metric > 0).all()):
        raise SamplerError(f"a metric is {target.dimension} positive numbers")


@dataclass(frozen=True)
class Euler:
    """``metric`` (D,) is M, ``noise_scale`` its square root; ``name`` tells the metric."""

    target: Target
    step_size: float
    metric: Tensor
    noise_scale: Tensor
    bound: float = BOUND
    name: str = "euler"

    def init(self, x: Tensor, generator: torch.Generator) -> State:
        """x (copied) and the gradient at x; nothing is drawn."""
        x = x.clone()
        return State(x, empty(x), self.target.gradient(x), empty(x))

    def step(self, state: State, generator: torch.Generator) -> tuple[State, Info]:
        """One Euler-Maruyama step; the state's tensors are overwritten."""
        return self.step_with(state, lambda room: normals(room, generator))

    @property
    def order(self) -> int:
        """Order of the bias in the step."""
        return 1

    @property
    def memory(self) -> float:
        """What is left of a step's noise after another step: all of it."""
        return 1.0

    def step_with(self, state: State, fill: Fill) -> tuple[State, Info]:
        """A step whose noise ``fill`` writes."""
        x, momentum, gradient, energy = state
        x.addcmul_(self.metric, gradient, value=-self.step_size)
        noise = fill(gradient)
        x.addcmul_(self.noise_scale, noise, value=math.sqrt(2 * self.step_size))
        gradient = self.target.gradient(x)
        diverged = lost(x, self.bound).logical_or_(lost(gradient, math.inf))
        return State(x, momentum, gradient, energy), unconditional(diverged)


def build(
    target: Target,
    step_size: float,
    metric: Tensor | None = None,
    name: str = "euler",
    bound: float = BOUND,
) -> Euler:
    """Euler-Maruyama for ``target``; without a metric with equal steps in the own parameters.

    Raises:
        SamplerError: a step or bound that is not finite and positive, or a metric that is not a
            positive number for each of the D coordinates.
    """
    require_positive(step_size=step_size, bound=bound)
    metric = equal_steps(target) if metric is None else metric
    require_metric(target, metric)
    return Euler(target, float(step_size), metric, metric.sqrt(), float(bound), name)
