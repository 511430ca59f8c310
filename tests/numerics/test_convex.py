"""Newton's method on convex potentials: inside, and against an edge."""

from __future__ import annotations

import numpy as np
import pytest

from binodal.api import solve
from binodal.numerics.convex import AtEdge, least


def bowl(middle: float):
    """(x - middle)^2/2 + y^2/2 where x < 1, and no number beyond."""

    def potential(at):
        if not at[0] < 1:
            return np.inf, np.zeros(2), np.eye(2)
        away = at - [middle, 0.0]
        return float(away @ away) / 2, away, np.eye(2)

    return potential


def test_a_minimum_inside_is_found():
    assert least(bowl(0.75), np.array([-3.0, 2.0])) == pytest.approx([0.75, 0.0], abs=1e-12)


def test_an_edge_is_no_minimum():
    """No number has no slope, and would pass for one."""
    with pytest.raises(AtEdge, match="edge"):
        least(bowl(1.25), np.array([-3.0, 2.0]))


@pytest.mark.parametrize(
    ("activation", "teacher", "sizes"),
    [
        ("softplus", "2: 1/2", {"preset": "fig2", "sigma2": "1/10", "d": "40"}),
        ("softplus", "1: 1, 2: 1/2", {"preset": "fig2", "sigma2": "3/10"}),
    ],
)
def test_a_residual_at_the_edge_of_normalisable_laws_is_undecided(activation, teacher, sizes):
    """It solves no closure: the law that is left there learns too little."""
    found = solve("single-index", activation=activation, teacher=teacher, limit="finite", **sizes)
    assert found.status == "undecided"
    assert found.document["reason"].startswith("condensation")
