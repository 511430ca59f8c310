"""The measure of masked readouts against neurons with readouts drawn, and against networks."""

from __future__ import annotations

from itertools import product
from math import hypot, sqrt
from types import SimpleNamespace

import numpy as np
import pytest

from binodal.models.modular.numerics.products import Sums
from binodal.models.modular.predictions import circuit_complexity as module
from binodal.models.modular.predictions.circuit_complexity import circuit_complexity, masked
from binodal.models.modular.predictions.measure_means import Means
from binodal.models.modular.predictions.neuron_average import READOUT, drawn, first_order

AT = {"N": 1600.0, "P": 7.0, "sigma2": 1e-4, "sigma_a2": 1 / 1.6e6, "gamma": 0.5}


def test_it_is_the_average_over_neurons_and_their_readouts():
    """By the definition: a residual a y at every pair pulls a Gaussian readout."""
    means, count, order = Means(AT, 8, 12), 20000, 7
    neurons, spread = drawn(AT, count, seed=3), AT["sigma_a2"] / AT["N"]
    features = np.square(neurons.first[:, :, None] + neurons.second[:, None]).reshape(count, -1)
    pull = spread * means.closure.a / AT["sigma2"] * features @ Sums(order).target.T
    noise = np.random.default_rng(4).standard_normal(pull.shape)
    readout = pull + sqrt(spread) * noise
    squares = AT["N"] * np.square(readout).mean(axis=1) * np.square(features).mean(axis=1)
    error = masked(squares.std() / sqrt(count), 0.0)
    assert abs(circuit_complexity(AT, means.closure, 0.0) - masked(squares.mean(), 0.0)) < 4 * error
    unlearned = masked(AT["N"] * spread * np.square(features).mean(), 0.0)
    assert circuit_complexity(AT, means.closure, 0.0) > unlearned + 20 * error


def test_power_is_that_of_every_phase_sign_and_modulus(monkeypatch):
    """P = 5 with a law of two squares a half and two zero modes: all phases by five points each."""
    squares, roots = np.array([0.3, 1.1]), (np.array([0.4, 0.9]), np.array([0.35, 0.65]))
    mass = np.array([[0.4, 0.1], [0.2, 0.3]])
    monkeypatch.setattr(module, "zero_law", lambda order, gamma: roots)
    closure = SimpleNamespace(law=SimpleNamespace(points=squares, mass=mass))
    told = module.neuron_power({"P": 5.0, "gamma": 0.5}, closure)
    angles = 2 * np.pi * np.arange(5)
    turns = np.array(list(product(angles / 5, repeat=2)))
    zeros = [(s * r, c / 2) for r, c in zip(*roots, strict=True) for s in (1, -1)]

    def halves(moduli):
        waves = [2 * r * np.cos(k * angles / 5 + turns[:, k - 1, None]) for k, r in moduli]
        return [(sum(waves) + zero, chance) for zero, chance in zeros]

    power = both = 0.0
    for (i, j), (k, m) in product(product((0, 1), repeat=2), repeat=2):
        chance = mass[i, j] * mass[k, m]
        pair = 2 * (squares[i] * squares[j] + squares[k] * squares[m])
        u, v = (halves(enumerate(np.sqrt(squares[list(of)]), 1)) for of in ((i, k), (j, m)))
        for (one, c), (other, d) in product(u, v):
            moments = [[np.mean(half**n) for n in range(5)] for half in (one, other)]
            fourth = sum(
                b * moments[0][n] * moments[1][4 - n] for n, b in enumerate((1, 4, 6, 4, 1))
            )
            power += chance * c * d * fourth
            both += chance * c * d * fourth * pair
    assert told == pytest.approx((power, both), rel=1e-12)


def test_with_the_first_order_in_the_width_it_is_that_of_networks():
    """Four networks, 200 + 60 steps of hmc from both starts (seed 77); mean field is far off."""
    found, error = 6.29705e-4, 2.8e-6
    mean, shift = Means(AT, 8, 12).drawn["circuit_complexity"], first_order(AT, count=3000)[READOUT]
    first, chance = masked(shift.value, 0.0), masked(shift.error, 0.0)
    assert abs(mean + first - found) < 2 * hypot(error, chance)
    assert mean - found > 10 * error > chance
