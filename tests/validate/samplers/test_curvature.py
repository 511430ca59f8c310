"""Measured curvature against dense Hessians; the steps that follow stay stable."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

import torch

from binodal.models.teacher_student.network.data import teacher_target
from binodal.models.teacher_student.network.network import TeacherStudent, TeacherStudentShape
from binodal.validate import curvature
from binodal.validate.data import gaussian_inputs
from binodal.validate.errors import SamplerError, Untuned
from binodal.validate.samplers import baoab, euler
from binodal.validate.target import prior_draw
from tests.validate.problems import gaussian, neuron
from tests.validate.samplers.laws import generator
from tests.validate.toys import DoubleWell, Gaussian


def network(dtype):
    shape = TeacherStudentShape(4, 11, 3, 0.21, 0.6, 1.7, -0.3)
    inputs = gaussian_inputs(3, 11, 3, generator(2), dtype)
    return TeacherStudent(shape, inputs, teacher_target(inputs[..., 0], shape.epsilon))


def dense_hessians(target, x):
    """(R, D, D): every column by its own Hessian product, at an independent distance."""
    columns = []
    for j in range(target.dimension):
        step = torch.zeros_like(x)
        step[:, j] = 1e-5
        columns.append((target.gradient(x + step) - target.gradient(x - step)) / 2e-5)
    return torch.stack(columns, 2)


@pytest.mark.parametrize("metric", [None, "own"])
def test_a_network_member_by_member(metric):
    target = network(torch.float64)
    x = prior_draw(target, generator(4))
    weights = None if metric is None else euler.equal_steps(target)
    root = torch.ones_like(target.scale) if weights is None else weights.sqrt()
    dense = torch.linalg.eigvalsh(root[:, None] * dense_hessians(target, x) * root)[:, -1]
    found = curvature.measure(target, x, generator(5), weights)
    assert ((found.largest - dense).abs() <= found.residual + 1e-6 * dense).all()
    assert torch.allclose(found.largest, dense, rtol=1e-2)


def test_blocks_of_layers():
    target = network(torch.float64)
    x = prior_draw(target, generator(4))
    hessian = dense_hessians(target, x)
    blocks = [float(torch.linalg.eigvalsh(hessian[:, s, s]).max()) for s in target.layers]
    assert curvature.layer_stiffness(target, x, generator(5)) == pytest.approx(blocks, rel=0.02)


def test_single_precision():
    double, single = network(torch.float64), network(torch.float32)
    x = prior_draw(double, generator(4))
    exact = curvature.measure(double, x, generator(5)).bound
    assert curvature.measure(single, x.float(), generator(5)).bound == pytest.approx(
        exact, rel=0.01
    )


def test_largest_and_not_largest_in_magnitude():
    precision = torch.diag(torch.tensor([-50.0, 3.0, 1.0], dtype=torch.float64))
    zeros, ones = torch.zeros(3, dtype=torch.float64), torch.ones(3, dtype=torch.float64)
    target = Gaussian(2, precision, zeros, ones, (slice(0, 3),))
    found = curvature.measure(target, prior_draw(target, generator(1)), generator(2))
    assert found.bound == pytest.approx(3.0)


def test_no_positive_curvature():
    with pytest.raises(Untuned, match="another start"):
        curvature.measure(DoubleWell(2, 1.0), torch.zeros(2, 1).double(), generator(1))


def test_no_finite_gradient():
    x = torch.full((2, 1), float("nan"), dtype=torch.float64)
    with pytest.raises(Untuned, match="not finite"):
        curvature.measure(DoubleWell(2, 1.0), x, generator(1))


@pytest.mark.parametrize("largest", [0.0, -1.0, float("nan"), float("inf")])
def test_no_step_without_curvature(largest):
    with pytest.raises(SamplerError, match="finite and positive"):
        curvature.stable_step("baoab", largest)


def survives(sampler, steps=1500):
    random = generator(3)
    state = sampler.init(prior_draw(sampler.target, random), random)
    for _ in range(steps):
        state, info = sampler.step(state, random)
    return not bool(info.diverged.any())


@pytest.mark.parametrize(
    ("kind", "build", "limit"),
    [
        ("baoab", baoab.build, 1 / 0.6),
        ("euler", lambda t, h: euler.build(t, h, euler.whitened_steps(t)), 2.0),
    ],
)
def test_the_limits_are_where_they_are_said_to_be(kind, build, limit):
    """On a quadratic well: 3% below the limit of stability all survive, 5% above none does."""
    target = replace(gaussian().target, members=60)
    largest = float(torch.linalg.eigvalsh(target.precision)[-1])
    step = curvature.stable_step(kind, largest)
    assert survives(build(target, 0.97 * limit * step))
    assert not survives(build(target, 1.05 * limit * step))


def test_curvature_moves_with_the_state():
    """Why it is measured after a burn-in: from the prior to enlarged weights it grows much."""
    target = neuron().target
    x = prior_draw(target, generator(4))
    small, large = (curvature.measure(target, f * x, generator(5)).bound for f in (0.1, 3.0))
    assert large > 5 * small
