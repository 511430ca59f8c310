"""The bias of a finite step: its size on Gaussians, its order elsewhere, its absence with
Metropolis. Scores are in standard errors of independent members (see ``laws``)."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

import numpy as np
import torch

from binodal.validate.samplers import baoab, euler, hmc, mala
from binodal.validate.target import prior_draw
from tests.validate.samplers.laws import LIMIT, generator
from tests.validate.toys import DoubleWell, Gaussian

STIFFNESS = (0.6, 1.0, 3.5)


def wells():
    """Independent wells, far more members than elsewhere."""
    precision = torch.diag(torch.tensor(STIFFNESS, dtype=torch.float64))
    zeros = torch.zeros(3, dtype=torch.float64)
    return Gaussian(6000, precision, zeros, zeros + 1, (slice(0, 3),))


def average(sampler, observable, burn_in, steps, stride=2):
    """(R, m) time averages."""
    random = generator(8)
    state = sampler.init(prior_draw(sampler.target, random) / 2, random)
    total, count = torch.zeros(()), 0
    for step in range(burn_in + steps):
        state, _ = sampler.step(state, random)
        if step >= burn_in and step % stride == 0:
            total, count = total + observable(state.x), count + 1
    return total / count


def mean_and_error(averages):
    return averages.mean(0), averages.std(0) / len(averages) ** 0.5


def test_euler_on_gaussians():
    """Variance 1/(k (1 - h k/2)), far from 1/k at h k = 1.4 and known exactly."""
    step, k = 0.4, torch.tensor(STIFFNESS, dtype=torch.float64)
    mean, error = mean_and_error(average(euler.build(wells(), step), torch.square, 40, 60))
    assert ((mean - 1 / (k * (1 - step * k / 2))) / error).abs().max() < LIMIT
    assert ((mean - 1 / k) / error).abs().min() > 2 * LIMIT


@pytest.mark.parametrize("fraction", [0.3, 0.6, 0.9])
def test_baoab_is_exact_on_gaussians(fraction):
    """Variance 1/k at every stable step, up to nine tenths of the limit."""
    k = torch.tensor(STIFFNESS, dtype=torch.float64)
    sampler = baoab.build(wells(), fraction * 2 / STIFFNESS[-1] ** 0.5, friction=0.8)
    mean, error = mean_and_error(average(sampler, torch.square, 60, 60))
    assert ((mean - 1 / k) / error).abs().max() < LIMIT


BARRIER = 0.5


def exact_square():
    x = np.linspace(-4, 4, 2001)
    weight = np.exp(-BARRIER * (x**2 - 1) ** 2)
    return float((weight * x**2).sum() / weight.sum())


def bias(build, step, time):
    """Of <x^2> in a double well, with its standard error."""
    sampler = build(DoubleWell(20000, BARRIER), step)
    averages = average(sampler, torch.square, int(8 / step), int(time / step))
    mean, error = mean_and_error(averages)
    return float(mean) - exact_square(), float(error)


@pytest.mark.parametrize(
    ("build", "order", "step", "time"), [(euler.build, 1, 0.06, 20), (baoab.build, 2, 0.3, 80)]
)
def test_order_of_the_bias(build, order, step, time):
    """Half the step leaves 2^-order of the bias; the other order is refused at 5 errors."""
    (coarse, first), (fine, second) = bias(build, step, time), bias(build, step / 2, time)

    def score(power):
        return (fine - coarse / 2**power) / (second**2 + (first / 2**power) ** 2) ** 0.5

    assert abs(coarse) > 15 * first
    assert abs(score(order)) < 3 and abs(score(3 - order)) > 5


@pytest.mark.parametrize("build", [mala.build, hmc.build])
def test_metropolis_removes_the_bias(build):
    """At a step where the Euler bias would be a tenth of the value."""
    found, error = bias(build, 0.12, 12)
    assert error < 0.003 and abs(found) < LIMIT * error
