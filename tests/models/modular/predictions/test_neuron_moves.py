"""Neurons moved under a law: its gradient by differences, and that it stays and is come to."""

from __future__ import annotations

import numpy as np

from binodal.models.modular.predictions.neuron_average import drawn
from binodal.models.modular.predictions.neuron_moves import Law, moved, picked
from binodal.models.modular.predictions.subset_field import Field
from binodal.models.modular.predictions.subset_rule import Addition

RULE, AT = Addition(3), {"N": 100.0, "P": 3.0, "sigma2": 0.05, "sigma_a2": 0.01, "gamma": 0.5}


def test_the_gradient_is_that_of_the_energy() -> None:
    field = Field.drawn(RULE, AT, 20)
    rng = np.random.default_rng(1)
    law = Law(RULE, AT, field.start + rng.standard_normal(field.start.shape))
    _, slope = law.energy(field.halves)
    for half, place in ((0, 1), (1, 2)):
        up, down = field.halves.copy(), field.halves.copy()
        up[half, :, place] += 1e-5
        down[half, :, place] -= 1e-5
        found = (law.energy(up)[0] - law.energy(down)[0]) / 2e-5
        assert np.allclose(found, slope[half, :, place], rtol=1e-6, atol=1e-6)


def test_neurons_of_another_law_come_to_this_one() -> None:
    """Half as wide at first; what is drawn point by point of the law is the reference."""
    field, known = Field.drawn(RULE, AT, 3000), drawn(AT, 40000, 7).averages["x2"]
    rng = np.random.default_rng(2)
    halves = field.halves / 2
    away = np.stack([halves[0], halves[1]])
    assert abs(products(away).mean() - known.mean()) > 20 * known.std() / 3000**0.5
    for _ in range(3):
        halves = moved(Law(RULE, AT, field.start), halves, rng)
    assert abs(products(halves).mean() - known.mean()) < 4.5 * known.std() / 3000**0.5


def products(halves: np.ndarray) -> np.ndarray:
    """|u_1|^2 |v_1|^2 of each neuron at P = 3."""
    size = np.abs(np.fft.fft(halves, axis=2)[:, :, 1] / 3) ** 2
    return size[0] * size[1]


def test_neurons_are_picked_by_their_weights() -> None:
    weight = np.repeat([0.0, 1.0, 3.0, 4.0], 100)
    found = picked(weight, np.random.default_rng(3)) // 100
    assert np.abs(np.bincount(found, minlength=4) - [0, 50, 150, 200]).max() <= 1
