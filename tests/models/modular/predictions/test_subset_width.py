"""The first order in 1/N on a subset: slopes of log det by differences, and all pairs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from binodal.models.modular.numerics.products import Sums
from binodal.models.modular.predictions.finite_width import expansion
from binodal.models.modular.predictions.subset_field import Field
from binodal.models.modular.predictions.subset_rule import Addition
from binodal.models.modular.predictions.subset_width import Drawn, shifts

Array = NDArray[np.float64]
ORDER, SPREAD, NOISE, WIDTH = 3, 0.4, 0.3, 50.0
RNG = np.random.default_rng(5)
NEURONS = np.square(RNG.standard_normal((40, 3, 1)) + RNG.standard_normal((40, 1, 3)))
SQUARES = NEURONS.reshape(40, 9)
SOURCE = RNG.standard_normal(40)
TAU = RNG.standard_normal((3, 9))
SEEN = np.arange(9) > 1
TAU[:, ~SEEN] = 0


class Whole(NamedTuple):
    """Weights of neurons, and M over all labels and pairs with a noise of each pair."""

    weight: Array
    matrix: Array


def whole(tau: Array, noise: Array, source: float = 0.0) -> Whole:
    """From the definitions; ``source`` of SOURCE in the law."""
    pull = SQUARES @ tau.T
    weight = np.exp(SPREAD / (2 * WIDTH) * np.square(pull).sum(1) + source * SOURCE)
    weight /= weight.sum()
    g = (pull[:, :, None] * SQUARES[:, None, :]).reshape(40, -1)
    covariance = np.cov(g.T, aweights=weight, bias=True)
    kernel = np.diag(noise) + SPREAD * (SQUARES.T * weight) @ SQUARES
    return Whole(weight, np.kron(np.eye(3), kernel) + SPREAD**2 / WIDTH * covariance)


def slope(direction: Array, noise: Array, source: float = 0.0) -> float:
    """Of log det along a field and a source, by differences."""
    h = 1e-5
    up, down = (
        np.linalg.slogdet(whole(TAU + s * h * direction, noise, s * h * source).matrix)[1]
        for s in (1, -1)
    )
    return float((up - down) / (2 * h))


def expected() -> tuple[float, float, float]:
    """Pairs that are not seen have a noise so large that they teach nothing."""
    far = 1e7
    noise = np.where(SEEN, NOISE, far)
    at, y = whole(TAU, noise), Sums(ORDER).target
    sums = []
    for some in (SEEN, ~SEEN):
        moved = np.linalg.solve(at.matrix, np.where(some, y, 0.0).ravel()).reshape(3, 9)
        level = NOISE if some is SEEN else far
        sums.append(level / 2 * slope(level * moved, noise) / level / np.square(y[:, some]).sum())
    pull = SQUARES @ TAU.T
    about = at.weight * (SOURCE - at.weight @ SOURCE)
    pushed = SPREAD * (pull * about[:, None]).T @ SQUARES
    moved = -np.linalg.solve(at.matrix, pushed.ravel()).reshape(3, 9)
    return sums[0], sums[1], slope(moved, noise, 1.0) / (-2 * WIDTH)


def test_shifts_are_slopes_of_log_det() -> None:
    at = whole(TAU, np.full(9, NOISE))
    drawn = Drawn(SQUARES, SQUARES @ TAU.T, at.weight, SEEN, SPREAD, NOISE, WIDTH)

    def product(field: Array) -> Array:
        return (at.matrix @ field.ravel()).reshape(field.shape)

    y = Sums(ORDER).target
    (found,) = shifts(drawn, y, y[None], product, SOURCE[None]).tolist()
    assert tuple(found) == pytest.approx(expected(), rel=1e-5)


def test_all_pairs_have_the_order_of_the_quadrature() -> None:
    at = {"N": 100.0, "P": 3.0, "sigma2": 0.05, "sigma_a2": 0.01, "gamma": 0.5}
    known = expansion(at)
    fields = (Field.drawn(Addition(3), at, 8000, seed) for seed in range(3))
    found = [field.solved(np.ones(9, dtype=bool)).shift[0] for field in fields]
    mean = np.mean(found, 0)
    assert mean[0] == pytest.approx(known.shift["a"], rel=0.03)
    assert mean[2] == pytest.approx(known.shift["lambda"], rel=0.03)
