"""Straight lines of an activation far out: their constants, and the moment of the distance."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from binodal.derive.gaussian.far import peak
from binodal.derive.gaussian.grammar import parsed, z
from binodal.derive.gaussian.growth import growth
from binodal.derive.gaussian.names import phi_of
from binodal.derive.gaussian.tails import asymptotes, tail

_X = np.linspace(0, 60, 600_001)
LINES = {
    "relu": (0, 0),
    "softplus": (0, 0),
    "softplus(2*z + 1)": (0, 1),
    "elu": (-1, 0),
    "elu(2*z - 1)": (-1, -1),
    "gelu": (0, 0),
    "silu": (0, 0),
    "tanh": (-1, 1),
    "erf": (-1, 1),
    "max(z - 1, 0) + exp(-z^2/2)": (0, -1),
    "z/(1 + exp(-2*z))": (0, 0),
    "z*tanh(z)^2 + exp(-z^2 - 3*z)": (0, 0),
    "exp(tanh(z)/2)": (sp.exp(-sp.S.Half), sp.exp(sp.S.Half)),
    "tanh(1 + exp(-z^2))": (sp.tanh(1), sp.tanh(1)),
}


def _distance(phi: sp.Expr, side: int, constant: sp.Expr) -> np.ndarray:
    """|chi| at z = side x by floats."""
    grown = growth(phi)
    steep = float(grown.slope_plus if side > 0 else grown.slope_minus)
    value = sp.lambdify(z, phi, ["scipy", "numpy"])(side * _X[1:])
    return np.abs(value - steep * side * _X[1:] - float(constant))


@pytest.mark.parametrize("name", LINES)
def test_the_moment_is_a_bound_that_is_not_far_off(name):
    phi = phi_of(name)
    found = asymptotes(phi)
    assert (found.minus, found.plus) == LINES[name]
    sides = ((-1, found.minus), (1, found.plus))
    total = sum(np.trapezoid(_X[1:] * _distance(phi, *side), _X[1:]) for side in sides)
    assert total <= float(found.moment) + 1e-6 <= 40 * total + 1e-5


@pytest.mark.parametrize("text", ["softplus(z) - z", "silu(z) - z", "tanh(3*z) - 1", "erf(z) - 1"])
def test_the_envelope_holds_everywhere(text):
    found = tail(parsed(text), 1)
    assert found.degree == 0 and found.leading == 0
    own = np.abs(sp.lambdify(z, parsed(text), ["scipy", "numpy"])(_X))
    of = found.error
    bound = float(of.height) * (1 + _X) ** of.power * np.exp(float(of.rate) * _X)
    assert (own <= bound + 1e-14).all()
    assert not (own <= bound / 8 + 1e-14).all()


@pytest.mark.parametrize("name", ["sqrt(1 + z^2)", "sin:1", "relu(z) + cos(z)", "z^2", "abs(z)*z"])
def test_what_approaches_no_line_fast_enough_has_none(name):
    assert asymptotes(phi_of(name)) is None


def test_the_largest_hermite_functions_are_met_at_zero():
    assert peak(2) == 1 / sp.sqrt(2 * sp.pi)
