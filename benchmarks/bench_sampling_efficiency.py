"""CPU seconds for an effective sample of b and <q^2>: BAOAB against overdamped Euler-Maruyama.

Euler takes equal steps in the own parameters, as networks are commonly trained, at half its limit
of stability. Both see the same data sets, so that the biases of b are differences of pairs, from
BAOAB with half its step. Euler's bias grows as its step and its autocorrelation as the inverse:
"at matched bias" multiplies its cost by the ratio of the two biases, BAOAB's taken no smaller
than its own standard error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import process_time

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.sampling import network, one_thread
from benchmarks.timing import Row
from validate import curvature
from validate.diagnostics import effective_draws
from validate.networks.teacher_student import TeacherStudent
from validate.observables.overlaps import mode_amplitudes
from validate.samplers import baoab, euler
from validate.samplers.sampler import Sampler, State
from validate.target import prior_draw

Array = NDArray[np.float64]
_PLAN = {"1/8": (8, 1500, 6000), "1/2": (2, 300, 1200)}
"""Members, steps of BAOAB and of Euler."""


@dataclass(frozen=True)
class Sampled:
    """Series (member, step) of b and <q^2>, and the CPU seconds of the steps alone."""

    b: Array
    q2: Array
    seconds: float

    def cost(self, series: Array) -> float:
        """CPU seconds for one effective sample of one network."""
        return self.seconds / float(effective_draws(series).sum())

    @property
    def error(self) -> float:
        """Standard error of the mean of b over members, within their posteriors."""
        noise = self.b.var(axis=1) / effective_draws(self.b)
        return float(np.sqrt(noise.sum())) / len(self.b)


def _observe(net: TeacherStudent, state: State) -> tuple[Array, Array]:
    weights, readout = net.weights(state.x)
    q = weights[..., 0].double()
    first = mode_amplitudes(q, weights.double().square().sum(2))[..., 0]
    return (1 - (readout.double() * first).sum(1)).numpy(), q.square().mean(1).numpy()


def _sampled(
    net: TeacherStudent, sampler: Sampler, state: State, steps: int, generator: torch.Generator
) -> Sampled:
    series, seconds = [], 0.0
    for step in range(steps + steps // 10):
        start = process_time()
        state, info = sampler.step(state, generator)
        if bool(info.diverged.any()):
            raise ValueError(f"{sampler.name} diverged in step {step}")
        if step >= steps // 10:
            seconds += process_time() - start
            series.append(_observe(net, state))
    b, q2 = (np.stack(column, axis=1) for column in zip(*series, strict=True))
    return Sampled(b, q2, seconds)


def _rows(beta: str) -> list[Row]:
    members, steps, many = _PLAN[beta]
    net, generator = network(beta, members), torch.Generator().manual_seed(8)
    warm = baoab.build(net, 0.02)
    state = warm.init(prior_draw(net, generator), generator)
    for _ in range(200):
        state, _ = warm.step(state, generator)
    x, metric = state.x.clone(), euler.equal_steps(net)
    fast = curvature.stable_step("baoab", curvature.measure(net, x, generator).bound)
    slow = curvature.stable_step("euler", curvature.measure(net, x, generator, metric).bound)

    def drawn(build: Callable[..., Sampler], step: float, length: int) -> Sampled:
        sampler = build(net, step)
        return _sampled(net, sampler, sampler.init(x, generator), length, generator)

    ours, reference = drawn(baoab.build, fast, steps), drawn(baoab.build, fast / 2, steps)
    theirs = drawn(euler.build, slow, many)
    biases = [abs(float((s.b - reference.b.mean(1)[:, None]).mean())) for s in (ours, theirs)]
    noise = np.hypot(ours.error, reference.error)
    matched = max(1.0, biases[1] / max(biases[0], noise))
    bias = f"bias of b {biases[0]:.4f} and {biases[1]:.4f}, each ±{noise:.4f}"
    rows = []
    for name in ("b", "q2"):
        costs = [s.cost(getattr(s, name)) for s in (ours, theirs)]
        rows.append(Row(f"effective {name}, beta={beta}", *costs, f"naive: Euler; {bias}"))
        rows.append(Row("", costs[0], costs[1] * matched, "naive: Euler at matched bias"))
    return rows


def run() -> list[Row]:
    """See the module."""
    with one_thread():
        return [row for beta in _PLAN for row in _rows(beta)]
