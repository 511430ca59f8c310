"""Averages over a neuron beyond mean field: against the quadrature's own first order."""

from __future__ import annotations

import numpy as np
import pytest

from binodal.models.modular.predictions.finite_width import expansion
from binodal.models.modular.predictions.mode_law import solve_modes
from binodal.models.modular.predictions.mode_transforms import Modes
from binodal.models.modular.predictions.neuron_average import (
    Neurons,
    _exponents,
    drawn,
    first_order,
)
from binodal.numerics.errors import Undecided

AT = {"N": 800.0, "P": 5.0, "sigma2": 3e-4, "sigma_a2": 1.25e-6, "gamma": 0.5}


def test_moments_and_the_amplitude_are_those_of_the_quadrature():
    """x and x4 by log det of blocks and differences, and beta by the shift of a."""
    found, known = first_order(AT, count=12000, seed=3), expansion(AT)
    for name in ("x", "x4"):
        assert abs(found[name].value - known.shift[name]) < 5 * found[name].error
        assert found[name].error < 0.25 * abs(known.shift[name])
    assert abs(found["beta"].value - found["beta_expected"].value) < 5 * found["beta"].error
    assert found["beta"].error < 0.05 * found["beta_expected"].value


def test_blocks_are_those_of_the_whole_matrix():
    """h of few neurons by P^3 rows, averaged over all relabellings, against its blocks."""
    order, rng = 3, np.random.default_rng(2)
    at = {"P": 3.0, "N": 50.0, "sigma2": 0.3, "sigma_a2": 0.4}
    few = [rng.standard_normal((4, order)) for _ in range(2)]
    moved = [(np.roll(few[0], s, 1), np.roll(few[1], t, 1)) for s in range(3) for t in range(3)]
    halves = [np.concatenate(half) for half in zip(*moved, strict=True)]
    pull, own, _ = _exponents(at, Neurons(*halves, halves[0], halves[1]), 0.7)
    features = np.square(halves[0][:, :, None] + halves[1][:, None, :]).reshape(36, 9)
    token = np.arange(3)
    target = (token[:, None] == (token[:, None] + token).ravel() % 3) - 1 / 3
    along = features @ (0.7 / 0.3 * target).T
    g = (along[:, :, None] * features[:, None, :]).reshape(36, 27)
    kernel = np.kron(np.eye(3), 0.3 * np.eye(9) + 0.4 * features.T @ features / 36)
    inverse = np.linalg.inv(kernel + 0.4**2 / 50 * np.cov(g.T, bias=True))
    block = sum(inverse[9 * p : 9 * p + 9, 9 * p : 9 * p + 9] for p in range(3))
    phi = 0.4 * ((features @ block) * features).sum(1)
    phi += 0.4**2 / 50 * (((g - g.mean(0)) @ inverse) * (g - g.mean(0))).sum(1)
    assert own == pytest.approx(-phi / 100)
    assert pull == pytest.approx(0.4 / 100 * np.square(along).sum(1))


def test_few_draws_and_many_agree():
    """A matrix averaged over neurons is biased by how few they are, which their scatter hides."""
    few, many = first_order(AT, count=3000, seed=1), first_order(AT, count=15000, seed=2)
    for name in ("ipr", "gini_neuron", "beta"):
        error = np.hypot(few[name].error, many[name].error)
        assert abs(few[name].value - many[name].value) < 4.5 * error


def test_neurons_are_of_the_law():
    neurons, closure = drawn(AT, 6000, 5), solve_modes(AT, nodes=12)
    modes = Modes(closure.law, 2, 5.0, 0.5)
    for name, mean in (("ipr", modes.participation()), ("pair", modes.neighbours())):
        values = neurons.averages[name]
        assert abs(values.mean() - mean) < 5 * values.std() / len(values) ** 0.5
    power = np.abs(np.fft.ifft(neurons.first, axis=1)) ** 2
    assert power[:, 1:3] == pytest.approx(neurons.x)


def test_neurons_specialise_and_it_falls_as_one_over_the_width():
    """At a fixed closure the shift is c/N, so that ten times as many neurons have a tenth of it."""
    low = AT | {"sigma2": 1.6e-4}
    wide = low | {name: low[name] / 10 for name in ("sigma2", "sigma_a2")} | {"N": 10 * low["N"]}
    few, many = first_order(low, count=3000), first_order(wide, count=3000)
    for name in ("ipr", "gini_neuron"):
        assert few[name].value > 5 * few[name].error
        assert few[name].value == pytest.approx(10 * many[name].value, rel=1e-6)
    assert few["pair"].value < -5 * few["pair"].error


@pytest.mark.parametrize("order", [6, 15])
def test_large_and_even_orders_are_refused(order):
    with pytest.raises(Undecided):
        first_order(AT | {"P": float(order)})
