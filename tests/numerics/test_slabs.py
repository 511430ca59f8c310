"""The least of a convex function between planes, against a general optimiser."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from binodal.numerics.errors import Undecided
from binodal.numerics.slabs import least


class _Bowl:
    """(x - c) H (x - c)/2 + sum (x - c)^4/4, or nothing beyond a size."""

    def __init__(self, centre: np.ndarray, bend: np.ndarray) -> None:
        self.centre, self.bend = centre, bend

    def value(self, at: np.ndarray) -> float:
        away = at - self.centre
        return float(away @ self.bend @ away / 2 + (away**4).sum() / 4)

    def __call__(self, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        away = at - self.centre
        return self.bend @ away + away**3, self.bend + np.diag(3 * away**2)

    def within(self, at: np.ndarray, moved: np.ndarray) -> np.ndarray:
        return moved


@pytest.mark.parametrize("seed", range(6))
def test_a_general_optimiser_finds_the_same(seed):
    """The point, and multipliers that balance the slope."""
    draw = np.random.default_rng(seed)
    size = 2 + seed % 3
    root = draw.normal(size=(size, size))
    bowl = _Bowl(3 * draw.normal(size=size), root @ root.T + np.eye(size))
    normals = draw.normal(size=(size, 40))
    found = least(bowl, np.zeros(size), normals)
    other = minimize(
        bowl.value,
        np.zeros(size),
        constraints=[
            {"type": "ineq", "fun": lambda t: 1 - t @ normals},
            {"type": "ineq", "fun": lambda t: 1 + t @ normals},
        ],
        options={"ftol": 1e-15, "maxiter": 500},
    )
    assert found.at == pytest.approx(other.x, abs=1e-5)
    pulled = sum(
        pull * np.sign(found.at @ normals[:, k]) * normals[:, k] for k, pull in found.pulls.items()
    )
    assert bowl(found.at)[0] + pulled == pytest.approx(np.zeros(size), abs=1e-6)
    assert all(abs(abs(found.at @ normals[:, k]) - 1) < 1e-9 for k in found.pulls)


def test_a_function_beyond_doubles_is_refused():
    with pytest.raises(Undecided, match="double precision"):
        least(_Bowl(np.array([1e200]), np.eye(1)), np.zeros(1), np.ones((1, 1)))
