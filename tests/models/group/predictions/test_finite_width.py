"""The first order in 1/N on groups: against modular addition, sampled neurons and differences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
import torch

from binodal.derive import neuron_ratio
from binodal.derive.groups.names import named
from binodal.models.group.derivations.blocks import Field
from binodal.models.group.derivations.real_irreps import real_irreps
from binodal.models.group.network.transform import GroupTransform
from binodal.models.group.numerics.pair_law import PairLaw
from binodal.models.group.numerics.triple_law import TripleLaw
from binodal.models.group.predictions import finite_width as first_order
from binodal.models.group.predictions.block_averages import BlockAverages
from binodal.models.group.predictions.block_law import BlockLaw
from binodal.models.group.predictions.complex_irreps import parts, unitary_irreps
from binodal.models.group.predictions.drawn_block import Squares, of_grid
from binodal.models.group.predictions.drawn_curvature import DrawnCurvature, Neurons
from binodal.models.group.predictions.drawn_matrices import MatrixLaw
from binodal.models.group.predictions.drawn_width import by_draws
from binodal.models.group.predictions.field_curvature import Curvature
from binodal.models.group.predictions.field_polynomials import field
from binodal.models.group.predictions.finite_width import by_quadrature, expansions
from binodal.models.group.predictions.label_sectors import sectors
from binodal.models.group.setting import Setting, blocks_of
from binodal.models.modular.predictions import finite_width as modular
from binodal.numerics.errors import Undecided
from tests.laws import beside, cases

GAMMA, NOISE, KERNEL, WEIGHT = 0.7, 0.8, 0.6, 0.3
COUPLINGS = {"1b": 0.3, "2a": 0.35}
FORCES = {"1b": 0.9, "2a": 1.3}


def curvature_of(group: str, shift: dict[str, float] | None = None) -> Curvature:
    """S3's or Q8's at couplings that are not those of any closure."""
    own, of = named(group), field(named(group))
    laws = [BlockAverages(BlockLaw(float(own.order), GAMMA, "schatten", 1, 1, 1, 1), "number", 0.0)]
    forces = [0.0]
    by_name = {block.name: block for block in blocks_of(group, "every")}
    for rho, kind in list(zip(of.of.irreps, of.of.kinds, strict=True))[1:]:
        law = BlockLaw.of(by_name[rho.name], own.order, GAMMA, "schatten")
        u = COUPLINGS.get(rho.name, 0.2) + (shift or {}).get(rho.name, 0.0)
        laws.append(BlockAverages(law, kind, u))
        forces.append(FORCES.get(rho.name, 0.5))
    return Curvature(of, laws, np.array(forces), NOISE, KERNEL, WEIGHT)


def sampled(group: str, swapped: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """K, and two estimates of the covariance of (tau_p.S) S, from neurons in real space."""
    own, of = named(group), curvature_of(group)
    size, stream = own.order, torch.Generator().manual_seed(11)
    both = torch.randn((60_000, 2, size), generator=stream, dtype=torch.float64)
    table, inverses = torch.tensor(own.table), torch.tensor(own.inverses)
    log, pull = torch.zeros(len(both), dtype=torch.float64), 0
    for rho, law, force in zip(real_irreps(own), of.laws, of.forces, strict=True):
        w, v = GroupTransform([rho]).blocks(both)[0].unbind(1)
        norm = [m.square().sum((1, 2)) / rho.twice for m in (w @ w.mT @ w, v @ v.mT @ v, w @ v)]
        strength = size * rho.dimension * rho.members
        log += strength * (law.u * norm[2] - GAMMA / 6 * (norm[0] + norm[1]))
        profile = rho.weight * rho.matrices.trace(axis1=1, axis2=2) / size
        pull = pull + force * torch.from_numpy(profile)
    u, v = both.unbind(1)
    feature = (u[:, :, None] + v[:, None, :]).square().flatten(1)
    pairs = table.T if swapped else table
    target = pull[table[pairs.reshape(-1)][:, inverses].T]
    z = ((feature @ target.T)[:, :, None] * feature[:, None, :]).flatten(1).numpy()
    p = torch.exp(log - log.max()).numpy()
    s = feature.numpy()
    kernel = KERNEL * (s.T * (p / p.sum())) @ s
    halves = [WEIGHT * np.cov(z[k::2].T, aweights=p[k::2]) for k in (0, 1)]
    return kernel, *halves


def test_curvature_is_that_of_sampled_neurons():
    """Traces of K, K^2, of the covariance and of its square, whose two factors are independent."""
    of = curvature_of("S3")
    kernel, one, other = sampled("S3")
    own = of.plain.toarray() - NOISE * np.eye(36)
    assert np.trace(own).real == pytest.approx(np.trace(kernel), rel=0.01)
    assert np.trace(own @ own).real == pytest.approx(np.trace(kernel @ kernel), rel=0.02)
    scale = of.forces[of.field.label]
    pulled = of.pulled.toarray() * np.outer(scale, scale)
    assert np.trace(pulled).real == pytest.approx(np.trace(one + other) / 2, rel=0.06)
    assert np.trace(pulled @ pulled).real == pytest.approx(np.trace(one @ other), rel=0.12)
    _, wrong, again = sampled("S3", swapped=True)
    assert abs(np.trace(wrong + again) / 2 / np.trace(pulled).real - 1) > 0.12


@pytest.mark.parametrize(
    ("group", "block"), cases([("S3", "2a"), ("S3", "1b"), ("Q8", "2a")], every=None)
)
def test_slopes_are_differences(group: str, block: str):
    """A block's coupling is a source of its overlap, and forces stand before the pull."""
    of, step = curvature_of(group), 1e-4
    place = [rho.name for rho in of.field.of.irreps].index(block)
    law = of.laws[place].law
    up, down = (curvature_of(group, {block: sign * step}).log_det for sign in (1, -1))
    slope = of.by_source([place], "x2") * law.strength / law.twice
    assert slope == pytest.approx((up - down) / (2 * step), rel=1e-3)
    forces = [of.forces + sign * step * (np.arange(len(of.forces)) == place) for sign in (1, -1)]
    up, down = (replace(of, forces=force).log_det for force in forces)
    assert of.by_force[place] == pytest.approx((up - down) / (2 * step), rel=1e-5)


