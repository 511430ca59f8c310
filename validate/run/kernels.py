"""Samplers by name: their step from measured curvature, and the same sampler again on resuming."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from binodal.validate import curvature
from binodal.validate.network_model import Network
from binodal.validate.run.spec import RunSpec
from binodal.validate.samplers import baoab, euler, hmc, mala
from binodal.validate.samplers.adapt import adapt
from binodal.validate.samplers.collapsed import Collapsed
from binodal.validate.samplers.sampler import Sampler, State
from binodal.validate.target import Target

_LARGEST_TURN = 1.0

_LEAST_ACCEPTANCE = 0.25
"""Share of the wanted acceptance below which a single network counts as stuck."""
_METROPOLIS = ("mala", "hmc", "collapsed-hmc")


@dataclass(frozen=True)
class Tuning:
    """What fixes a sampler: its step, and the stiffness of each layer where its metric needs it.

    ``largest`` is the curvature, in the sampler's metric, that the step was taken from.
    """

    step_size: float
    largest: float
    stiffness: tuple[float, ...] = ()


def sampled(spec: RunSpec, network: Network) -> Target:
    """What the run's sampler steps in: all coordinates, or the hidden ones alone."""
    if spec.sampler != "collapsed-hmc" or spec.network.readout is None:
        return network
    return Collapsed(spec.network.readout(network))


def all_coordinates(target: Target, x: Tensor, generator: torch.Generator) -> Tensor:
    """x of the network: a collapsed sampler's, with an exact draw of the readout behind it."""
    return target.complete(x, generator) if isinstance(target, Collapsed) else x


def settling(name: str) -> str:
    """The sampler of the warm-up: BAOAB in place of Metropolis, which rejects what is far away.

    A start may lie where proposals of the step that suits typical states are never accepted, in
    the steep tail of a sextic decay, say; BAOAB's friction carries it down.
    """
    return "baoab" if name in _METROPOLIS else name


def settler(name: str, target: Target, tuning: Tuning) -> Sampler:
    """What takes the first steps from a start.

    For Metropolis samplers BAOAB whose momentum is forgotten within a step: at a step h it moves by
    about h^2 grad U, which shrinks a steep tail by a fixed share each time. Ordinary friction takes
    a unit of time for that, thousands of the short steps that a tail allows.
    """
    if name in _METROPOLIS:
        return baoab.build(target, tuning.step_size, friction=1 / tuning.step_size)
    return build(name, target, tuning)


def build(name: str, target: Target, tuning: Tuning) -> Sampler:
    """The sampler of this name with a fixed step."""
    metric = _metric(name, target, tuning.stiffness)
    if name == "baoab":
        return baoab.build(target, tuning.step_size)
    if name in ("hmc", "collapsed-hmc"):
        return hmc.build(target, tuning.step_size)
    if name == "mala":
        return mala.build(target, tuning.step_size)
    return euler.build(target, tuning.step_size, metric, name)


def tune(
    name: str,
    target: Target,
    x: Tensor,
    generator: torch.Generator,
    factor: float,
    shorter: float = 1.0,
) -> tuple[Tuning, State]:
    """A step for typical states near x, and the state to go on from.

    ``factor`` multiplies the step that the curvature allows. Metropolis samplers find theirs from
    the acceptance instead, starting there; for them it multiplies the share of rejections that
    they aim at. ``shorter`` multiplies the step that either finds. Raises Untuned or Diverged.
    """
    first = measured(name, target, x, generator, factor * shorter)
    sampler = build(name, target, first)
    state = sampler.init(x, generator)
    if not isinstance(sampler, (hmc.Hmc, mala.Mala)):
        return first, state
    patient = replace(sampler, goal=1 - factor * (1 - sampler.goal))
    warm = adapt(patient, state, generator, least=_LEAST_ACCEPTANCE)
    return Tuning(warm.sampler.step_size * shorter, first.largest, first.stiffness), warm.state


def measured(
    name: str, target: Target, x: Tensor, generator: torch.Generator, factor: float
) -> Tuning:
    """The step that the curvature at x allows, times ``factor``."""
    stiffness = (
        curvature.layer_stiffness(target, x, generator) if name == "preconditioned-euler" else ()
    )
    metric = _metric(name, target, stiffness)
    largest = curvature.measure(target, x, generator, metric).bound
    if name in ("baoab", "hmc", "collapsed-hmc"):
        step = min(curvature.stable_step("baoab", largest), _LARGEST_TURN)
    else:
        step = curvature.stable_step("euler", largest)
    if name == "mala":  # at fixed acceptance the step falls with the dimension
        step /= target.dimension ** (1 / 3)
    return Tuning(step * factor, largest, stiffness)


def _metric(name: str, target: Target, stiffness: tuple[float, ...]) -> Tensor | None:
    if name == "euler":
        return euler.equal_steps(target)
    return euler.layer_steps(target, stiffness) if stiffness else None
