"""Predictions of measures on vectors: against the prior, Monte Carlo, and a second model."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy.special import entr

from binodal.models.registry import model
from binodal.models.teacher_student.predictions.measures import _of_rest, spike, theory
from binodal.validate.measures.barrier import least_between
from binodal.validate.measures.definitions.sparsity import THRESHOLD

SIZES = {"N": 200, "n": 120, "d": 12, "sigma2": "1/5", "sigma_w2": "1/2"}


def test_of_the_prior_the_closed_forms_return():
    """Without learning a weight is Gaussian of variance sigma_w^2/d, drawn here."""
    at = {**SIZES, "sigma_a2": "1/1000000", "epsilon": "-3/10"}
    said = theory(model("teacher-student").space.at(at)).values
    weights = np.random.default_rng(2).standard_normal((400000, 12)) * sqrt(0.5 / 12)
    fields = np.random.default_rng(3).standard_normal(400000) * np.linalg.norm(weights, axis=1)
    drawn = {
        "weight_entropy": 200 * entr(np.abs(weights)).sum(axis=1),
        "sparsity": (np.abs(fields) < THRESHOLD * sqrt(np.pi) / 2).astype(float),
        "q2": np.square(weights[:, 0]),
        "norm2": np.square(weights).sum(axis=1),
    }
    for name, values in drawn.items():
        error = values.std() / sqrt(len(values))
        assert abs(values.mean() - said[name][0]) < 5 * error + 1e-3 * abs(said[name][0]), name


def test_components_on_a_sphere():
    rng = np.random.default_rng(1)
    turned = rng.standard_normal((200000, 7))
    turned /= np.linalg.norm(turned, axis=1)[:, None]
    radius = np.array([0.4, 1.3])
    drawn = [entr(r * np.abs(turned)).sum(axis=1) for r in radius]
    chances = np.array([0.3, 0.7])
    wanted = sum(p * values.mean() for p, values in zip(chances, drawn, strict=True))
    assert _of_rest(8.0, chances, radius**2) == pytest.approx(wanted, rel=3e-3)
    assert _of_rest(9.0, chances, radius**2) != pytest.approx(wanted, rel=3e-3)


def test_another_model_of_the_same_networks_predicts_the_same():
    at = {**SIZES, "sigma_a2": "1/2"}
    one = theory(model("teacher-student").space.at({**at, "epsilon": "-3/10"}))
    other = model("single-index[activation=erf; teacher=1: 1, 3: -3/10]")
    two = other.offer("network").measurable.theory(other.space.at(at))
    for name, same in (("b", "t1"), ("c", "t3"), ("q2", "q2"), ("w_perp2", "w_perp2")):
        assert two.values[same][0] == pytest.approx(one.values[name][0], rel=2e-3), name


def test_a_spike_is_there_beyond_the_edge_and_undecided_near_it():
    assert spike(3.0, 1.0, 100, 400) == 1.0
    assert spike(1.0, 1.0, 100, 400) == 0.0
    assert spike(1.5, 1.0, 100, 400) is None


def test_a_density_that_falls_has_no_barrier():
    q = np.linspace(0, 2, 4001)
    assert least_between(q, np.exp(-q)) is None
    at, share = least_between(q, np.exp(-50 * q**2) + 3 * np.exp(-50 * (q - 1.2) ** 2))
    # There 50 (1.44 - 2.4 q) = log(3 (1.2 - q)/q).
    assert 50 * (1.44 - 2.4 * at) == pytest.approx(np.log(3 * (1.2 - at) / at), abs=0.06)
    assert share == pytest.approx(6 / 7, rel=1e-4)
