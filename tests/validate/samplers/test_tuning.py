"""Step sizes from curvature and acceptance, and what happens when none fits."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

import torch

from binodal.validate.curvature import layer_stiffness, measure, stable_step
from binodal.validate.errors import Diverged, SamplerError, Untuned, ValidateError
from binodal.validate.samplers import baoab, euler, hmc, mala
from binodal.validate.samplers.adapt import adapt
from binodal.validate.samplers.divergence import require_alive
from binodal.validate.target import prior_draw
from tests.validate.problems import double_well, gaussian, linear_network
from tests.validate.samplers.laws import generator


def stiffness(target):
    random = generator(3)
    x = prior_draw(target, random)
    metric = euler.layer_steps(target, layer_stiffness(target, x, random))
    return metric, measure(target, x, random, metric).bound


def test_steps_follow_the_curvature():
    """Stiffer by 9: BAOAB's step falls by 3, Euler's by 9."""
    soft, random = gaussian().target, generator(3)
    stiff = replace(soft, precision=9 * soft.precision)
    x = prior_draw(soft, random)
    largest = [measure(target, x, random).bound for target in (soft, stiff)]
    for kind, factor in (("baoab", 3), ("euler", 9)):
        steps = [stable_step(kind, value) for value in largest]
        assert steps[0] / steps[1] == pytest.approx(factor, rel=1e-3)


def test_layers_take_their_own_steps():
    """The metric of layers: a layer made stiffer by 25 slows down alone; one curvature for all."""
    target = linear_network().target
    before, first = stiffness(target)
    after, second = stiffness(replace(target, bias_variance=25 * target.bias_variance))
    assert torch.allclose(before[:2], after[:2], rtol=0.02)
    assert float(before[2] / after[2]) > 10
    # Two blocks of largest eigenvalue one: at most two together.
    assert 1 <= first < 2 and 1 <= second < 2


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
    ],
)
def test_requests_without_sense(request_):
    with pytest.raises(SamplerError) as caught:
        request_(gaussian().target)
    assert "\n" not in str(caught.value)
