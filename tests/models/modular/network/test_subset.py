"""The posterior on a subset of the pairs: by definition, in small exact cases, and at F = 1."""

from __future__ import annotations

import itertools

import pytest
import torch
import zarr

from binodal.api import train
from binodal.errors import RequestError
from binodal.models.modular.network.mean_output import mean_output
from binodal.models.modular.network.network import ModularShape, QuadraticNetwork
from binodal.models.modular.network.readout import QuadraticReadout
from binodal.models.modular.network.subset import SubsetNetwork, SubsetShape, draw_subset, stacked
from binodal.models.modular.network.subset_observer import SubsetObserver
from binodal.validate.errors import DataError
from binodal.validate.samplers import baoab
from binodal.validate.samplers.collapsed import Collapsed
from binodal.validate.samplers.linear_readout import condition

VALUES = {"sigma2": 0.3125, "sigma_a2": 0.75, "gamma": 1.375}


def posterior_of(order, share, width=3, members=3, dtype=torch.float64):
    shape = SubsetShape(N=width, P=order, **VALUES, data_fraction=share)
    generator = torch.Generator().manual_seed(order)
    seen = stacked([draw_subset(shape, generator) for _ in range(members)])
    return SubsetNetwork(shape, seen, dtype)


def point(posterior):
    generator = torch.Generator().manual_seed(posterior.shape.P)
    shape = (posterior.members, posterior.dimension)
    return torch.randn(shape, generator=generator, dtype=torch.float64).to(posterior.dtype)


def pair_by_pair(posterior, x, member):
    """U by its definition: loops over the pairs that are seen, outputs, neurons and modes."""
    shape, order = posterior.shape, posterior.shape.P
    (w, a), total = posterior.weights(x), 0.5 * float(x[member].square().sum())
    seen = posterior.data["seen"][member]
    for n, m in itertools.product(range(order), repeat=2):
        if not seen[n * order + m]:
            continue
        for p in range(order):
            output = sum(
                float(a[member, i, p] * (w[member, i, 0, n] + w[member, i, 1, m]) ** 2)
                for i in range(shape.N)
            )
            target = float((n + m) % order == p) - 1 / order
            total += (target - output) ** 2 / (2 * shape.sigma2)
    powers = sum(
        abs(
            sum(
                complex(w[member, i, half, n])
                * torch.exp(torch.tensor(2j * torch.pi * k * n / order, dtype=torch.complex128))
                for n in range(order)
            )
            / order
        )
        ** 6
        for i, half, k in itertools.product(range(shape.N), range(2), range(order))
    )
    return total + order * shape.gamma / 6 * float(powers)


@pytest.mark.parametrize(("order", "share"), [(3, 5 / 9), (5, 0.4)])
def test_energy_is_that_of_the_definition(order, share):
    posterior = posterior_of(order, share)
    x = point(posterior)
    for member in range(3):
        exact = pair_by_pair(posterior, x, member)
        assert posterior.energy(x)[member].item() == pytest.approx(exact, rel=1e-12)


