"""Averages over a neuron beyond mean field: against the quadrature's own first order."""

from __future__ import annotations

import numpy as np
import pytest

from binodal.models.modular.predictions.finite_width import expansion
from binodal.models.modular.predictions.mode_law import solve_modes
from binodal.models.modular.predictions.mode_transforms import Modes
from binodal.models.modular.predictions.neuron_average import drawn, first_order
from binodal.numerics.errors import Undecided

AT = {"N": 800.0, "P": 5.0, "sigma2": 3e-4, "sigma_a2": 1.25e-6, "gamma": 0.5}


def test_moments_and_the_amplitude_are_those_of_the_quadrature():
    """x and x4 by log det of blocks and differences, and beta by the shift of a."""
    found, known = first_order(AT, count=20000, seed=3), expansion(AT)
    for name in ("x", "x4"):
        assert abs(found[name].value - known.shift[name]) < 5 * found[name].error
        assert found[name].error < 0.2 * abs(known.shift[name])
    assert abs(found["beta"].value - found["beta_expected"].value) < 5 * found["beta"].error
    assert found["beta"].error < 0.05 * found["beta_expected"].value


def test_neurons_are_of_the_law():
    neurons, closure = drawn(AT, 20000, 5), solve_modes(AT, nodes=12)
    modes = Modes(closure.law, 2, 5.0, 0.5)
    for name, mean in (("ipr", modes.participation()), ("pair", modes.neighbours())):
        values = neurons.averages[name]
        assert abs(values.mean() - mean) < 5 * values.std() / len(values) ** 0.5
    power = np.abs(np.fft.ifft(neurons.first, axis=1)) ** 2
    assert power[:, 1:3] == pytest.approx(neurons.x)


def test_neurons_specialise_and_it_falls_as_one_over_the_width():
    """At a fixed closure the shift is c/N, so that ten times as many neurons have a tenth of it."""
    wide = AT | {name: AT[name] / 10 for name in ("sigma2", "sigma_a2")} | {"N": 10 * AT["N"]}
    few, many = first_order(AT, count=6000), first_order(wide, count=6000)
    for name in ("ipr", "gini_neuron"):
        assert few[name].value > 5 * few[name].error
        assert few[name].value == pytest.approx(10 * many[name].value, rel=1e-6)
    assert few["pair"].value < -5 * few["pair"].error


@pytest.mark.parametrize("order", [6, 9])
def test_large_and_even_orders_are_refused(order):
    with pytest.raises(Undecided):
        first_order(AT | {"P": float(order)})
