"""Overlaps as floats agree with balls; their cost is that of a search."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb

from binodal.numerics.overlaps.overlaps import Interpolation, overlaps_of

ORDERS = 7


@pytest.mark.parametrize(
    "name", ["erf", "relu", "gelu", "he:3", "tanh", "softplus", "elu", "abs(z - 1)"]
)
def test_floats_are_the_balls(name: str) -> None:
    of = overlaps_of(name)
    r = np.array([[0.013, 0.4, 1.0], [1.0001, 2.7, 11.0]])
    found = of.floats(r, ORDERS)
    assert found.shape == (ORDERS, 2, 3)
    for place in np.ndindex(r.shape):
        for k, value in enumerate(of.at(arb(r[place]), ORDERS)):
            size = float(arb(k).fac().sqrt()) * (1 + r[place])
            assert abs(found[(k, *place)] - float(value)) < 1e-12 * size


def test_few_nodes_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: interpolation with too few nodes misses the balls by more than is allowed."""
    monkeypatch.setattr("binodal.numerics.overlaps.overlaps._NODES", 8)
    of = overlaps_of("tanh")
    rough = Interpolation(of.at).at(np.array([1.3]), 4)
    assert abs(rough[3, 0] - float(of.at(arb(1.3), 4)[3])) > 1e-9


def test_zero_is_the_limit() -> None:
    found = overlaps_of("softplus").floats(np.array([0.0]), 2)
    assert abs(found[0, 0] - np.log(2)) < 1e-12 and abs(found[1, 0]) < 1e-12


def test_small_scales_are_their_own_down_to_the_smallest() -> None:
    """c_1 is r E[z tanh' z] there, up to r^3; below 2^-40 nothing changes."""
    found = overlaps_of("tanh").floats(2.0 ** np.array([-38.0, -39.0, -40.0, -45.0]), 2)[1]
    assert np.allclose(found, 2.0 ** np.array([-38.0, -39.0, -40.0, -40.0]), rtol=1e-9, atol=0.0)


def test_a_grid_shares_its_octaves() -> None:
    """65536 scales cost a few dozen quadratures an octave, then polynomials alone."""
    of, asked = overlaps_of("tanh"), []

    def counted(r: arb, orders: int) -> list[arb]:
        asked.append(r)
        return of.at(r, orders)

    grid = Interpolation(counted)
    r = np.linspace(0.51, 3.99, 256 * 256).reshape(256, 256)
    assert np.isfinite(grid.at(r, ORDERS)).all() and len(asked) < 100
    grid.at(r, ORDERS)
    assert len(asked) < 100
