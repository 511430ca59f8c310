"""Irreps on actual subsets of the pairs: what relaxes at a fixed condensate, and whole neurons."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy import optimize

from binodal.derive.groups.group import FiniteGroup
from binodal.derive.groups.names import from_text
from binodal.models.group.derivations.real_irreps import RealIrrep, real_irreps
from binodal.models.group.network.shape import BlockDecay
from binodal.models.group.numerics.on_subset import disorder_of
from binodal.models.group.setting import blocks_of
from binodal.models.modular.derivations.cavity_checks import density
from binodal.models.modular.derivations.ring_places import deepest
from tests.models.modular.numerics.test_subset import quenched

Array = NDArray[np.float64]
DECAYS = ("schatten", "frobenius")


def condensate(rho: RealIrrep, rng: np.random.Generator) -> tuple[Array, Array]:
    """w and v with one singular value 1, W V aligned, and otherwise any directions."""
    size = rho.matrices.shape[1]

    def weights(matrix: Array) -> Array:
        return rho.weight * np.einsum("ij,gij->g", matrix, rho.matrices)

    def in_block() -> Array:
        own = weights(rng.standard_normal((size, size)))
        return np.einsum("g,gij->ij", own, rho.matrices) / len(rho.matrices)

    def frame() -> Array:
        left, _, right = np.linalg.svd(in_block())
        return left @ right

    one, other, third = frame(), frame(), frame()
    symmetric = in_block()
    axes = np.linalg.eigh(symmetric + symmetric.T)[1][:, : rho.multiplicity]
    projector = axes @ axes.T
    return weights(one @ projector @ other.T), weights(other @ projector @ third)


def subset(
    of: FiniteGroup, share: float, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    """Kept pairs, and their target by label without what functions of one input fit."""
    size, table = of.order, np.array(of.table)
    kept = rng.permutation(size**2)[: round(share * size**2)]
    g, h = kept // size, kept % size
    design = np.zeros((len(kept), 2 * size))
    design[range(len(kept)), g] = design[range(len(kept)), size + h] = 1
    r = (np.arange(size) == table[g, h][:, None]) - 1 / size
    return g, h, r - design @ (np.linalg.pinv(design.T @ design) @ (design.T @ r))


def relaxed(group: str, irrep: str, share: float, y: float, seed: int) -> tuple[float, float]:
    """What relaxing takes from s at x = 1 on an actual subset, and the norm of the neuron."""
    of, rng = from_text(group), np.random.default_rng(seed)
    size = of.order
    rho = next(rho for rho in real_irreps(of) if rho.name == irrep)
    g, h, r = subset(of, share, rng)
    w, v = condensate(rho, rng)
    kappa = y / share**2 / (4 * size**2)
    pulls = 2 * (w[g] * v[h]) @ r
    slopes = np.zeros((2 * size, size))
    np.add.at(slopes, g, 2 * r * v[h][:, None])
    np.add.at(slopes, size + h, 2 * r * w[g][:, None])
    force, hessian = 2 * kappa * slopes @ pulls, np.eye(2 * size)
    hessian[g, size + h] -= 4 * kappa * r @ pulls
    hessian[size + h, g] = hessian[g, size + h]
    spanned, sizes, _ = np.linalg.svd(rho.matrices.reshape(size, -1), full_matrices=False)
    own = spanned[:, sizes > 1e-8 * sizes[0]]
    rest = np.kron(np.eye(2), np.eye(size) - own @ own.T)
    step = np.linalg.solve(rest @ hessian @ rest + np.eye(2 * size) - rest, rest @ force)
    return float(force @ step) / (2 * w @ w), float(w @ w) / size


@pytest.mark.parametrize(
    ("group", "irrep", "y"), [("D26", "1b", 2.0), ("D26", "2a", 1.4), ("Q52", "2g", 1.1)]
)
def test_actual_subsets_follow_the_disorder_of_each_kind(group: str, irrep: str, y: float) -> None:
    """Up to (1 - F)/(F |G|) and 1/|G|, which are dropped: 12 % at 52 elements."""
    (block,) = blocks_of(group, irrep)
    norm, share = float(disorder_of(block)["norm"]), 0.7
    found = [relaxed(group, irrep, share, y, seed) for seed in range(8)]
    gains = np.array([gain for gain, _ in found])
    error = 3 * gains.std() / sqrt(len(gains)) + 0.12 * gains.mean()

    def said(of_norm: float) -> float:
        return 1 - y - quenched(1, y, 0, of_norm / 2 * (1 - share) / (share * 52))

    assert found[0][1] == pytest.approx(norm)
    assert abs(said(norm) - gains.mean()) < error
    assert all(abs(said(wrong) - gains.mean()) > error for wrong in {1, 2, 4} - {norm})


def descended(
    irrep: str, share: float, y: float, decay: float, seed: int, kind: str = "schatten"
) -> float:
    """s of D26 where descent over all weights ends, from a neuron of one irrep."""
    of, rng = from_text("D26"), np.random.default_rng(seed)
    size, blocks = of.order, BlockDecay(of, kind)
    rho = next(rho for rho in real_irreps(of) if rho.name == irrep)
    g, h, r = subset(of, share, rng)
    start = np.concatenate(condensate(rho, rng))
    kappa = y / share**2 / (4 * size**2)

    def action(z: Array) -> tuple[float, Array]:
        w, v = z[:size], z[size:]
        pulls = 2 * (w[g] * v[h]) @ r
        bent = -4 * kappa * (r @ pulls)
        slope = [np.bincount(g, bent * v[h], size), np.bincount(h, bent * w[g], size)]
        halves = torch.from_numpy(z.reshape(1, 2, size))
        value = z @ z / 2 - kappa * pulls @ pulls + size * decay / 6 * float(blocks.sixth(halves))
        return float(value), z + np.concatenate(slope) + decay * blocks.slope(
            halves
        ).numpy().ravel()

    found = optimize.minimize(action, start, jac=True, method="L-BFGS-B")
    return float(found.fun) / float(start[:size] @ start[:size])


def test_a_real_character_is_as_deep_as_all_powers_say() -> None:
    """It has no ring that a subset could turn: all powers of the disorder, at the coupling that is
    left once functions of one input are fitted, are the depth of whole neurons."""
    share, y, decay, size = 0.9, 1.7, 2.5, 52
    found = [descended("1b", share, y, decay, seed) for seed in range(5)]
    mean, error = float(np.mean(found)), 3 * float(np.std(found)) / sqrt(len(found))
    strength = (1 - share) / (share * size)
    fitted = 2 * (2 * size - 1) / (size - 1) ** 2 * (1 - share) / share

    def depth(norm: float, coupling: float) -> float:
        every = np.linspace(0.85, 1.1, 26)
        return min(x * density(coupling * x, norm / 2 * strength) + decay * x**3 / 3 for x in every)

    assert depth(1, y * (1 - fitted)) == pytest.approx(mean, abs=error)
    for wrong in (depth(2, y * (1 - fitted)), depth(1, y), depth(0, y)):
        assert abs(wrong - mean) > 2 * error


def test_what_relaxes_is_not_moved_by_the_decay_of_another_block() -> None:
    """Under both decays a subset takes as much from a neuron of rank one, but for where its ring
    comes to rest; a stiffness of 1 + gamma x^2 would leave less than a third of it."""
    found = np.array(
        [[descended("2a", 0.9, 1.7, 2.5, seed, k) for k in DECAYS] for seed in range(4)]
    )
    taken = (0.13 - found).mean(0)
    assert taken.min() > 0.08
    assert taken[1] == pytest.approx(taken[0], rel=0.2)


def test_a_ring_lies_where_a_subset_favours_it() -> None:
    """All powers of the disorder, and to first order the mean largest field."""
    share, y, decay, size = 0.95, 1.7, 2.5, 52
    found = [descended("2a", share, y, decay, seed) for seed in range(8)]
    mean, error = float(np.mean(found)), 3 * float(np.std(found)) / sqrt(len(found))
    strength = (1 - share) / (share * size)
    fitted = 2 * (2 * size - 1) / (size - 1) ** 2 * (1 - share) / share
    (rho,) = (rho for rho in real_irreps(from_text("D26")) if rho.name == "2a")
    gained = 2 * deepest(rho.matrices, from_text("D26").table) * sqrt(strength / size)

    every, coupling = np.linspace(0.85, 1.1, 26), y * (1 - fitted)
    depth, x = min((x * density(coupling * x, strength) + decay * x**3 / 3, x) for x in every)
    assert depth - gained * y * x**2 == pytest.approx(mean, abs=error)
    assert abs(depth - mean) > 2 * error
