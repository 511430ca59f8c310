"""Modular observables against exact rational sums over pairs at P = 3 and 5, and dense algebra."""

from __future__ import annotations

from fractions import Fraction

import pytest
import torch

from binodal.models.modular.derivations.potential import interaction
from binodal.models.modular.network.network import ModularShape, QuadraticNetwork
from binodal.models.modular.network.observer import ModularObserver


def network(order, neurons, members=2):
    shape = ModularShape(neurons, order, sigma2=0.3, sigma_a2=0.7, gamma=2.0)
    return QuadraticNetwork(shape, members, torch.float64)


def measured(net, x):
    return ModularObserver({"P": Fraction(net.shape.P)}).measure(net, x)


def draws(net, seed=0):
    stream = torch.Generator().manual_seed(seed)
    return torch.randn(net.members, net.dimension, generator=stream, dtype=torch.float64)


@pytest.mark.parametrize("order", [3, 5])
def test_lambda_is_the_exact_rayleigh_quotient(order):
    """sum_p (y_p.phi)^2 by rational arithmetic over all pairs; weights with denominator 16."""
    net = network(order, 3)
    x = (draws(net) * 16).round() / 16
    weights, _ = net.weights(x)
    target = [
        Fraction(int((n + m) % order == p)) - Fraction(1, order)
        for p in range(order)
        for n in range(order)
        for m in range(order)
    ]
    norm = sum(t * t for t in target)
    for member in range(2):
        exact = Fraction(0)
        for neuron in weights[member].tolist():
            halves = tuple(tuple(Fraction(w) for w in half) for half in neuron)
            exact += interaction(order, halves, target)
        level = 0.7 / 3 * float(exact / norm)
        assert measured(net, x)["lambda"][member].item() == pytest.approx(level, rel=1e-12)


@pytest.mark.parametrize(("order", "neurons"), [(3, 4), (3, 20), (5, 7)])
def test_the_integrated_residual_is_bayesian_regression(order, neurons):
    """sigma^2 (Q + sigma^2)^{-1} y by a dense inverse: fewer neurons than pairs, and more."""
    net = network(order, neurons)
    x = draws(net)
    found = measured(net, x)
    y = net.targets
    for member in range(2):
        phi = net.features(x)[member]
        kernel = 0.7 / neurons * phi.T @ phi
        inverse = torch.linalg.inv(kernel + 0.3 * torch.eye(order**2, dtype=torch.float64))
        part = 0.3 * ((y @ inverse) * y).sum() / y.square().sum()
        level = ((y @ kernel) * y).sum() / y.square().sum()
        defect = (y @ kernel - level * y).square().sum() / (level**2 * y.square().sum())
        torch.testing.assert_close(found["a"][member], part)
        torch.testing.assert_close(found["defect"][member], defect)


def test_the_sampled_readout_scatters_around_the_integrated_one():
    """Readouts drawn from their exact conditional law: the mean of a_direct is a."""
    net = network(3, 5, members=4000)
    x = draws(net)
    x[:] = x[0]
    phi = net.features(x)[0]
    matrix = phi @ phi.T / 0.3 + 5 / 0.7 * torch.eye(5, dtype=torch.float64)
    mean = torch.linalg.solve(matrix, phi @ net.targets.T / 0.3)
    root = torch.linalg.cholesky(torch.linalg.inv(matrix))
    noise = torch.randn(4000, 5, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    x[:, net.layers[1]] = ((mean + root @ noise) / net.shape.readout_scale).flatten(1)
    found = measured(net, x)
    error = found["a_direct"].std() / 4000**0.5
    assert abs(found["a_direct"].mean() - found["a"][0]) < 5 * error
    assert error < 0.01


def test_uniform_phases_and_prior_moments():
    """Under the prior |u_k|^2 is exponential with mean 1/P, phases are uniform and independent."""
    net = network(7, 3000, members=3)
    found = measured(net, draws(net))
    expected = {"x": 1 / 7, "x4": 2 / 49, "x2": 1 / 49, "pair": 1 / 49, "phase": 1.0}
    for name, value in expected.items():
        rough = 0.6 if name == "phase" else 0.06
        assert found[name].mean().item() == pytest.approx(value, rel=rough)


def test_all_quantities_come_in_the_promised_shapes():
    net = network(5, 6)
    found, kind = measured(net, draws(net)), ModularObserver({"P": Fraction(5)})
    assert set(found) == set(kind.quantities)
    assert found["x2_by_mode"].shape == (2, 2)
    torch.testing.assert_close(found["x2_by_mode"].mean(1), found["x2"])
