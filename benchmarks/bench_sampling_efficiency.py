"""CPU seconds for an effective draw of b and <q^2> at an equal bias: BAOAB against Euler-Maruyama.

Euler takes equal steps in the own parameters, as networks are commonly trained; its preconditioned
form takes one step a layer from the layer's curvature. BAOAB takes the step of a run. Euler's step
is the one at which its bias is BAOAB's, the size and error of it together; a second set of rows
allows both a bias of :data:`ALLOWED`. b is read from the networks as they stand, or averaged
exactly over the readout given the first layer, as a run stores it: each reading of BAOAB meets the
same reading of Euler, and one row the averaged b with Euler's plain one, which is how each is
commonly read. A reading's own cost is charged, the other observables of a run's are not.

The notes give the biases at a run's BAOAB step and at half of a run's Euler step, how far the
chains are from the assumed orders, and at the smallest networks how far HMC, which has no bias, is
from both. Euler-Maruyama is of first order; schemes of its cost with a better order exist and are
not compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch

from benchmarks.sampling import network, one_thread, shortest
from benchmarks.sampling_bias import (
    POWERS,
    Array,
    Bias,
    Cost,
    bias,
    cost,
    halved,
    mean,
    noise_scale,
    ratio,
    slowed,
)
from benchmarks.timing import Row
from validate import curvature
from validate.networks.teacher_student import TeacherStudent
from validate.observables.overlaps import mode_amplitudes
from validate.samplers import baoab, euler, hmc
from validate.samplers.adapt import adapt
from validate.samplers.readouts import TeacherStudentReadout
from validate.samplers.sampler import State
from validate.target import prior_draw

ALLOWED = 1e-3

_RIVALS = {"euler": "Euler", "preconditioned": "preconditioned Euler"}
_OBSERVABLES = ("b", "averaged", "q2")
_TITLES = {"b": "b", "averaged": "b averaged", "q2": "<q^2>"}
_COMPARED = (
    ("b", "b", "euler"),
    ("averaged", "averaged", "euler"),
    ("q2", "q2", "euler"),
    ("averaged", "b", "euler"),
    ("b", "b", "preconditioned"),
    ("averaged", "averaged", "preconditioned"),
    ("q2", "q2", "preconditioned"),
)
"""Our reading, the rival's reading, the rival."""

_USED = {"baoab": 0, "euler": 2, "preconditioned": 2}
"""Chains that give the bias, from the finest on; 0 for all."""

_LONGEST = {"baoab": 1.0, "euler": 2.0, "preconditioned": 2.0}
"""A run's step over that of the coarsest chain."""

_RESOLVED = 0.5
"""Relative error of the slowest reading's cost beyond which no ratio counts: a chain that is short
against a correlation time finds it too short, and its own error with it."""

_BURN_IN = 0.2
"""Of every chain: it starts in the law of BAOAB."""


@dataclass(frozen=True)
class Plan:
    """Members, and by sampler the chains that share their noise and steps of the coarsest one.

    ``hmc`` counts trajectories, 0 for none.
    """

    members: int
    levels: Mapping[str, int]
    steps: Mapping[str, int]
    hmc: int


_THREE = dict.fromkeys(POWERS, 3)
PLANS = {
    "1/8": Plan(8, _THREE, {"baoab": 1500, "euler": 2500, "preconditioned": 1000}, 800),
    "1/2": Plan(2, _THREE | {"baoab": 2}, {"baoab": 1200, "euler": 1200, "preconditioned": 400}, 0),
}

_EVERY = {"baoab": 1, "euler": 2, "preconditioned": 2}
"""Steps of the coarsest chain between readings: few against the steps for an effective draw."""

Stepper = baoab.Baoab | euler.Euler


def _direct(net: TeacherStudent, x: torch.Tensor) -> tuple[Array, Array, torch.Tensor]:
    """b as the network stands, <q^2>, and what each neuron contributes to the linear mode."""
    weights, readout = net.weights(x)
    q = weights[..., 0].double()
    first = mode_amplitudes(q, weights.square().sum(2).double())[..., 0]
    return (1 - (readout.double() * first).sum(1)).numpy(), q.square().mean(1).numpy(), first


