"""The law of the overlap against a direct minimisation of the joint action."""

import numpy as np
import pytest
from flint import arb
from scipy.optimize import minimize_scalar

from binodal.derive.symbols import b, c, kappa, q, s, sigma_w2
from binodal.models.teacher_student.derivations.overlap_law import joint_action
from binodal.models.teacher_student.numerics.functions import order_parameters
from binodal.models.teacher_student.numerics.overlap import _turns, action_of_overlap
from binodal.numerics.codegen.load import compiled

STATE = (0.27, -0.28, 21.0, 0.5)


@pytest.mark.parametrize("state", [STATE, (0.1, -0.9, 35.0, 1.3), (0.3, 0.8, 40.0, 0.4)])
def test_the_curve_is_the_minimum_over_the_transverse_norm(state):
    joint = compiled("joint", {"S": joint_action()}, (q, s, b, c, kappa, sigma_w2), "numpy")
    overlaps = np.array([0.05, 0.4, 0.75, 1.1, 1.6])
    ours = action_of_overlap(overlaps, *state, "derived")
    for overlap, value in zip(overlaps, ours, strict=True):
        grid = np.geomspace(1e-4, 20, 4000)
        start = grid[np.argmin(joint(overlap, grid, *state)[0])]
        best = minimize_scalar(
            lambda t, overlap=overlap: float(joint(overlap, np.exp(t), *state)[0]),
            bracket=(np.log(start) - 0.05, np.log(start), np.log(start) + 0.05),
        )
        assert value == pytest.approx(best.fun, abs=2e-6)


def test_the_relaxed_law_lies_below_the_published_one():
    overlaps = np.linspace(0.05, 1.5, 40)
    derived = action_of_overlap(overlaps, *STATE, "derived")
    published = action_of_overlap(overlaps, *STATE, "published")
    assert (derived <= published + 1e-9).all()
    assert derived == pytest.approx(action_of_overlap(-overlaps, *STATE, "derived"))


def test_a_curve_is_cut_where_its_overlap_turns():
    assert _turns(np.array([0.0, 1.0, 2.0, 1.5, 1.0, 3.0])).tolist() == [2, 4]
    assert _turns(np.array([0.0, 1.0, 2.0])).tolist() == []


@pytest.mark.parametrize("theory", ["published", "derived"])
def test_overlap_and_transverse_norm_give_back_rho(theory):
    """rho = q^2/(1 + 2 q^2 + 2 s)."""
    rho, width = arb("0.3"), arb("0.7")
    q2, perp2 = order_parameters(theory)(rho, width)
    assert (q2 / (1 + 2 * q2 + 2 * perp2)).overlaps(rho) and perp2 > 0
