"""From a start to a tuned sampler, and what happens when that fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

import torch

from tests.validate.problems import double_well, gaussian, linear_network
from tests.validate.samplers.laws import generator
from validate.errors import Diverged, SamplerError, Untuned, ValidateError
from validate.samplers import baoab, euler, hmc, mala
from validate.samplers.adapt import adapt
from validate.samplers.divergence import require_alive
from validate.samplers.warm import NAMES, warm_up
from validate.target import prior_draw


def warmed(name, target, burn_in=120):
    random = generator(3)
    return warm_up(name, target, prior_draw(target, random), random, burn_in)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_tuned_and_stays_alive(name):
    target = linear_network().target
    result = warmed(name, target)
    assert result.sampler.name == name and 0.2 < result.acceptance <= 1
    state, random = result.state, generator(4)
    for _ in range(50):
        state, info = result.sampler.step(state, random)
        assert not info.diverged.any()


def test_steps_follow_the_curvature():
    """Stiffer by 9: BAOAB's step falls by 3, Euler's by 9, in whatever metric."""
    soft = gaussian().target
    stiff = replace(soft, precision=9 * soft.precision)
    for name, factor in (("baoab", 3), ("euler", 9), ("euler-whitened", 9)):
        ratio = warmed(name, soft).sampler.step_size / warmed(name, stiff).sampler.step_size
        assert ratio == pytest.approx(factor, rel=0.02)


def test_layers_take_their_own_steps():
    """The metric of layers: a layer made stiffer by 25 slows down alone."""
    target = linear_network().target
    stiff = replace(target, bias_variance=25 * target.bias_variance)
    before, after = (warmed("euler-layers", t).sampler.metric for t in (target, stiff))
    assert torch.allclose(before[:2], after[:2], rtol=0.02)
    assert float(before[2] / after[2]) > 10


@pytest.mark.parametrize(
    ("build", "goal"), [(mala.build, 0.5), (mala.build, 0.7), (hmc.build, 0.9)]
)
def test_adaptation_reaches_its_goal_and_stops(build, goal):
    target, random = gaussian().target, generator(3)
    sampler = build(target, 0.02, goal=goal)
    result = adapt(sampler, sampler.init(prior_draw(target, random), random), random, 300)
    rates, state = [], result.state
    for _ in range(60):
        state, info = result.sampler.step(state, random)
        rates.append(float(info.probability.mean()))
    assert sum(rates) / 60 == pytest.approx(goal, abs=0.05)
    assert result.acceptance == pytest.approx(goal, abs=0.05)


def test_no_acceptance_is_an_error_that_keeps_the_state():
    target, random = gaussian().target, generator(3)
    stiff = replace(target, precision=1e9 * target.precision)
    sampler = mala.build(stiff, 10.0)
    with pytest.raises(Untuned, match="smaller step") as caught:
        adapt(sampler, sampler.init(prior_draw(stiff, random), random), random, 4)
    assert caught.value.partial.state.x.shape == (target.members, 3)


def test_burn_in_that_explodes_names_members_and_step():
    target, random = double_well().target, generator(3)
    start = torch.full((target.members, 1), 0.8, dtype=torch.float64)
    start[17] = 40.0
    sampler = baoab.build(target, 0.4)
    state, message = sampler.init(start, random), ""
    for step in range(100):
        state, info = sampler.step(state, random)
        try:
            require_alive(sampler, state, info, step)
        except Diverged as error:
            message = str(error)
            assert error.members == (17,) and error.step == step
            break
    assert "1 member (17)" in message and "halve the step" in message
    assert issubclass(Diverged, ValidateError)


@pytest.mark.parametrize(
    "request_",
    [
        lambda t: baoab.build(t, 0.0),
        lambda t: baoab.build(t, 0.1, friction=-1.0),
        lambda t: baoab.build(t, float("nan")),
        lambda t: euler.build(t, 0.1, torch.ones(2)),
        lambda t: euler.build(t, 0.1, -torch.ones(3)),
        lambda t: euler.layer_steps(t, (1.0,)),
        lambda t: mala.build(t, 0.1, goal=1.2),
        lambda t: mala.build(t, 0.1, torch.zeros(3)),
        lambda t: hmc.build(t, 3.2),
        lambda t: hmc.build(t, 0.1, angle=0.0),
        lambda t: warmed("nuts", t),
    ],
)
def test_requests_without_sense(request_):
    with pytest.raises(SamplerError) as caught:
        request_(gaussian().target)
    assert "\n" not in str(caught.value)
