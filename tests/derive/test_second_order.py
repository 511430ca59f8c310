"""The second order in 1/N verifies, and a wrong factor in it is caught by its own checks."""

from __future__ import annotations

import pytest
import sympy as sp

from binodal.derive import second_order as of
from binodal.derive.assumptions import Assumption
from binodal.derive.dense_field import joint_cumulant
from tests.laws import cases

MISTAKES = [
    ("quartic", lambda value: value.subs(of.PULLED, of.PULLED / 2)),
    ("quartic", lambda value: value.subs(of.COVARIANCES, -of.COVARIANCES)),
    ("tadpole_weights", lambda value: (value[0], value[0], value[0])),
    ("two_loops", lambda value: value.subs(of.SUNSET, 3 * of.SUNSET / 2)),
    ("two_loops", lambda value: value.subs(of.TADPOLES, -of.TADPOLES)),
    ("two_loops", lambda value: value.subs(of.QUARTIC, of.QUARTIC / 3)),
    ("as_curvature", lambda value: -value),
    ("as_curvature", lambda value: value / 2),
]


@pytest.mark.parametrize(("function", "change"), cases(MISTAKES, every=4))
def test_a_wrong_factor_is_caught(monkeypatch, function, change):
    original = getattr(of, function)
    monkeypatch.setattr(of, function, lambda: change(original()))
    steps = of.second_order.__wrapped__().steps
    chosen = steps[:1] if function in {"quartic", "tadpole_weights"} else steps[1:]
    assert any(step.counterexample() is not None for step in chosen)


def test_the_chain_verifies_and_says_what_it_assumes():
    derivation = of.second_order()
    assert derivation.verify() == len(derivation.steps) == 4
    assert derivation.assumptions == (Assumption.WIDTH_SECOND_ORDER,)


def test_joint_cumulants_of_a_coin():
    """kappa_2, kappa_3, kappa_4 of a coin that shows 1 with probability p."""
    p = sp.Rational(1, 5)
    value = [sp.Integer(1), sp.Integer(0)]
    second, third, fourth = (joint_cumulant((p, 1 - p), [value] * k) for k in (2, 3, 4))
    variance = p * (1 - p)
    assert second == variance
    assert third == variance * (1 - 2 * p)
    assert fourth == variance * (1 - 6 * variance)
