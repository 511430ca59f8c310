"""Chains of the student of figure 2: by themselves at the step of a run, or sharing their noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from benchmarks.sampling_bias import Array, halved, noise_scale
from binodal.models.teacher_student.network.network import TeacherStudent
from binodal.models.teacher_student.network.overlaps import mode_amplitudes
from binodal.models.teacher_student.network.readout import TeacherStudentReadout
from binodal.validate import curvature
from binodal.validate.samplers import baoab, euler, hmc
from binodal.validate.samplers.adapt import adapt
from binodal.validate.samplers.sampler import Info, State
from binodal.validate.target import prior_draw

OBSERVABLES = ("b", "averaged", "q2")

Stepper = baoab.Baoab | euler.Euler

COARSEST = {"baoab": 1, "euler": 2, "preconditioned": 2}
"""A run's step over that of the coarsest chain that shares noise."""

_APART = 0.3
"""Share of coupled chains, which start at one point, for them to come to their own laws."""
_BURN_IN = 0.1
"""Share of a chain by itself: it starts in the law of BAOAB."""


@dataclass(frozen=True)
class Chains:
    """Of one sampler: by itself at the step of a run, and with steps that are halves."""

    own: Stepper
    sharing: Sequence[Stepper]


def direct(net: TeacherStudent, x: torch.Tensor) -> tuple[Array, Array, torch.Tensor]:
    """b as the network stands, <q^2>, and what each neuron contributes to the linear mode."""
    weights, readout = net.weights(x)
    q = weights[..., 0].double()
    first = mode_amplitudes(q, weights.square().sum(2).double())[..., 0]
    return (1 - (readout.double() * first).sum(1)).numpy(), q.square().mean(1).numpy(), first


def observe(net: TeacherStudent, x: torch.Tensor) -> Array:
    """(observable, member), b averaged at the readout's mean given the first layer."""
    b, q2, first = direct(net, x)
    model = TeacherStudentReadout(net)
    readout = model.mean(x[:, : model.hidden]).double()
    return np.stack((b, (1 - (readout * first).sum(1)).numpy(), q2))


def alone(
    chain: Stepper, start: torch.Tensor, steps: int, every: int, generator: torch.Generator
) -> Array:
    """(observable, member, draw), read every so many steps."""
    net = _student(chain)
    state, series = chain.init(start, generator), []
    for done in range(1, steps + 1):
        state, info = chain.step(state, generator)
        _require_finite(chain, info, done)
        if done % every == 0:
            series.append(observe(net, state.x))
    return np.stack(series, axis=-1)[..., int(_BURN_IN * len(series)) :]


def coupled(
    chains: Sequence[Stepper],
    start: torch.Tensor,
    steps: int,
    every: int,
    generator: torch.Generator,
) -> Array:
    """(observable, level, member, draw) of chains whose steps are halves, from the coarsest on.

    ``steps`` and ``every`` count steps of the coarsest.
    """
    finest, net = chains[-1], _student(chains[-1])
    states = [chain.init(start, generator) for chain in chains]
    states = [State(s.x, states[0].momentum.clone(), s.gradient, s.energy) for s in states]
    sums = [torch.zeros_like(start) for _ in chains]
    counts = [2 ** (len(chains) - 1 - level) for level in range(len(chains))]
    scales = [noise_scale(finest.memory, count) for count in counts]
    series = []
    for done in range(1, steps * counts[0] + 1):
        noise = torch.empty_like(start).normal_(generator=generator)
        for level, (chain, total) in enumerate(zip(chains, sums, strict=True)):
            total.mul_(finest.memory).add_(noise)
            if done % counts[level]:
                continue
            share = total / scales[level]
            states[level], info = chain.step_with(
                states[level], lambda room, w=share: room.copy_(w)
            )
            _require_finite(chain, info, done // counts[level])
            total.zero_()
        if done % (counts[0] * every) == 0:
            series.append(np.stack([observe(net, state.x) for state in states], axis=1))
    return np.stack(series, axis=-1)[..., int(_APART * len(series)) :]


def exact(
    net: TeacherStudent, start: torch.Tensor, step: float, count: int, generator: torch.Generator
) -> Array:
    """(observable, member, trajectory) of HMC."""
    sampler = hmc.build(net, step)
    warm = adapt(sampler, sampler.init(start, generator), generator)
    state, series = warm.state, []
    for _ in range(count):
        state, _ = warm.sampler.step(state, generator)
        series.append(observe(net, state.x))
    return np.stack(series, axis=-1)[..., count // 5 :]


def equilibrium(net: TeacherStudent, generator: torch.Generator) -> torch.Tensor:
    sampler = baoab.build(net, 0.1)
    state = sampler.init(prior_draw(net, generator), generator)
    for _ in range(400):
        state, _ = sampler.step(state, generator)
    return state.x


def samplers(
    net: TeacherStudent, x: torch.Tensor, levels: Sequence[tuple[str, int]], seed: int
) -> dict[str, Chains]:
    """Of each sampler so many coupled chains; steps from the curvature at ``x``, as in a run."""
    generator = torch.Generator().manual_seed(seed)
    built = {}
    for name, count in levels:
        metric = _metric(name, net, x, generator)
        bound = curvature.measure(net, x, generator, metric).bound
        step = curvature.stable_step("baoab" if metric is None else "euler", bound)

        def build(h: float, name: str = name, metric: torch.Tensor | None = metric) -> Stepper:
            return baoab.build(net, h) if metric is None else euler.build(net, h, metric, name)

        built[name] = Chains(build(step), [build(h) for h in halved(step / COARSEST[name], count)])
    return built


def _metric(
    name: str, net: TeacherStudent, x: torch.Tensor, generator: torch.Generator
) -> torch.Tensor | None:
    """None for BAOAB, which has no metric of its own."""
    if name == "euler":
        return euler.equal_steps(net)
    if name == "preconditioned":
        return euler.layer_steps(net, curvature.layer_stiffness(net, x, generator))
    return None


def _student(chain: Stepper) -> TeacherStudent:
    net = chain.target
    assert isinstance(net, TeacherStudent)
    return net


def _require_finite(chain: Stepper, info: Info, step: int) -> None:
    if bool(info.diverged.any()):
        raise ValueError(f"{chain.name} diverged at step {step}")
