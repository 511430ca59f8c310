"""What every sampler must do: one class of laws, inherited by each sampler's tests.

Null of ``z_scores``: the sampler's averages are the problem's. The members are independent and each
is averaged over time, so the standard error over members needs no autocorrelation. With ``LIMIT``
a right sampler fails with probability 7e-6 a number, 0.3% over the about 400 numbers of these
tests; the seeds are fixed, so it either always does or never. A mutant must pass ``CAUGHT``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
import torch

from binodal.validate.errors import Diverged
from binodal.validate.samplers.divergence import require_alive
from binodal.validate.target import Target, prior_draw
from tests.validate.problems import PROBLEMS, Problem

LIMIT, CAUGHT = 4.5, 7.0
STRIDE, RECORDED, ADJUSTED = 4, 0.5, 240

EXACT = ((1.0, 1.0),)
FIRST_ORDER = ((0.25, -1.0), (0.125, 2.0))
SECOND_ORDER = ((0.9, -1 / 3), (0.45, 4 / 3))


@dataclass(frozen=True)
class Case:
    """``build``: target and step to a sampler; ``step``: of a target at states near equilibrium.

    ``mix``: fractions of the step, and the weights that cancel the leading bias. ``time``: length
    of a run in the sampler's own time, half of it burn-in; with Metropolis (no time) 240 steps.
    """

    build: Callable[[Target, float], Any]
    step: Callable[[Target, torch.Tensor, torch.Generator], float]
    mix: tuple[tuple[float, float], ...] = EXACT
    time: float | None = None

    @property
    def adjusted(self) -> bool:
        return self.time is None


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def start(problem: Problem, random: torch.Generator) -> torch.Tensor:
    """Nearer the origin than the prior, whose tails are steep where others than Gaussian act."""
    return prior_draw(problem.target, random) / 2


def member_averages(
    case: Case, problem: Problem, sampler: Any, random: torch.Generator
) -> torch.Tensor:
    """(R, m): time averages of the observables over the second half of a run."""
    state = sampler.init(start(problem, random), random)
    steps = ADJUSTED if case.time is None else int(case.time / sampler.step_size)
    total, count = torch.zeros(()), 0
    for step in range(steps):
        state, info = sampler.step(state, random)
        if step % STRIDE == 0:
            require_alive(sampler, state, info, step)
            if step >= (1 - RECORDED) * steps:
                total, count = total + problem.observables(state.x), count + 1
    return total / count


def z_scores(case: Case, problem: Problem, seed: int = 1) -> torch.Tensor:
    """(m,): deviations from the exact averages in standard errors."""
    random = generator(seed)
    x = start(problem, random)
    step = case.step(problem.target, x, random)
    mean, variance = 0.0, 0.0
    for fraction, weight in case.mix:
        sampler = case.build(problem.target, fraction * step)
        averages = member_averages(case, problem, sampler, random)
        mean = mean + weight * averages.mean(0)
        variance = variance + weight**2 * averages.var(0) / len(averages)
    return (mean - torch.tensor(problem.exact)) / variance**0.5


class SamplerLaws:
    """Inherit and set ``case``."""

    case: Case

    @pytest.mark.parametrize("make", PROBLEMS, ids=lambda make: make.__name__)
    def test_averages(self, make):
        scores = z_scores(self.case, make())
        assert scores.abs().max() < LIMIT, scores

    def sampler(self, target, factor=1.0):
        random = generator(2)
        step = self.case.step(target, prior_draw(target, random), random)
        return self.case.build(target, factor * step)

    def test_one_seed_one_path(self):
        sampler = self.sampler(PROBLEMS[0]().target)
        start = prior_draw(sampler.target, generator(3))
        kept = start.clone()
        paths = []
        for _ in range(2):
            random = generator(4)
            state = sampler.init(start, random)
            for _ in range(5):
                state, _ = sampler.step(state, random)
            paths.append(state.x)
        assert torch.equal(*paths) and torch.equal(start, kept)
        assert not torch.equal(paths[0], start)

    def test_members_do_not_meet(self):
        sampler = self.sampler(PROBLEMS[0]().target)
        results = []
        for shift in (0.0, 1.0):
            first = prior_draw(sampler.target, generator(3))
            first[7] += shift
            random = generator(4)
            state = sampler.init(first, random)
            for _ in range(5):
                state, _ = sampler.step(state, random)
            results.append(state.x)
        same = (results[0] == results[1]).all(1)
        assert int((~same).sum()) == 1 and not same[7]

    def test_a_lost_member_is_named(self):
        sampler = self.sampler(PROBLEMS[0]().target)
        start = prior_draw(sampler.target, generator(3))
        start[[5, 9], 1] = float("nan")
        random = generator(4)
        state = sampler.init(start, random)
        state, info = sampler.step(state, random)
        assert torch.nonzero(info.diverged).flatten().tolist() == [5, 9]
        with pytest.raises(Diverged, match=r"2 members \(5, 9\) at step 3") as caught:
            require_alive(sampler, state, info, 3)
        assert caught.value.members == (5, 9) and caught.value.partial is state

    def test_a_step_far_too_long(self):
        """Without Metropolis members are lost and flagged; with it they stay where they are."""
        target = PROBLEMS[3]().target
        sampler = replace(self.sampler(target), step_size=1e3)
        random = generator(4)
        start = 3 * prior_draw(target, random).sign()
        state = sampler.init(start, random)
        for _ in range(60):
            state, info = sampler.step(state, random)
        if self.case.adjusted:
            assert not info.diverged.any() and info.probability.mean() < 0.1
            assert torch.isfinite(state.x).all()
        else:
            assert info.diverged.all()

    def test_single_precision_stays_single(self):
        target = replace(
            PROBLEMS[0]().target,
            precision=PROBLEMS[0]().target.precision.float(),
            center=PROBLEMS[0]().target.center.float(),
            scale=PROBLEMS[0]().target.scale.float(),
        )
        sampler = self.sampler(target)
        random = generator(4)
        state, info = sampler.step(sampler.init(prior_draw(target, random), random), random)
        assert state.x.dtype == torch.float32 and info.probability.dtype == torch.float64
