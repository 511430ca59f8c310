"""CPU seconds for an effective draw of b and <q^2> at an equal bias: BAOAB against Euler-Maruyama.

Euler takes equal steps in the own parameters, as networks are commonly trained; its preconditioned
form takes one step a layer from the layer's curvature. Each observable is matched at its own bias,
:data:`TARGET` of its value: BAOAB keeps the step that a run would take unless its bias is larger,
Euler's step follows from its bias, which is linear in the step: chains whose steps are halves and
quarters of each other and share their noise stay together, and the means of their differences
give it. All see the same data sets; the exact value is common to all, and at the smallest networks
HMC is one of those that must agree on it (benchmarks/sampling_bias.py). The notes give the errors
and the chi^2 of all these assumptions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import hypot, sqrt

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.sampling import network, one_thread, shortest
from benchmarks.sampling_bias import (
    Cost,
    Difference,
    Fit,
    Measured,
    cost_at,
    difference,
    fit,
    measured,
    time_law,
)
from benchmarks.timing import Row
from validate import curvature
from validate.networks.teacher_student import TeacherStudent
from validate.observables.overlaps import mode_amplitudes
from validate.samplers import baoab, euler, hmc
from validate.samplers.adapt import adapt
from validate.samplers.sampler import Sampler, State
from validate.target import prior_draw

Array = NDArray[np.float64]

TARGET = 1e-3
"""Bias allowed to a sampler, as a share of the observable."""

LONGER = 1
"""Factor on all chains: 16 for errors a quarter as large."""

_RIVALS = {"euler": "Euler", "preconditioned": "preconditioned Euler"}
_DRAWS = 1500
"""Measurements of a chain, burn-in aside, at most one a step."""


@dataclass(frozen=True)
class Plan:
    """Members, and steps of each chain by sampler; ``hmc`` counts trajectories, 0 for none.

    ``coupled`` counts the coarsest steps of ``levels`` chains of Euler that share their noise.
    """

    members: int
    baoab: int
    euler: int
    preconditioned: int
    hmc: int
    coupled: int
    levels: int


PLANS = {
    "1/8": Plan(8, 6000, 10000, 3000, 1000, 1500, 3),
    "1/2": Plan(2, 1500, 3000, 1500, 0, 1000, 2),
}


def _observe(net: TeacherStudent, state: State) -> tuple[Array, Array]:
    weights, readout = net.weights(state.x)
    q = weights[..., 0].double()
    first = mode_amplitudes(q, weights.square().sum(2).double())[..., 0]
    return (1 - (readout.double() * first).sum(1)).numpy(), q.square().mean(1).numpy()


def _chain(
    net: TeacherStudent,
    sampler: Sampler,
    start: torch.Tensor,
    steps: int,
    generator: torch.Generator,
) -> dict[str, Measured]:
    """From a draw of the posterior, a tenth more of steps first for the sampler's own law."""
    state, series = sampler.init(start, generator), []
    burn, thin = steps // 10, max(1, steps // _DRAWS // 4)
    for step in range(steps + burn):
        state, info = sampler.step(state, generator)
        if bool(info.diverged.any()):
            raise ValueError(f"{sampler.name} diverged in step {step}")
        if step >= burn and (step - burn) % thin == 0:
            series.append(_observe(net, state))
    columns = zip(*series, strict=True)
    name, h = sampler.name, sampler.step_size
    return {
        observable: measured(name, h, np.stack(column, axis=1), thin)
        for observable, column in zip(("b", "q2"), columns, strict=True)
    }