def test_gradient_is_that_of_the_energy():
    posterior = posterior_of(7, 0.6)
    x = point(posterior).requires_grad_()
    (automatic,) = torch.autograd.grad(posterior.energy(x).sum(), x)
    with torch.no_grad():
        assert torch.allclose(posterior.gradient(x), automatic, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_all_pairs_have_the_bits_of_the_network_without_a_subset(dtype):
    posterior = posterior_of(5, 1.0, dtype=dtype)
    shape = ModularShape(N=3, P=5, **VALUES)
    plain = QuadraticNetwork(shape, 3, dtype)
    ends = []
    for target in (posterior, plain):
        stream = torch.Generator().manual_seed(0)
        sampler = baoab.build(target, 0.01)
        state = sampler.init(point(posterior), stream)
        for _ in range(20):
            state, _ = sampler.step(state, stream)
        ends.append((state.x, state.gradient, target.energy(state.x)))
    assert all(torch.equal(one, other) for one, other in zip(*ends, strict=True))


@pytest.mark.parametrize(("width", "share"), [(3, 0.6), (40, 0.6), (3, 1.0)])
def test_the_mean_output_is_that_of_the_gaussian_readout(width, share):
    """The readout that minimises U at fixed w is its mean: the gradient there is zero."""
    posterior = posterior_of(5, share, width)
    x = point(posterior)
    expected = mean_output(posterior, x)
    model = QuadraticReadout(posterior)
    at_mean = x.clone()
    features = model.linearise(x[:, : model.hidden]).features
    posterior.split(at_mean)[1].copy_(condition(model, features).mean)
    assert torch.allclose(posterior.output(at_mean), expected, rtol=1e-9, atol=1e-10)
    assert posterior.split(posterior.gradient(at_mean))[1].abs().max() < 1e-9


def test_the_readout_integrated_out_has_the_gradient_of_its_energy():
    target = Collapsed(QuadraticReadout(posterior_of(5, 0.6)))
    x = point(target.model.target)[:, : target.dimension].contiguous()
    way, step = torch.randn_like(x), 1e-5
    rise = (target.energy(x + step * way) - target.energy(x - step * way)) / (2 * step)
    assert torch.allclose((target.gradient(x) * way).sum(1), rise, rtol=1e-6)


def observed(posterior, x):
    values = {"N": posterior.shape.N, "P": posterior.shape.P, **VALUES}
    share = posterior.shape.data_fraction
    return SubsetObserver({**values, "data_fraction": share}).measure(posterior, x)


def test_losses_are_over_the_pairs_seen_and_over_the_others():
    posterior = posterior_of(5, 0.6)
    x = point(posterior)
    found, squares = observed(posterior, x), (posterior.targets - posterior.output(x)).square()
    seen = posterior.data["seen"] > 0
    for member in range(3):
        inside, outside = squares[member][:, seen[member]], squares[member][:, ~seen[member]]
        assert found["train_loss"][member].item() == pytest.approx(inside.mean().item())
        assert found["test_loss"][member].item() == pytest.approx(outside.mean().item())


def test_neurons_on_a_ring_and_neurons_that_see_one_pair_are_told_apart():
    posterior = posterior_of(11, 0.6, width=4, members=1)
    x = torch.zeros(1, posterior.dimension, dtype=torch.float64)
    w = posterior.split(x)[0]
    size = 1.2 / VALUES["gamma"] ** 0.5
    places = torch.arange(11, dtype=torch.float64)
    w[0, 0, :] = 2 * size**0.5 * torch.cos(2 * torch.pi * 3 * places / 11)
    w[0, 1, 0, 4], w[0, 1, 1, 7] = 11 * size**0.5, 11 * size**0.5
    w[0, 2] = 0.1
    found = observed(posterior, x + 0.01 * torch.randn(x.shape, dtype=torch.float64))
    assert found["away"].item() == 0.5
    assert found["droplets"].item() == found["memorising"].item() == 0.25
    assert found["largest"].sum().item() * 0.1 == pytest.approx(1)


def test_with_all_pairs_nothing_is_said_of_others():
    posterior = posterior_of(5, 1.0)
    assert "test_loss" not in observed(posterior, point(posterior))


def test_data_that_are_no_subset_are_refused():
    with pytest.raises(DataError, match="leave data out"):
        stacked([{"x": torch.zeros(2)}])


def test_an_optimiser_takes_its_own_share(tmp_path):
    with pytest.raises(RequestError, match="data_fraction is a parameter"):
        train("modular", tmp_path / "run", pairs="subset", optimizer="adamw", data_fraction="1/2")


def test_a_run_on_all_pairs_has_the_bits_of_one_without_a_subset(tmp_path):
    values = {"N": 6, "P": 3, "sigma2": "1/10", "sigma_a2": "1/10", "gamma": 2}
    how = {"members": 2, "sampler": "baoab", "companions": 0, "burn_in": 4, "draws": 3, "thin": 1}
    draws = []
    for name, more in (("all", {}), ("subset", {"pairs": "subset", "data_fraction": 1})):
        train("modular", tmp_path / name, workers=1, **values, **how, **more)
        draws.append(zarr.open(tmp_path / name / "draws.zarr")["x2"][:])
    assert (draws[0] == draws[1]).all()
