"""Generated code of modular addition: slopes are those of the action, the laws are consistent."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from binodal.api import codegen
from binodal.derive.symbols import P, gamma, u, x
from binodal.models.modular.derivations.reduction import density_of_mean
from binodal.models.modular.derivations.weights import weights
from binodal.numerics.codegen.loaded import loaded


def generated(quantity, theory="derived"):
    """The numpy function of a quantity."""
    text = codegen("modular", quantity, target="numpy", theory=theory)
    return loaded(text, quantity.replace("-", "_"))


def test_generated_slopes_are_those_of_the_generated_action():
    """Centred differences, and the factor two between the theories' exponents."""
    at, h, at_u, at_gamma = np.array([150.0, 131.0]), 1e-2, 1 / 71, 1 / 9000
    action = generated("action")
    assert action(*at, at_u, at_gamma)[0] == pytest.approx(
        2 * generated("action", "published")(*at, at_u, at_gamma)[0]
    )
    slope = generated("gradient")
    slopes = slope(*at, at_u, at_gamma)
    for axis, expected in zip(np.eye(2), slopes, strict=True):
        up, down = (action(*(at + sign * h * axis), at_u, at_gamma)[0] for sign in (1, -1))
        assert expected == pytest.approx((up - down) / (2 * h), rel=1e-6)
    bends = generated("hessian")(*at, at_u, at_gamma)
    for axis, (first, second) in zip(np.eye(2), (bends[:2], bends[1:]), strict=True):
        up, down = (np.array(slope(*(at + sign * h * axis), at_u, at_gamma)) for sign in (1, -1))
        assert (first, second) == pytest.approx(tuple((up - down) / (2 * h)), rel=1e-6)


def test_both_saddles_are_stationary_and_have_the_action_that_is_said():
    at_u, at_gamma = 20.0, 1e-8
    plus, minus, action_plus, action_minus = generated("saddles")(at_u, at_gamma)
    for root, depth in ((plus, action_plus), (minus, action_minus)):
        assert generated("action")(root, root, at_u, at_gamma)[0] == pytest.approx(depth, rel=1e-9)
    assert generated("gradient")(minus, minus, at_u, at_gamma)[0] == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("theory", ["published", "derived"])
def test_the_law_of_the_mean_is_the_law_integrated(theory):
    """A Gauss rule over x - x_v at fixed mean, for both theories; the derived closed form too."""
    at = {x: 31.0, u: 1 / 71, P: 7.0, gamma: 1 / 9000}
    nodes, weight = np.polynomial.legendre.leggauss(160)
    apart = at[x] * nodes
    logs = generated("law", theory)(at[x] + apart, at[x] - apart, at[u], at[P], at[gamma])[0]
    # dx dx_v = 2 d(mean) d(half the difference).
    integral = np.log(2 * at[x] * (weight @ np.exp(logs)))
    mean = generated("law-of-mean", theory)(at[x], at[u], at[P], at[gamma])[0]
    assert mean == pytest.approx(integral, rel=1e-12)
    if theory == "derived":
        assert mean == pytest.approx(float(sp.N(sp.log(density_of_mean()).subs(at))), rel=1e-12)


def test_logarithms_of_odds_are_those_of_the_odds():
    at = {x: 150.0, u: 1 / 71, P: 5.0, gamma: 1 / 9000}
    logs = generated("weights")(*(at[s] for s in (x, u, P, gamma)))
    names = ("odds_printed", "odds_one_loop", "odds_real_mode")
    direct = [float(sp.log(weights().results[name]).subs(at)) for name in names]
    assert list(logs) == pytest.approx(direct, rel=1e-12)
