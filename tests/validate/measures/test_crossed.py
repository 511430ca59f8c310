"""Sign changes of neurons on Gaussian inputs, against the measure itself and frames drawn."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from binodal.validate.measures.crossed import crossings, largest
from binodal.validate.measures.definitions.local_complexity import RADIUS
from binodal.validate.measures.inputs import Vectors
from binodal.validate.measures.network import TwoLayer
from binodal.validate.measures.table import table
from tests.validate.measures.constructed import on_vectors


@pytest.mark.parametrize("size", [3, 40])
def test_components_of_random_directions(size):
    drawn = np.random.default_rng(1).standard_normal((20000, size))
    top = np.abs(drawn[:, :25]).max(axis=1) / np.linalg.norm(drawn, axis=1)
    for power in (1, 2, 3):
        values = top**power
        error = values.std() / sqrt(len(values))
        assert largest(size, power) == pytest.approx(values.mean(), abs=5 * error)


def test_it_is_the_measure_of_neurons_of_any_size_and_bias():
    """A bias keeps w.x from zero, by the density of its own over |w|."""
    rng, size, count = np.random.default_rng(2), 12, 1500
    w = rng.standard_normal((count, size)) * rng.uniform(0.3, 3, (count, 1))
    plain = on_vectors("erf", w, np.zeros((count, 1)), count=2000)
    inputs = Vectors(np.column_stack((plain.task.inputs.x, np.ones(2000))), constants=1)
    biases = rng.standard_normal(count) * 6
    density = float(np.exp(-((biases / np.linalg.norm(w, axis=1)) ** 2) / 2).mean())
    moved = np.column_stack((w, biases))
    other = TwoLayer(moved, plain.readout, replace(plain.task, inputs=inputs))
    for network, share in ((plain, 1.0), (other, density)):
        found = table()["local_complexity"].compute(network)
        value, frame = crossings(count, size, 1 / size, share)
        assert abs(found.number - value) < 3 * np.hypot(found.stderr, frame)
    assert density < 0.8


@pytest.mark.parametrize("m2", [0.0, 0.5, 1.0])
def test_one_frame_for_all_neurons_scatters_by_no_more_than_is_said(m2):
    rng, size, width = np.random.default_rng(3), 30, 50
    scale = width * RADIUS * sqrt(2 / np.pi)
    across = rng.standard_normal((width, size - 1))
    across *= sqrt(1 - m2) / np.linalg.norm(across, axis=1, keepdims=True)
    w = np.column_stack((np.full(width, sqrt(m2)), across))
    frames = [np.linalg.qr(rng.standard_normal((size, 25)))[0] for _ in range(300)]
    values = np.array([scale * np.abs(w @ frame).max(axis=1).mean() for frame in frames])
    value, spread = crossings(width, size, m2)
    assert values.mean() == pytest.approx(value, abs=4 * spread / sqrt(300))
    assert values.std() < 1.15 * spread
    assert m2 < 1 or values.std() > 0.85 * spread