@pytest.mark.parametrize("order", [3, 5])
def test_cyclic_groups_are_modular_addition(order: int):
    """Phases of real and complex coordinates, against momenta of modes."""
    at = {"N": 400.0, "sigma2": 0.0021 * (7 / order), "sigma_a2": 1 / 4000, "gamma": 2.0}
    name = f"Z{order}"
    setting = Setting(named(name), "schatten", blocks_of(name, "every"))
    known = by_quadrature(setting, at)
    (found,) = known.orbits.values()
    expected = modular.expansion({**at, "P": float(order)})
    assert found.freedom == pytest.approx(expected.freedom, rel=1e-9)
    for observable in ("a", "lambda", "x2", "x"):
        assert found.shift[observable] == pytest.approx(expected.shift[observable], rel=2e-4)
    start, orders, _ = modular.loss_orders({**at, "P": float(order)})
    loss = modular.LOSS
    assert known.loss.start[loss] == pytest.approx(start, rel=1e-9)
    assert known.loss.shift[loss] == pytest.approx(orders[0], rel=2e-4)


@pytest.mark.parametrize("group", cases(["S3", "Q8"], every=None))
def test_drawn_neurons_have_the_slopes_of_the_quadrature(group: str):
    """By sectors of the three moves; a V that has not met its W is caught."""
    exact, of = curvature_of(group), sectors(named(group))
    rng = np.random.default_rng(3)
    blocks = [of_grid(law, 9000, rng) for law in exact.laws]
    neurons = Neurons.of(of.irreps, blocks, rng)
    at = exact.forces, exact.noise, exact.kernel, exact.weight
    drawn = DrawnCurvature(of, neurons, *at)
    assert drawn.freedom == pytest.approx(exact.freedom, rel=0.01)
    assert drawn.by_force == pytest.approx(exact.by_force, rel=0.05)
    place = len(exact.laws) - 1
    slopes = [part.by_source([place], "x") for part in drawn.batches(8)]
    error = np.std(slopes, ddof=1) / 8**0.5
    expected = exact.by_source([place], "x")
    assert error < 0.1 * expected
    assert abs(drawn.by_source([place], "x") - expected) < 4 * error
    apart = DrawnCurvature(of, replace(neurons, v=np.roll(neurons.v, 1, axis=0)), *at)
    assert apart.by_source([place], "x2") < 0.75 * exact.by_source([place], "x2")


