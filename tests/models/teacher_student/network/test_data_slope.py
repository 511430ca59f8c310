"""Small posteriors, sampled exactly on data sets and without any, and the first order in 1/n."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.special import erf

from tests.models.teacher_student.network.data_slope import (
    SHAPE,
    Ladder,
    Measured,
    ladder,
    predicted,
)
from tests.models.teacher_student.network.equivalent_kernel import EquivalentKernel

SMALL = replace(SHAPE, N=3, d=2)


def energy_by_quadrature(shape, x):
    """Sums over data as n times a Gauss and Hermite rule's, readouts integrated out of the rest."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    inputs = np.stack([z.ravel() for z in np.meshgrid(nodes, nodes, indexing="ij")])
    chances = np.outer(weights, weights).ravel() / weights.sum() ** 2
    target = inputs[0] + shape.epsilon * (inputs[0] ** 3 - 3 * inputs[0])
    features = erf(x.reshape(shape.N, shape.d) * shape.input_scale @ inputs) * shape.readout_scale
    density = shape.n / shape.sigma2
    precision = np.eye(shape.N) + density * (features * chances) @ features.T
    seen = density * features @ (chances * target)
    volume = np.linalg.slogdet(precision)[1] / 2
    return volume - seen @ np.linalg.solve(precision, seen) / 2 + (x**2).sum() / 2


def test_the_posterior_without_data_is_that_of_averaged_sums():
    x = torch.randn((4, 6), generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    of = EquivalentKernel(SMALL, 4)
    direct = [energy_by_quadrature(SMALL, one) for one in x.numpy()]
    assert of.energy(x).numpy() == pytest.approx(direct, abs=1e-8)
    other = [energy_by_quadrature(replace(SMALL, sigma2=0.51), one) for one in x.numpy()]
    assert np.all(np.abs(of.energy(x).numpy() - other) > 1e-4)


def test_its_gradient():
    x = torch.randn((1, 6), generator=torch.Generator().manual_seed(4), dtype=torch.float64)
    of, step = EquivalentKernel(SMALL, 1), 1e-5
    for k, slope in enumerate(of.gradient(x)[0].tolist()):
        unit = step * torch.eye(6, dtype=torch.float64)[k]
        rise = (of.energy(x + unit) - of.energy(x - unit)) / (2 * step)
        assert slope == pytest.approx(rise.item(), abs=1e-7)


def test_the_slope_of_small_networks_is_the_derived_one():
    """Within three standard errors and a third; its absence and its double are rejected."""
    found, slope = ladder([16], 40, 30, 1).scaled(0), predicted(SHAPE)
    assert np.all(np.abs(found.mean - slope) < 3 * found.error + np.abs(slope) / 3)
    assert np.all(np.abs(found.mean) > 4 * found.error)
    assert np.all(np.abs(found.mean - 2 * slope) > 4 * found.error)


def test_two_orders_are_read_from_a_ladder():
    sizes, error = (10, 20, 40), np.full(3, 0.01)
    first, second, start = np.array([1.0, -2.0, 3.0]), np.array([5.0, 0.0, -7.0]), np.ones(3)
    rungs = tuple(Measured(start + first / n + second / n**2, error) for n in sizes)
    orders = Ladder(sizes, rungs, Measured(start, error)).orders()
    assert orders[0].mean == pytest.approx(first)
    assert orders[1].mean == pytest.approx(second)
