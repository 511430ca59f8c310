"""Networks trained by stochastic gradient descent judge the times, and reject wrong ones."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import log

import numpy as np
import pytest

from binodal.api import critical
from binodal.models.diagonal_linear.network.descent import train
from binodal.models.diagonal_linear.numerics.predictors import early, late
from tests.laws import cases
from tests.models.diagonal_linear.test_predictors import THREE, setting

GRID = list(product(("3/2", "3"), ("1/20", "1/40")))


LAST = 2
"""The component that is timed; it ends at zero."""


def trained(degree):
    """Networks on the grid of starts and decays; each step sees one of two samples."""
    of = setting(THREE)
    rows, targets = np.array(of.rows, dtype=float), np.array(of.bounds, dtype=float)
    level = float(early(of)[LAST] + late(of)[LAST]) / 2
    starts, decays = np.array([[float(Fraction(x)) for x in pair] for pair in GRID]).T
    return train(rows, targets, degree, starts, decays, LAST, level, False, share=0.3)


def theory(degree):
    """Times of gradient flow on the grid."""
    given = {"samples": THREE, "component": LAST + 1, "L": degree}
    asked = ({"alpha": alpha, "lambda": decay, **given} for alpha, decay in GRID)
    return np.array([float(critical("diagonal-linear", "transition", **of).time) for of in asked])


@pytest.fixture(scope="module", params=cases([3, 2], every=None))
def judged(request):
    """The power, the networks' times, and those of the theory."""
    return request.param, trained(request.param), theory(request.param)


def test_networks_turn_when_the_theory_says(judged):
    _, networks, predicted = judged
    assert networks.times == pytest.approx(predicted, rel=0.01)


def test_wrong_theories_are_rejected(judged):
    """Another power, no constant, half of the decay: all are off by more than ten times that."""
    degree, networks, predicted = judged
    bare = np.array([log(Fraction(a)) / float(Fraction(b)) for a, b in GRID])
    for wrong in (theory(5 - degree), bare, 2 * predicted):
        assert np.abs(networks.times / wrong - 1).min() > 0.1


def test_networks_end_beyond_the_turn_on_the_samples(judged):
    """All interpolate, up to the decay, and none is near the early predictor any more."""
    _, networks, _ = judged
    of = setting(THREE)
    fitted = networks.w @ np.array(of.rows, dtype=float).T
    assert fitted == pytest.approx(np.tile([1.0, 2.0], (len(GRID), 1)), abs=0.1)
    assert np.abs(networks.w[:, LAST]).max() < float(early(of)[LAST]) / 2
