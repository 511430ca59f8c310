"""The smoothing law holds for every row of the table of activations, and a wrong row breaks it."""

from __future__ import annotations

import pytest
import sympy as sp

from binodal.derive.errors import StepFailed
from binodal.derive.gaussian import activations
from binodal.derive.gaussian.activations import (
    ACTIVATIONS,
    Activation,
    shift,
    smoothing,
    variance,
    z,
)
from binodal.derive.gaussian.names import name_of, phi_of


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_row_is_smoothed(name):
    assert smoothing(name).verify() == 1
    assert smoothing(name).results["smoothed"] == ACTIVATIONS[name].smoothed


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_smoothing_solves_the_heat_equation_from_the_activation(name):
    """d/dV = (1/2) d^2/d shift^2, and phi itself at V = 0: another law over the same table."""
    row = ACTIVATIONS[name]
    heat = sp.diff(row.smoothed, variance) - sp.diff(row.smoothed, shift, 2) / 2
    assert sp.simplify(heat) == 0
    assert sp.simplify(sp.limit(row.smoothed, variance, 0, "+") - row.phi.subs(z, shift)) == 0


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize(
    "wrong",
    [
        lambda row: 2 * row.smoothed,
        lambda row: -row.smoothed,
        lambda row: row.smoothed.subs(variance, 2 * variance),
        lambda row: row.smoothed.subs(shift, shift / 2),
        lambda row: row.phi.subs(z, shift),
    ],
    ids=["factor", "sign", "variance", "shift", "no smoothing"],
)
def test_a_wrong_row_is_caught(monkeypatch, name, wrong):
    row = ACTIVATIONS[name]
    monkeypatch.setitem(
        activations.ACTIVATIONS, "wrong", Activation("wrong", row.phi, lambda: wrong(row))
    )
    with pytest.raises(StepFailed, match="smoothed wrong"):
        smoothing.__wrapped__("wrong").verify()


@pytest.mark.parametrize(
    "text",
    ["sin(z + 1/10)", "cos(sqrt(2)*z)", "-sin(3*z/7)", "sin(z**2)", "cos(2*z) + z", "z**3"],
)
def test_a_name_is_read_back(text):
    """Whatever an expression is called, the name stands for it."""
    phi = phi_of(text)
    assert phi_of(name_of(phi)) == phi
