"""The measure of masked readouts against neurons with readouts drawn, and against networks."""

from __future__ import annotations

from math import hypot, sqrt

import numpy as np

from binodal.models.modular.predictions.circuit_complexity import circuit_complexity, masked
from binodal.models.modular.predictions.measure_means import Means
from binodal.models.modular.predictions.neuron_average import READOUT, drawn, first_order, targets

AT = {"N": 1600.0, "P": 7.0, "sigma2": 1e-4, "sigma_a2": 1 / 1.6e6, "gamma": 0.5}


def test_it_is_the_average_over_neurons_and_their_readouts():
    """By the definition: a residual a y at every pair pulls a Gaussian readout."""
    means, count, order = Means(AT, 8, 12), 20000, 7
    neurons, spread = drawn(AT, count, seed=3), AT["sigma_a2"] / AT["N"]
    features = np.square(neurons.first[:, :, None] + neurons.second[:, None]).reshape(count, -1)
    pull = spread * means.closure.a / AT["sigma2"] * features @ targets(order).T
    noise = np.random.default_rng(4).standard_normal(pull.shape)
    readout = pull + sqrt(spread) * noise
    squares = AT["N"] * np.square(readout).mean(axis=1) * np.square(features).mean(axis=1)
    error = masked(squares.std() / sqrt(count), 0.0)
    assert abs(circuit_complexity(AT, means.closure, 0.0) - masked(squares.mean(), 0.0)) < 4 * error
    unlearned = masked(AT["N"] * spread * np.square(features).mean(), 0.0)
    assert circuit_complexity(AT, means.closure, 0.0) > unlearned + 20 * error


def test_with_the_first_order_in_the_width_it_is_that_of_networks():
    """Four networks, 200 + 60 steps of hmc from both starts (seed 77); mean field is far off."""
    found, error = 6.29705e-4, 2.8e-6
    mean, shift = Means(AT, 8, 12).drawn["circuit_complexity"], first_order(AT, count=3000)[READOUT]
    first, chance = masked(shift.value, 0.0), masked(shift.error, 0.0)
    assert abs(mean + first - found) < 2 * hypot(error, chance)
    assert mean - found > 10 * error > chance
