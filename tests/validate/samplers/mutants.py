"""Samplers with one mistake each: what the laws must catch."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import torch
from torch import Tensor

from binodal.validate.samplers.baoab import Baoab
from binodal.validate.samplers.hmc import Hmc
from binodal.validate.samplers.mala import Mala
from binodal.validate.samplers.metropolis import decide
from binodal.validate.samplers.sampler import Info, State
from binodal.validate.target import Target
from tests.validate.problems import gaussian, linear_network
from tests.validate.samplers import cases
from tests.validate.samplers.laws import Case


class Changed:
    """A target with another gradient; everything else is passed on."""

    def __init__(self, target: Target, change: Callable[[Target, Tensor, Tensor], Tensor]) -> None:
        self._target, self._change = target, change

    def __getattr__(self, name: str) -> Any:
        return getattr(self._target, name)

    def gradient(self, x: Tensor) -> Tensor:
        return self._change(self._target, x, self._target.gradient(x))


def tempered(target: Target, x: Tensor, gradient: Tensor) -> Tensor:
    """Temperature 1.3."""
    return gradient / 1.3


def decay_misses_a_layer(target: Target, x: Tensor, gradient: Tensor) -> Tensor:
    layer = target.layers[-1]
    gradient[:, layer] -= x[:, layer]
    return gradient


def clipped(target: Target, x: Tensor, gradient: Tensor) -> Tensor:
    """To twice the root of the dimension: about one member in ten, near equilibrium."""
    length = torch.linalg.vector_norm(gradient, dim=1, keepdim=True)
    return gradient * (2 * target.dimension**0.5 / length).clamp_max(1)


def of_target(case: Case, change: Callable[[Target, Tensor, Tensor], Tensor]) -> Case:
    return replace(case, build=lambda target, step: case.build(Changed(target, change), step))


class ColdBath(Baoab):
    """The root of two is missing in the noise."""

    @property
    def thermostat(self) -> tuple[float, float]:
        memory, amplitude = super().thermostat
        return memory, amplitude / math.sqrt(2)


def weak_noise(case: Case) -> Case:
    """Euler without the root of two in the noise."""

    def build(target: Target, step: float) -> Any:
        sampler = case.build(target, step)
        return replace(sampler, noise_scale=sampler.noise_scale / math.sqrt(2))

    return replace(case, build=build)


class Willing:
    """Takes every proposal: no Metropolis correction."""

    def step(self, state: State, generator: torch.Generator) -> tuple[State, Info]:
        proposal, rise = self.propose(state, generator)
        return decide(state, proposal, torch.zeros_like(rise), generator)


class WillingMala(Willing, Mala):
    pass


class WillingHmc(Willing, Hmc):
    pass


class OneMomentum(Hmc):
    """The momentum of the first trajectory in every trajectory."""

    def propose(self, state: State, generator: torch.Generator) -> tuple[State, Tensor]:
        return super().propose(state, torch.Generator().manual_seed(11))


def of_class(case: Case, kind: type, stretch: float = 1.0) -> Case:
    """The same settings under another class; ``stretch`` multiplies the step."""

    def build(target: Target, step: float) -> Any:
        sampler = case.build(target, stretch * step)
        return kind(**{field.name: getattr(sampler, field.name) for field in fields(sampler)})

    return replace(case, build=build)


MUTANTS = {
    "baoab: temperature": (of_target(cases.BAOAB, tempered), gaussian),
    "baoab: root of two": (of_class(cases.BAOAB, ColdBath), gaussian),
    "baoab: decay misses a layer": (of_target(cases.BAOAB, decay_misses_a_layer), linear_network),
    "baoab: clipped": (of_target(cases.BAOAB, clipped), gaussian),
    "euler: temperature": (of_target(cases.EULER, tempered), gaussian),
    "euler: root of two": (weak_noise(cases.EULER), gaussian),
    "euler: decay misses a layer": (
        of_target(cases.EULER_LAYERS, decay_misses_a_layer),
        linear_network,
    ),
    "euler: clipped": (of_target(cases.EULER_WHITENED, clipped), gaussian),
    "mala: no Metropolis": (of_class(cases.MALA, WillingMala), gaussian),
    "hmc: no Metropolis": (of_class(cases.HMC, WillingHmc), gaussian),
    "hmc: one momentum": (of_class(cases.HMC, OneMomentum), gaussian),
}