def _observe(net: TeacherStudent, x: torch.Tensor) -> Array:
    """(observable, member), b averaged at the readout's mean given the first layer."""
    b, q2, first = _direct(net, x)
    model = TeacherStudentReadout(net)
    readout = model.mean(x[:, : model.hidden]).double()
    return np.stack((b, (1 - (readout * first).sum(1)).numpy(), q2))


def _coupled(
    chains: list[Stepper], start: torch.Tensor, steps: int, generator: torch.Generator
) -> Array:
    """(observable, level, member, draw) of chains whose steps are halves, from the coarsest on."""
    net, finest = chains[-1].target, chains[-1]
    assert isinstance(net, TeacherStudent)
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
            if bool(info.diverged.any()):
                raise ValueError(f"{chain.name} diverged at step {done // counts[level]}")
            total.zero_()
        if done % (counts[0] * _EVERY[finest.name]) == 0:
            series.append(np.stack([_observe(net, state.x) for state in states], axis=1))
    return np.stack(series, axis=-1)[..., int(_BURN_IN * len(series)) :]


def _exact(
    net: TeacherStudent, start: torch.Tensor, step: float, count: int, generator: torch.Generator
) -> Array:
    """(observable, member, trajectory) of HMC."""
    sampler = hmc.build(net, step)
    warm = adapt(sampler, sampler.init(start, generator), generator)
    state, series = warm.state, []
    for _ in range(count):
        state, _ = warm.sampler.step(state, generator)
        series.append(_observe(net, state.x))
    return np.stack(series, axis=-1)[..., count // 5 :]


def _equilibrium(net: TeacherStudent, generator: torch.Generator) -> torch.Tensor:
    sampler = baoab.build(net, 0.1)
    state = sampler.init(prior_draw(net, generator), generator)
    for _ in range(400):
        state, _ = sampler.step(state, generator)
    return state.x


def _steppers(
    net: TeacherStudent, x: torch.Tensor, levels: Mapping[str, int], generator: torch.Generator
) -> dict[str, list[Stepper]]:
    """Chains with BAOAB's step of a run, its half and so on; of Euler from half of a run's."""
    fast = curvature.stable_step("baoab", curvature.measure(net, x, generator).bound)
    steps = halved(fast, levels["baoab"])
    found: dict[str, list[Stepper]] = {"baoab": [baoab.build(net, h) for h in steps]}
    stiffness = curvature.layer_stiffness(net, x, generator)
    metrics = {"euler": euler.equal_steps(net), "preconditioned": euler.layer_steps(net, stiffness)}
    for name, metric in metrics.items():
        bound = curvature.measure(net, x, generator, metric).bound
        slow = curvature.stable_step("euler", bound) / _LONGEST[name]
        found[name] = [euler.build(net, h, metric, name) for h in halved(slow, levels[name])]
    return found


@dataclass(frozen=True)
class Seconds:
    """CPU time of a step by sampler, and of reading each observable; all of one network."""

    step: Mapping[str, float]
    reading: Mapping[str, float]


def _seconds(net: TeacherStudent, steppers: dict[str, list[Stepper]], x: torch.Tensor) -> Seconds:
    generator = torch.Generator().manual_seed(5)
    states = {name: chains[0].init(x, generator) for name, chains in steppers.items()}

    def step(name: str) -> None:
        states[name], _ = steppers[name][0].step(states[name], generator)

    works = {name: partial(step, name) for name in steppers}
    readings = {"direct": partial(_direct, net, x), "all": partial(_observe, net, x)}
    took = shortest({**works, **readings}, rounds=15)
    each = {name: value / net.members for name, value in took.items()}
    reading = {"b": each["direct"], "averaged": each["all"], "q2": each["direct"]}
    return Seconds({name: each[name] for name in steppers}, reading)


@dataclass(frozen=True)
class Collected:
    """Series (observable, level, member, draw) by sampler, HMC's without levels, and the times."""

    series: Mapping[str, Array]
    exact: Array | None
    seconds: Seconds

    def bias(self, sampler: str, observable: str) -> Bias:
        """At the step of the coarsest chain."""
        levels = self.series[sampler][_OBSERVABLES.index(observable)]
        return bias(levels, POWERS[sampler], _USED[sampler])

    def cost(self, sampler: str, observable: str) -> Cost:
        """At the step of the coarsest chain."""
        coarsest = self.series[sampler][:, 0]
        own = coarsest[_OBSERVABLES.index("b" if observable == "averaged" else observable)]
        values = coarsest[_OBSERVABLES.index(observable)]
        between = self.seconds.step[sampler] * _EVERY[sampler]
        return cost(values, own.var(axis=1), between, self.seconds.reading[observable])

    def short(self, sampler: str) -> bool:
        """Whether some reading saw too few draws to tell its correlation time."""
        return max(self.cost(sampler, each).relative for each in _OBSERVABLES) > _RESOLVED

    def against_exact(self, sampler: str, observable: str) -> float:
        """Errors between the sampler's mean without its bias and HMC's; NaN without HMC."""
        if self.exact is None:
            return float("nan")
        ours = self.bias(sampler, observable).exact
        other = mean(self.exact[_OBSERVABLES.index(observable)])
        return float((ours.value - other.value) / np.hypot(ours.error, other.error))


def collect(beta: str, longer: int = 1) -> Collected:
    """All chains, each so many times longer."""
    plan, generator = PLANS[beta], torch.Generator().manual_seed(8)
    net = network(beta, plan.members)
    x = _equilibrium(net, generator)
    steppers = _steppers(net, x, plan.levels, generator)
    seconds = _seconds(net, steppers, x)
    series = {
        name: _coupled(chains, x, plan.steps[name] * longer, generator)
        for name, chains in steppers.items()
    }
    exact = None
    if plan.hmc:
        exact = _exact(net, x, steppers["baoab"][0].step_size, plan.hmc * longer, generator)
    return Collected(series, exact, seconds)


def rows(beta: str, found: Collected) -> list[Row]:
    """All comparisons at BAOAB's own bias, and those with Euler at the allowed one."""
    own = [_row(beta, found, *what, None) for what in _COMPARED]
    return own + [_row(beta, found, *what, ALLOWED) for what in _COMPARED if what[2] == "euler"]


def _row(
    beta: str, found: Collected, ours: str, theirs: str, rival: str, allowed: float | None
) -> Row:
    """``allowed`` None: the size and error of BAOAB's own bias."""
    own, other = found.bias("baoab", ours), found.bias(rival, theirs)
    wanted = own.bound if allowed is None else allowed
    fast = slowed(found.cost("baoab", ours), own, wanted, POWERS["baoab"])
    slow = slowed(found.cost(rival, theirs), other, wanted, POWERS[rival], _LONGEST[rival])
    value, spread = ratio(fast, slow)
    if allowed is None:
        spread = float(np.hypot(spread, value * own.error / own.bound))
    short = "UNRESOLVED, chain too short; " if found.short(rival) else ""
    note = (
        f"{short}naive: {_RIVALS[rival]} reading {_TITLES[theirs]}; ratio ±{spread:.2g}; "
        f"biases per mille {own} and {other}; orders off by {own.order:.1f} and {other.order:.1f} "
        f"errors, HMC by {found.against_exact('baoab', ours):.1f} and "
        f"{found.against_exact(rival, theirs):.1f}"
    )
    where = f"BAOAB's bias, at most {wanted:.1g}" if allowed is None else f"a bias of {wanted:.1g}"
    return Row(
        f"effective {_TITLES[ours]} at {where}, beta={beta}", fast.seconds, slow.seconds, note
    )


def run() -> list[Row]:
    """See the module."""
    with one_thread():
        return [row for beta in PLANS for row in rows(beta, collect(beta))]
