"""CPU seconds for an effective draw of b and <q^2> at an equal bias: BAOAB against Euler-Maruyama.

Euler takes equal steps in the own parameters, as networks are commonly trained; its preconditioned
form takes one step a layer from the layer's curvature. BAOAB takes the step of a run. Euler's step
is the one at which its bias is BAOAB's, the size and error of it together; a second set of rows
allows both a bias of :data:`ALLOWED`. b is read from the networks as they stand, or averaged
exactly over the readout given the first layer, as a run stores it: each reading of BAOAB meets the
same reading of Euler, and one row the averaged b with Euler's plain one, which is how each is
commonly read. A reading's own cost is charged, the other observables of a run's are not.

What a draw costs comes from chains by themselves at the step of a run, their bias from others that
share noise. The notes give the biases at the step of a run, how far the chains are from the assumed
orders, and at the smallest networks how far HMC, which has no bias, is from both. Euler-Maruyama is
of first order; schemes of its cost with a better order exist and are not compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch

from benchmarks.sampling import network, one_thread, shortest
from benchmarks.sampling_bias import POWERS, Array, Bias, Cost, bias, cost, mean, ratio, slowed
from benchmarks.sampling_chains import (
    COARSEST,
    OBSERVABLES,
    Chains,
    alone,
    coupled,
    direct,
    equilibrium,
    exact,
    observe,
    samplers,
)
from benchmarks.timing import Row
from binodal.models.teacher_student.network.network import TeacherStudent

ALLOWED = 1e-3

_RIVALS = {"euler": "Euler", "preconditioned": "preconditioned Euler"}
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

_RESOLVED = 0.5
"""Relative error of the slowest reading's cost beyond which no ratio counts: a chain that is short
against a correlation time finds it too short, and its own error with it."""


@dataclass(frozen=True)
class Lengths:
    """Steps of a sampler's chain by itself, read every so many; how many chains share noise,
    the steps of the coarsest of them, and of these between readings."""

    alone: int
    every: int
    levels: int
    coupled: int
    coupled_every: int


@dataclass(frozen=True)
class Plan:
    """Members, and each sampler's chains; ``hmc`` counts trajectories, 0 for none."""

    members: int
    chains: Mapping[str, Lengths]
    hmc: int


PLANS = {
    "1/8": Plan(
        8,
        {
            "baoab": Lengths(4000, 1, 3, 9000, 2),
            "euler": Lengths(12000, 4, 3, 5000, 8),
            "preconditioned": Lengths(4000, 2, 3, 1000, 4),
        },
        800,
    ),
    "1/2": Plan(
        4,
        {"baoab": Lengths(1200, 1, 2, 2000, 2), "euler": Lengths(11000, 8, 3, 1200, 8)},
        0,
    ),
}


@dataclass(frozen=True)
class Seconds:
    """CPU time of a step by sampler, and of reading each observable; all of one network."""

    step: Mapping[str, float]
    reading: Mapping[str, float]


def _seconds(net: TeacherStudent, chains: Mapping[str, Chains], x: torch.Tensor) -> Seconds:
    generator = torch.Generator().manual_seed(5)
    states = {name: each.own.init(x, generator) for name, each in chains.items()}

    def step(name: str) -> None:
        states[name], _ = chains[name].own.step(states[name], generator)

    works = {name: partial(step, name) for name in chains}
    readings = {"direct": partial(direct, net, x), "all": partial(observe, net, x)}
    took = shortest({**works, **readings}, rounds=15)
    each = {name: value / net.members for name, value in took.items()}
    reading = {"b": each["direct"], "averaged": each["all"], "q2": each["direct"]}
    return Seconds({name: each[name] for name in chains}, reading)


