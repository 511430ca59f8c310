"""Networks on groups: irreps, posteriors against rational sums, starts, the bits of modular."""

from __future__ import annotations

import pickle
from fractions import Fraction

import numpy as np
import pytest
import torch

from binodal.derive.cyclotomic import Cyclotomic
from binodal.derive.groups.irreps import blocks, irreps
from binodal.derive.groups.names import named
from binodal.models.group.derivations import real_irreps as numeric
from binodal.models.group.derivations.exact import squares_of_members
from binodal.models.group.network.network_model import feature_start, network_of
from binodal.models.group.network.shape import BlockDecay, GroupShape
from binodal.models.group.network.transform import GroupTransform
from binodal.models.modular.derivations.posterior import Hyperparameters, Network
from binodal.models.modular.network import network_model as modular
from binodal.models.modular.network.decay import ModeDecay
from binodal.models.modular.network.network import ModularShape, QuadraticNetwork
from tests.models.group.exact_network import energy, gradient

GROUPS = ("S3", "Q8", "Z2xZ4", "D5", "A4", "Z6")


def shape_at(group: str, decay: str = "schatten", neurons: int = 3) -> GroupShape:
    return GroupShape(neurons, named(group).order, 0.3125, 0.75, 1.375, group, decay)


def drawn(size: tuple[int, ...], seed: int = 1) -> torch.Tensor:
    stream = torch.Generator().manual_seed(seed)
    return torch.randn(size, generator=stream, dtype=torch.float64)


def state(net: QuadraticNetwork, seed: int = 1) -> torch.Tensor:
    return drawn((net.members, net.dimension), seed)


@pytest.mark.parametrize("name", [*GROUPS, "S4", "A5", "Q12", "Q8xZ3", "D4xZ2"])
def test_matrices_are_orthogonal_multiply_and_have_the_characters(name):
    group = named(name)
    found = numeric.real_irreps(group)
    table = np.array(group.table)
    by_name = {rho.name: rho for rho in irreps(group)}
    assert [rho.name for rho in found] == ["1a", *(block.name for block in blocks(group))]
    for rho in found:
        of = rho.matrices
        assert np.allclose(np.einsum("gij,hjk->ghik", of, of), of[table], atol=1e-12)
        assert np.allclose(of.mT @ of, np.eye(of.shape[1]), atol=1e-12)
        expected = rho.twice * numeric.real_character(group, by_name[rho.name])
        assert np.allclose(of.trace(axis1=1, axis2=2), expected, atol=1e-12)
    # Schur: matrix elements of different irreps are orthogonal, and no invariant part is left.
    flat = [rho.matrices.reshape(group.order, -1) for rho in found]
    for i, one in enumerate(flat):
        assert all(np.allclose(one.T @ other, 0, atol=1e-11) for other in flat[:i])
        assert np.linalg.matrix_rank(one) == found[i].dimension ** 2 * found[i].members


def test_what_is_no_representation_is_not_returned(monkeypatch):
    """Characters that send an element where they should not leave matrices that do not multiply."""
    group = named("S3")
    monkeypatch.setattr(numeric, "real_character", lambda group, rho: np.eye(group.order)[0] * 3)
    with pytest.raises((ArithmeticError, ValueError)):
        numeric.real_irreps.__wrapped__(group)


@pytest.mark.parametrize("name", GROUPS)
def test_weights_come_back_from_their_blocks(name):
    transform = GroupTransform(numeric.real_irreps(named(name)))
    w = drawn((2, named(name).order))
    assert torch.allclose(transform.weights(transform.blocks(w)), w, atol=1e-12)


@pytest.mark.parametrize("name", GROUPS)
def test_energy_and_gradient_are_those_of_the_exact_posterior(name):
    group, net = named(name), QuadraticNetwork(shape_at(name), 2, torch.float64)
    x = (state(net) * 16).round() / 16
    w, a = net.weights(x)

    def rows(tensor):
        return tuple(tuple(map(Fraction, row)) for row in tensor.tolist())

    network = Network(group.order, rows(w[1, :, 0]), rows(w[1, :, 1]), rows(a[1]))
    at = Hyperparameters(Fraction(0.3125), Fraction(0.75), Fraction(1.375))
    assert net.energy(x)[1].item() == pytest.approx(float(energy(group, network, at)), rel=1e-12)
    exact, (grad_w, grad_a) = gradient(group, network, at), net.split(net.gradient(x))
    for half, expected in enumerate((exact.first, exact.second)):
        assert np.allclose(grad_w[1, :, half], np.array(expected, dtype=float), rtol=1e-10)
    whitened = net.shape.readout_scale * np.array(exact.readouts, dtype=float)
    assert np.allclose(grad_a[1], whitened, rtol=1e-10)


