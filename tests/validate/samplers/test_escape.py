"""Dynamics, not averages alone: the rate of escape over a barrier.

The slowest decay rate of the Fokker-Planck operator is computed on a grid without any sampler. With
A = d/dx and its adjoint A* = -d/dx + U' in L2(e^-U), the overdamped generator is -A*A, and the
underdamped one couples the Hermite modes of the momentum: mode n goes to n+1 by sqrt(n+1) A, to n-1
by -sqrt(n) A*, and decays with n g.
"""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

import numpy as np
import scipy.sparse as sps
import scipy.sparse.linalg
import torch

from binodal.validate.samplers import baoab, euler, mala
from tests.validate.samplers.laws import LIMIT, generator
from tests.validate.toys import DoubleWell

BARRIER, FRICTION, MODES, HALF_WIDTH, CELLS = 2.5, 0.8, 24, 2.2, 300


def ladder():
    """A in the basis symmetrised by e^(-U/2), from nodes to midpoints and from those to nodes.

    A staggered grid, so that A has the Boltzmann weight as its only null vector."""
    edges = np.linspace(-HALF_WIDTH, HALF_WIDTH, 2 * CELLS + 1)
    half = np.exp(-BARRIER * (edges**2 - 1) ** 2 / 2)
    spacing = edges[2] - edges[0]

    def between(source, goal):
        left = sps.diags([-1.0, 1.0], [0, 1], shape=(len(goal), len(source)))
        if len(goal) > len(source):
            left = sps.diags([1.0, -1.0], [0, -1], shape=(len(goal), len(source)))
        return sps.diags(half[goal]) @ left @ sps.diags(1 / half[source]) / spacing

    nodes, middles = np.arange(0, 2 * CELLS + 1, 2), np.arange(1, 2 * CELLS, 2)
    return between(nodes, middles), between(middles, nodes)


def overdamped_rate():
    up, _ = ladder()
    values = np.linalg.eigvalsh((up.T @ up).toarray())
    return float(values[1])


def underdamped_rate():
    up, back = ladder()
    blocks = [[None] * MODES for _ in range(MODES)]
    for n in range(MODES):
        size = CELLS + 1 if n % 2 == 0 else CELLS
        blocks[n][n] = -n * FRICTION * sps.identity(size)
        if n + 1 < MODES:
            raising = np.sqrt(n + 1) * (up if n % 2 == 0 else back)
            blocks[n + 1][n], blocks[n][n + 1] = raising, -raising.T
    generator_matrix = sps.bmat(blocks, format="csc")
    start = np.random.default_rng(1).normal(size=generator_matrix.shape[0])
    values = scipy.sparse.linalg.eigs(
        generator_matrix, k=3, sigma=1e-4, v0=start, return_eigenvectors=False
    )
    return float(-np.sort(values.real)[1])


def measured_rate(sampler, start, stop):
    """Decay of <x> from the left well between two times, by the logarithm of its ratio."""
    random = generator(12)
    left = -torch.ones((sampler.target.members, 1), dtype=torch.float64)
    state = sampler.init(left, random)
    kept, first, last = [], round(start / sampler.step_size), round(stop / sampler.step_size)
    for step in range(1, last + 1):
        state, _ = sampler.step(state, random)
        if step in (first, last):
            kept.append(state.x[:, 0].clone())
    early, late = (float(x.mean()) for x in kept)
    influence = kept[0] / early - kept[1] / late
    duration = (last - first) * sampler.step_size
    return np.log(early / late) / duration, float(influence.std()) / len(left) ** 0.5 / duration


def test_overdamped_rate():
    exact = overdamped_rate()
    for build in (euler.build, mala.build):
        found, error = measured_rate(build(DoubleWell(6000, BARRIER), 0.004), 0.5, 3.0)
        assert error < 0.06 * exact
        assert abs(found - exact) < LIMIT * error, (build, found, exact, error)


def test_underdamped_rate():
    exact = underdamped_rate()
    found, error = measured_rate(baoab.build(DoubleWell(6000, BARRIER), 0.08, FRICTION), 3.0, 20.0)
    assert error < 0.06 * exact
    assert abs(found - exact) < LIMIT * error


def test_the_rates_are_told_apart():
    """The control: each dynamics has a rate that the other's test would refuse."""
    assert overdamped_rate() > 1.5 * underdamped_rate()
    curvatures = (8 * BARRIER * 4 * BARRIER) ** 0.5
    kramers = 2 * curvatures / (2 * np.pi) * np.exp(-BARRIER)
    assert overdamped_rate() == pytest.approx(kramers, rel=0.3)