@dataclass(frozen=True)
class Collected:
    """By sampler the series of chains by themselves (observable, member, draw), read every so many
    steps, and of coupled ones (observable, level, member, draw); HMC's series, and the times."""

    alone: Mapping[str, Array]
    every: Mapping[str, int]
    coupled: Mapping[str, Array]
    exact: Array | None
    seconds: Seconds

    def bias(self, sampler: str, observable: str) -> Bias:
        """At the step of a run."""
        levels = self.coupled[sampler][OBSERVABLES.index(observable)]
        return bias(levels, POWERS[sampler], _USED[sampler], COARSEST[sampler])

    def cost(self, sampler: str, observable: str) -> Cost:
        """At the step of a run."""
        series = self.alone[sampler]
        own = series[OBSERVABLES.index("b" if observable == "averaged" else observable)]
        values = series[OBSERVABLES.index(observable)]
        between = self.seconds.step[sampler] * self.every[sampler]
        return cost(values, own.var(axis=1), between, self.seconds.reading[observable])

    def short(self, sampler: str) -> bool:
        """Whether some reading saw too few draws to tell its correlation time."""
        return max(self.cost(sampler, each).relative for each in OBSERVABLES) > _RESOLVED

    def against_exact(self, sampler: str, observable: str) -> float:
        """Errors between the sampler's mean without its bias and HMC's; NaN without HMC."""
        if self.exact is None:
            return float("nan")
        ours = self.bias(sampler, observable).exact
        other = mean(self.exact[OBSERVABLES.index(observable)])
        return float((ours.value - other.value) / np.hypot(ours.error, other.error))


def collect(beta: str, plan: Plan | None = None) -> Collected:
    """All chains of a plan, by default the own of this size."""
    plan, generator = plan or PLANS[beta], torch.Generator().manual_seed(8)
    net = network(beta, plan.members)
    x = equilibrium(net, generator)
    chains = samplers(net, x, [(name, of.levels) for name, of in plan.chains.items()], 9)
    seconds = _seconds(net, chains, x)
    by_itself, sharing = {}, {}
    for name, of in plan.chains.items():
        by_itself[name] = alone(chains[name].own, x, of.alone, of.every, generator)
        sharing[name] = coupled(chains[name].sharing, x, of.coupled, of.coupled_every, generator)
    hmc = None
    if plan.hmc:
        hmc = exact(net, x, chains["baoab"].own.step_size, plan.hmc, generator)
    every = {name: of.every for name, of in plan.chains.items()}
    return Collected(by_itself, every, sharing, hmc, seconds)


def rows(beta: str, collected: Collected) -> list[Row]:
    """All comparisons at BAOAB's own bias, and those with Euler at the allowed one."""
    compared = [what for what in _COMPARED if what[2] in collected.alone]
    own = [_row(beta, collected, *what, None) for what in compared]
    return own + [_row(beta, collected, *what, ALLOWED) for what in compared if what[2] == "euler"]


def _row(
    beta: str, collected: Collected, ours: str, theirs: str, rival: str, allowed: float | None
) -> Row:
    """``allowed`` None: the size and error of BAOAB's own bias."""
    own, other = collected.bias("baoab", ours), collected.bias(rival, theirs)
    wanted = own.bound if allowed is None else allowed
    fast = slowed(collected.cost("baoab", ours), own, wanted, POWERS["baoab"])
    slow = slowed(collected.cost(rival, theirs), other, wanted, POWERS[rival])
    value, spread = ratio(fast, slow)
    if allowed is None:
        spread = float(np.hypot(spread, value * own.error / own.bound))
    short = "UNRESOLVED, chain too short; " if collected.short(rival) else ""
    note = (
        f"{short}naive: {_RIVALS[rival]} reading {_TITLES[theirs]}; ratio ±{spread:.2g}; "
        f"biases per mille {own} and {other}; orders off by {own.order:.1f} and {other.order:.1f} "
        f"errors, HMC by {collected.against_exact('baoab', ours):.1f} and "
        f"{collected.against_exact(rival, theirs):.1f}"
    )
    where = f"BAOAB's bias, at most {wanted:.1g}" if allowed is None else f"a bias of {wanted:.1g}"
    return Row(
        f"effective {_TITLES[ours]} at {where}, beta={beta}", fast.seconds, slow.seconds, note
    )


def run() -> list[Row]:
    """See the module."""
    with one_thread():
        return [row for beta in PLANS for row in rows(beta, collect(beta))]