@pytest.mark.parametrize("decay", ["schatten", "frobenius"])
@pytest.mark.parametrize("name", GROUPS)
def test_gradient_is_that_of_the_energy(name, decay):
    net = QuadraticNetwork(shape_at(name, decay), 2, torch.float64)
    x = state(net).requires_grad_()
    (automatic,) = torch.autograd.grad(net.energy(x).sum(), x)
    with torch.no_grad():
        assert torch.allclose(net.gradient(x), automatic, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", GROUPS)
def test_frobenius_decay_is_the_sum_over_characters(name):
    """d |W|^6 of every irrep from exact characters."""
    group = named(name)
    w = (drawn((1, 1, 2, group.order)) * 8).round() / 8
    total = Cyclotomic.rational(group.exponent, 0)
    for row in w[0, 0].tolist():
        exact = [Fraction(value) for value in row]
        norms = [(Cyclotomic.rational(group.exponent, sum(exact) ** 2), 1)]
        for block in blocks(group):
            norms += [(n, block.dimension) for n in squares_of_members(group, block, exact)]
        total = sum((n * n * n * d for n, d in norms), start=total)
    found = BlockDecay(group, "frobenius").sixth(w).item()
    assert found == pytest.approx(float(total.as_fraction()) / group.order**6)


def test_decays_agree_where_all_irreps_have_dimension_one_and_only_there():
    for name, same in (("Z6", True), ("Z2xZ4", True), ("S3", False), ("Q8", False)):
        w = drawn((1, 3, 2, named(name).order))
        one, other = (BlockDecay(named(name), kind).sixth(w) for kind in ("schatten", "frobenius"))
        assert bool(torch.allclose(one, other, rtol=1e-12)) is same
        if name == "Z6":
            assert torch.allclose(ModeDecay().sixth(w), one, rtol=1e-12)


@pytest.mark.parametrize("name", ["S3", "Q8", "A4", "Z2xZ4", "S4"])
def test_a_feature_start_adds_one_aligned_block_to_every_second_neuron(name):
    shape = shape_at(name, neurons=40)
    started, plain = (
        start(shape, torch.Generator().manual_seed(3))
        for start in (feature_start, modular.prior_start)
    )
    added = (started - plain)[: 2 * shape.N * shape.P].view(shape.N, 2, shape.P)
    assert not added[20:].any() and not (started - plain)[2 * shape.N * shape.P :].any()
    irreps_of = numeric.real_irreps(shape.group)
    parts = GroupTransform(irreps_of).blocks(added[:20])
    held, ranks = torch.zeros(20), set()
    for rho, part in zip(irreps_of, parts, strict=True):
        w, v = part.unbind(1)
        on = w.flatten(1).norm(dim=1) > 1e-9
        held += on
        if not on.any():
            continue
        assert rho.name != "1a"
        values = torch.linalg.svdvals(torch.cat([w[on], v[on], w[on] @ v[on]]))
        assert torch.all((values < 1e-9) | ((values - 1).abs() < 1e-9))
        count = (values > 0.5).sum(1).view(3, -1)
        assert torch.equal(count[0], count[1]) and torch.equal(count[0], count[2])
        ranks |= {(rho.name, int(c) // rho.multiplicity) for c in count[0]}
    assert torch.equal(held, torch.ones(20))
    if name == "S3":
        assert ranks == {("1b", 1), ("2a", 1), ("2a", 2)}


def test_a_cyclic_group_has_every_bit_of_modular_addition():
    shape, cyclic = shape_at("Z6"), ModularShape(3, 6, 0.3125, 0.75, 1.375)
    starts = [
        of(size, torch.Generator().manual_seed(2))
        for of, size in ((feature_start, shape), (modular.feature_start, cyclic))
    ]
    assert torch.equal(*starts)
    for dtype in (torch.float32, torch.float64):
        nets = [QuadraticNetwork(of, 2, dtype) for of in (shape, cyclic)]
        x = torch.stack(starts).to(dtype)
        assert torch.equal(*(net.energy(x) for net in nets))
        assert torch.equal(*(net.gradient(x) for net in nets))


def test_the_networks_of_a_group_travel_to_other_processes():
    settings = {"group": "S3", "decay": "frobenius", "irrep": "every"}
    again = pickle.loads(pickle.dumps(network_of(settings)))
    assert {"a_1b", "lambda_2a", "rank_2a"} < set(again.observables.scalars)
