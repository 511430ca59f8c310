"""Every sampler of the full coordinates, with its step from measurement."""

from __future__ import annotations

import torch

from binodal.validate.curvature import layer_stiffness, measure, stable_step
from binodal.validate.samplers import baoab, euler, hmc, mala
from binodal.validate.samplers.adapt import adapt
from binodal.validate.target import Target
from tests.validate.samplers.laws import FIRST_ORDER, SECOND_ORDER, Case


def _largest(target, x, random, metric=None) -> float:
    """After a burn-in by HMC, over all members."""
    warm = adapt(hmc.build(target, 0.3), hmc.build(target, 0.3).init(x, random), random, 60)
    return measure(target, warm.state.x, random, metric).bound


def _baoab_step(target: Target, x: torch.Tensor, random: torch.Generator) -> float:
    return stable_step("baoab", _largest(target, x, random))


def _adapted(build):
    def step(target: Target, x: torch.Tensor, random: torch.Generator) -> float:
        sampler = build(target, 0.3)
        return adapt(sampler, sampler.init(x, random), random).sampler.step_size

    return Case(build, step)


def _euler(name: str, time: float) -> Case:
    def metric(target: Target) -> torch.Tensor:
        if name == "equal":
            return euler.equal_steps(target)
        if name == "whitened":
            return euler.whitened_steps(target)
        random = torch.Generator().manual_seed(9)
        x = torch.randn(
            (target.members, target.dimension), generator=random, dtype=torch.float64
        ).to(target.dtype)
        return euler.layer_steps(target, layer_stiffness(target, x, random))

    def step(target: Target, x: torch.Tensor, random: torch.Generator) -> float:
        return stable_step("euler", _largest(target, x, random, metric(target)))

    return Case(lambda t, h: euler.build(t, h, metric(t)), step, FIRST_ORDER, time)


BAOAB = Case(baoab.build, _baoab_step, SECOND_ORDER, 40.0)
EULER = _euler("equal", 16.0)
EULER_WHITENED = _euler("whitened", 12.0)
EULER_LAYERS = _euler("layers", 90.0)
MALA = _adapted(mala.build)
HMC = _adapted(hmc.build)