def _coupled(
    sampler: euler.Euler, start: torch.Tensor, plan: Plan, generator: torch.Generator
) -> dict[str, list[Difference]]:
    """Of chains with half of the sampler's step, a quarter and so on: one Brownian path for all."""
    net, finest = sampler.target, 2 ** (plan.levels - 1)
    assert isinstance(net, TeacherStudent)
    steps = [sampler.step_size / 2 ** (level + 1) for level in range(plan.levels)]
    places = [start.clone() for _ in steps]
    sums = [torch.zeros_like(start) for _ in steps]
    series = []
    for count in range(plan.coupled * LONGER * finest):
        noise = torch.empty_like(start).normal_(generator=generator)
        for level, (x, total, h) in enumerate(zip(places, sums, steps, strict=True)):
            total.add_(noise, alpha=sqrt(2 * steps[-1]))
            if (count + 1) % (finest >> level) == 0:
                x.addcmul_(sampler.metric, net.gradient(x), value=-h)
                x.addcmul_(sampler.noise_scale, total)
                total.zero_()
        if (count + 1) % (2 * finest) == 0:
            states = [State(x, x, x, x) for x in places]
            series.append(np.array([_observe(net, state) for state in states]))
    draws = np.stack(series, axis=-1)[..., len(series) // 5 :]
    return {
        observable: [
            difference(sampler.name, steps[k], steps[k + 1], draws[k, row] - draws[k + 1, row])
            for k in range(plan.levels - 1)
        ]
        for row, observable in enumerate(("b", "q2"))
    }


def _equilibrium(net: TeacherStudent, generator: torch.Generator) -> torch.Tensor:
    sampler = baoab.build(net, 0.1)
    state = sampler.init(prior_draw(net, generator), generator)
    for _ in range(400):
        state, _ = sampler.step(state, generator)
    return state.x


def _samplers(
    net: TeacherStudent, x: torch.Tensor, plan: Plan, generator: torch.Generator
) -> list[tuple[Sampler, int]]:
    """Each with its number of steps; of a name, the first has the step that a run would take."""
    fast = curvature.stable_step("baoab", curvature.measure(net, x, generator).bound)
    found: list[tuple[Sampler, int]] = [
        (baoab.build(net, fast * factor), plan.baoab) for factor in (1, 1.4, 0.5)
    ]
    stiffness = curvature.layer_stiffness(net, x, generator)
    metrics = {"euler": euler.equal_steps(net), "preconditioned": euler.layer_steps(net, stiffness)}
    for name, metric in metrics.items():
        bound = curvature.measure(net, x, generator, metric).bound
        slow = curvature.stable_step("euler", bound)
        length = getattr(plan, name)
        found += [(euler.build(net, slow * f, metric, name), length) for f in (1, 0.5)]
    if plan.hmc:
        sampler = hmc.build(net, fast)
        warm = adapt(sampler, sampler.init(x, generator), generator)
        found.append((warm.sampler, plan.hmc))
    return [(sampler, steps * LONGER) for sampler, steps in found]


def _seconds(
    net: TeacherStudent, samplers: dict[str, Sampler], x: torch.Tensor, generator: torch.Generator
) -> dict[str, float]:
    """CPU time of a step of one network, measured in turns."""
    states = {name: sampler.init(x, generator) for name, sampler in samplers.items()}

    def step(name: str) -> None:
        states[name], _ = samplers[name].step(states[name], generator)

    took = shortest({name: partial(step, name) for name in samplers}, rounds=15)
    return {name: value / net.members for name, value in took.items()}


@dataclass(frozen=True)
class Found:
    """What all chains say about one observable."""

    chains: list[Measured]
    differences: list[Difference]


def collect(beta: str) -> tuple[dict[str, Found], dict[str, float]]:
    """All chains of both observables, and the seconds of a step by sampler."""
    plan, generator = PLANS[beta], torch.Generator().manual_seed(8)
    net = network(beta, plan.members)
    x = _equilibrium(net, generator)
    samplers = _samplers(net, x, plan, generator)
    first = {s.name: s for s, _ in reversed(samplers) if s.name != "hmc"}
    seconds = _seconds(net, first, x, generator)
    chains = [_chain(net, sampler, x, steps, generator) for sampler, steps in samplers]
    rivals = [s for s in first.values() if isinstance(s, euler.Euler)]
    pairs = [_coupled(sampler, x, plan, generator) for sampler in rivals]
    found = {
        name: Found([c[name] for c in chains], [d for pair in pairs for d in pair[name]])
        for name in ("b", "q2")
    }
    return found, seconds


def _cost(line: Fit, found: Sequence[Measured], name: str, seconds: float) -> Cost:
    own = [m for m in found if m.sampler == name]
    return cost_at(line, own, seconds, TARGET, own[0].step)


def _bias(line: Fit, found: Sequence[Measured], name: str) -> str:
    """At the step of a run, in per mille."""
    value, error = line.bias(name, next(m.step for m in found if m.sampler == name))
    return f"{1e3 * value:.2f}±{1e3 * error:.2f}"


def rows(beta: str, found: dict[str, Found], seconds: dict[str, float]) -> list[Row]:
    """The costs of both rivals for both observables."""
    table = []
    for observable, evidence in found.items():
        chains = evidence.chains
        line = fit(chains, evidence.differences)
        ours = _cost(line, chains, "baoab", seconds["baoab"])
        for name, title in _RIVALS.items():
            theirs = _cost(line, chains, name, seconds[name])
            spread = hypot(ours.relative, theirs.relative) * theirs.seconds / ours.seconds
            law = time_law([m for m in chains if m.sampler == name])[2]
            note = (
                f"naive: {title}, ratio ±{spread:.2g}; at steps of a run biases "
                f"{_bias(line, chains, 'baoab')} and {_bias(line, chains, name)} per mille; "
                f"chi2 {line.chi2:.1f} of {line.freedom}, of tau {law:.1f} of 1"
            )
            title = f"effective {observable} at bias {TARGET:g}, beta={beta}"
            table.append(Row(title, ours.seconds, theirs.seconds, note))
    return table


def run() -> list[Row]:
    """See the module."""
    with one_thread():
        return [row for beta in PLANS for row in rows(beta, *collect(beta))]
