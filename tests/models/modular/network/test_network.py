"""The batched posterior against autograd and against the exact rational twin."""

from fractions import Fraction

import pytest
import torch

from binodal.models.modular.derivations.posterior import Hyperparameters, Network, energy, gradient
from binodal.models.modular.network.network import ModularShape, QuadraticNetwork
from binodal.validate.errors import DataError


def posterior_of(order, dtype=torch.float64, members=2):
    shape = ModularShape(N=3, P=order, sigma2=0.3125, sigma_a2=0.75, gamma=1.375)
    return QuadraticNetwork(shape, members, dtype)


def point(posterior):
    generator = torch.Generator().manual_seed(posterior.shape.P)
    shape = (posterior.members, posterior.dimension)
    return torch.randn(shape, generator=generator, dtype=torch.float64).to(posterior.dtype)


def rational_twin(posterior, x, member):
    w, a = posterior.weights(x)

    def rows(tensor):
        return tuple(tuple(map(Fraction, row)) for row in tensor.tolist())

    network = Network(
        posterior.shape.P, rows(w[member, :, 0]), rows(w[member, :, 1]), rows(a[member])
    )
    shape = posterior.shape
    at = Hyperparameters(*map(Fraction, (shape.sigma2, shape.sigma_a2, shape.gamma)))
    return network, at


@pytest.mark.parametrize("order", [3, 4, 5])
def test_energy_and_gradient_are_those_of_the_exact_posterior(order):
    posterior = posterior_of(order)
    x = point(posterior)
    network, at = rational_twin(posterior, x, 1)
    assert posterior.energy(x)[1].item() == pytest.approx(float(energy(network, at)), rel=1e-12)
    exact = gradient(network, at)
    grad_w, grad_a = posterior.split(posterior.gradient(x))
    for half, rows in enumerate((exact.first, exact.second)):
        for i, row in enumerate(rows):
            assert grad_w[1, i, half].tolist() == pytest.approx(list(map(float, row)), rel=1e-10)
    for i, row in enumerate(exact.readouts):
        whitened = [posterior.shape.readout_scale * float(g) for g in row]
        assert grad_a[1, i].tolist() == pytest.approx(whitened, rel=1e-10)


def test_gradient_is_that_of_the_energy():
    posterior = posterior_of(7)
    x = point(posterior).requires_grad_()
    (automatic,) = torch.autograd.grad(posterior.energy(x).sum(), x)
    with torch.no_grad():
        assert torch.allclose(posterior.gradient(x), automatic, rtol=1e-10, atol=1e-10)


def test_single_precision_agrees_within_its_rounding():
    exact, rough = posterior_of(5), posterior_of(5, torch.float32)
    gap = rough.gradient(point(rough)).double() - exact.gradient(point(exact))
    assert gap.abs().max() < 2e-5 * exact.gradient(point(exact)).abs().max()


def test_no_members_is_refused():
    with pytest.raises(DataError, match="members=0"):
        posterior_of(3, members=0)
