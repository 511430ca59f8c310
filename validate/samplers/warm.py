"""From a start to a tuned sampler: names, step sizes from measurement, burn-in.

Langevin samplers: the curvature is measured, a stretch of burn-in is run with its step, and so on;
the last measurement, at typical states, sets the step for good. Metropolis samplers: the step
follows the acceptance during the burn-in. No step size is chosen by hand.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from validate.curvature import layer_stiffness, measure, stable_step
from validate.errors import SamplerError
from validate.samplers import baoab, euler, hmc, mala
from validate.samplers.adapt import adapt
from validate.samplers.divergence import require_alive
from validate.samplers.sampler import Sampler, State
from validate.target import Target

NAMES = ("baoab", "euler", "euler-whitened", "euler-layers", "mala", "hmc")
BURN_IN = 120
STRETCHES = 4


class Warmed(NamedTuple):
    """``sampler`` with its final step, ``state`` after the burn-in; ``curvature``: what the step
    is based on; ``acceptance`` over the burn-in's last half (one without Metropolis)."""

    sampler: Sampler
    state: State
    curvature: float
    acceptance: float


def warm_up(
    name: str, target: Target, x: Tensor, generator: torch.Generator, burn_in: int = BURN_IN
) -> Warmed:
    """The named sampler, tuned on the way from x (R, D) over ``burn_in`` steps.

    ``euler`` takes equal steps in the own parameters, as networks are commonly trained;
    ``euler-whitened`` in proportion to the prior variances; ``euler-layers`` in inverse proportion
    to each layer's curvature.

    Raises:
        SamplerError: an unknown name.
        Untuned: no positive finite curvature, or hardly any proposal accepted.
        Diverged: a member was lost on the way.
    """
    if name not in NAMES:
        raise SamplerError(f"no sampler {name!r}; there are {', '.join(NAMES)}")
    if name in ("mala", "hmc"):
        return _by_acceptance(name, target, x, generator, burn_in)
    sampler, largest = tuned(name, target, x, generator)
    state = sampler.init(x, generator)
    for step in range(burn_in):
        if step and step % max(1, burn_in // STRETCHES) == 0:
            sampler, largest = tuned(name, target, state.x, generator)
        state, info = sampler.step(state, generator)
        require_alive(sampler, state, info, step)
    sampler, largest = tuned(name, target, state.x, generator)
    return Warmed(sampler, state, largest, 1.0)


def tuned(
    name: str, target: Target, x: Tensor, generator: torch.Generator
) -> tuple[Sampler, float]:
    """A Langevin sampler with the step of the curvature at x, and that curvature."""
    if name == "baoab":
        largest = measure(target, x, generator).bound
        return baoab.build(target, stable_step("baoab", largest)), largest
    metric = _metric(name, target, x, generator)
    largest = measure(target, x, generator, metric).bound
    return euler.build(target, stable_step("euler", largest), metric, name), largest


def _metric(name: str, target: Target, x: Tensor, generator: torch.Generator) -> Tensor:
    if name == "euler":
        return euler.equal_steps(target)
    if name == "euler-whitened":
        return euler.whitened_steps(target)
    return euler.layer_steps(target, layer_stiffness(target, x, generator))


def _by_acceptance(
    name: str, target: Target, x: Tensor, generator: torch.Generator, burn_in: int
) -> Warmed:
    largest = measure(target, x, generator).bound
    start: hmc.Hmc | mala.Mala
    if name == "hmc":
        start = hmc.build(target, min(1.0, stable_step("baoab", largest)))
    else:
        # Half the stability limit would do in one dimension; acceptance falls as D^(-1/3).
        start = mala.build(target, stable_step("euler", largest) / target.dimension ** (1 / 3))
    sampler, state, acceptance = adapt(start, start.init(x, generator), generator, burn_in)
    return Warmed(sampler, state, largest, acceptance)