@pytest.mark.parametrize(
    ("kind", "rows", "decay"),
    cases(
        [
            ("real", 3, "schatten"),
            ("complex", 2, "schatten"),
            ("quaternionic", 2, "schatten"),
            ("real", 2, "frobenius"),
        ],
        every=4,
    ),
)
def test_chains_of_a_rank_have_its_moments(kind: str, rows: int, decay: str):
    """By quadrature; drawn as if the interaction were a twentieth weaker they do not."""
    of, gamma, strength, u = Field(kind), 1.1, 30.0, 1.25
    if rows == 3:
        ranks = dict(enumerate(TripleLaw(strength, u, gamma, (14, 36), 5, 1.0).ranks()))
    else:
        ranks = PairLaw(kind, decay, strength, of.twice, u, gamma).ranks()
    law = MatrixLaw(decay, rows, of.beta, of.twice, strength, gamma, u, np.inf)
    law, rank = replace(law, cut=law.barrier), 1
    spread = (ranks[rank].square - ranks[rank].mean ** 2) ** 0.5
    for pulled, right in ((law, True), (replace(law, u=0.95 * u), False)):
        overlap = pulled.drawn(rank, 1000, np.random.default_rng(5)).sources["x2"]
        away = (overlap.mean() - ranks[rank].mean) / spread * 1000**0.5
        assert (abs(away) < 4) == right
        assert not right or abs(overlap.std() / spread - 1) < 0.12


@beside("test_chains_of_a_rank_have_its_moments")
def test_blocks_of_three_rows_have_a_first_order():
    """A4's 3a, few draws against 17361 of another seed; too few neurons are refused."""
    setting = Setting(named("A4"), "schatten", blocks_of("A4", "every"))
    at = {"N": 1600.0, "sigma2": 0.0003, "sigma_a2": 1e-5, "gamma": 20.0}
    of = by_draws(setting, at, 600, 1).orbits["3a"]
    assert of.start["a"] == pytest.approx(0.4937, abs=1e-4)
    for name, many in (("a", 0.00529), ("x2", -0.00178), ("largest", 0.00133), ("rank", -0.0433)):
        assert abs(of.shift[name] - many) < of.ahead[name], name
    assert of.ahead["a"] < 0.7 * of.shift["a"]
    assert of.ahead["rank"] > 0.3 * abs(of.shift["rank"])  # of 1.128, whose end is one
    squares = Squares(*(np.ones((50, 1, 1)) for _ in range(2)), 1, 1)
    with pytest.raises(Undecided, match="50 drawn neurons do not represent"):
        squares.like(1.0, 0.1)


def test_irreps_fall_apart_into_irreps():
    """Copies are as many as characters say, and move by the irrep's own matrices."""
    for group in ("A4", "Q8", "Z3"):
        every = unitary_irreps(named(group))
        for one, other in ((every[-1], every[-1]), (every[1], every[-1])):
            both = np.einsum("gij,gkl->gikjl", one.matrices, other.matrices)
            found = parts(one.matrices, other.matrices, every)
            assert sum(len(of) * of.shape[1] for of in found) == one.dimension * other.dimension
            for rho, of in zip(every, found, strict=True):
                turned = np.einsum("gikjl,nxjl->gnxik", both, of)
                own = np.einsum("gyx,nyik->gnxik", rho.matrices, of)
                assert np.allclose(turned, own, atol=1e-9)


def test_what_is_not_offered_says_so():
    """Groups that are too large, and too many irreps for draws."""
    at = dict.fromkeys(("N", "sigma2", "sigma_a2", "gamma"), 1.0)
    cases = (("A5", "24 elements"), ("Z15", "9 irreps"))
    for group, why in cases:
        setting = Setting(named(group), "schatten", blocks_of(group, "every"))
        with pytest.raises(Undecided, match=why):
            expansions(setting, at)
        for row in first_order.predictions(setting, at, {"1b": ("a", "x2")}):
            assert row.observable in ("a_1b", "x2_1b") and why in row.missing


def test_a_ratio_whose_means_do_not_fluctuate_is_caught():
    """And neurons that are correlated by the saddle, taken as independent."""
    covariance, ratio = neuron_ratio.neuron_covariance(), neuron_ratio.ratio_shift()
    still = ratio.subs(dict.fromkeys(neuron_ratio.MOVED[2:], 0))
    alone = neuron_ratio.COVARIANCE[0]
    assert all(good for _, good in neuron_ratio._claims(sp.Tuple(covariance, ratio)))
    for wrong in (sp.Tuple(covariance, still), sp.Tuple(alone, ratio)):
        assert not all(good for _, good in neuron_ratio._claims(wrong))
