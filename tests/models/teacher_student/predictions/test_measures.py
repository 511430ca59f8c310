"""Predictions of measures on vectors: against the prior, Monte Carlo, and a second model."""

from __future__ import annotations

from math import hypot, sqrt

import numpy as np
import pytest
from scipy.special import entr

from binodal.experiments.registry import experiment_of
from binodal.experiments.stored import read_experiments
from binodal.models.registry import model
from binodal.models.teacher_student.predictions.measures import (
    NEAR_EDGE,
    UNEVEN,
    entropy_across,
    spike,
    theory,
)
from binodal.models.teacher_student.predictions.readouts import READ
from binodal.models.teacher_student.predictions.rows import solved
from binodal.validate.measures.barrier import least_between
from binodal.validate.measures.definitions.sparsity import THRESHOLD

NOISY, QUIET = "teacher-student-sigma2-0.095", "teacher-student-sigma2-0.2"
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


def stored(name):
    """What networks of the stored series have, and what theory says, at a case."""
    (document,) = (d for d in read_experiments() if d["experiment"] == "measures-in-equilibrium")
    (case,) = (c for c in experiment_of(document["experiment"]).cases(1) if c.name == name)
    curves = (curve for curve in document["curves"].items() if curve[0].startswith("teacher"))
    places = {of.partition(", ")[2]: curve for of, curve in curves}
    at = float(case.varied["sigma2"])
    measured = {
        of: (c["y"][c["x"].index(at)], c["error"][c["x"].index(at)]) for of, c in places.items()
    }
    return case.spec.parameters, measured, theory(case.spec.parameters)


def test_networks_of_finite_width_and_data_are_met_where_mean_field_is_not():
    """Stored measurements at the noise where both first orders are largest."""
    parameters, measured, said = stored(NOISY)
    means = solved({n: float(v) for n, v in parameters.items()}, "derived").joint
    vectors = ("b", "c", "q2", "norm2", "sparsity", "weight_entropy", "local_complexity")
    for name in (*vectors, *READ):
        (value, left), (found, error) = said.values[name], measured[name]
        assert abs(value - found) < 2 * hypot(left, error), name
    found, error = measured["q2"]
    assert found - means.mean_square() > 2 * error


def test_readouts_know_little_where_neurons_know_nothing():
    """There what their posterior leaves open is most of all that is quadratic in them."""
    _, measured, said = stored(QUIET)
    for name in READ:
        (value, left), (found, error) = said.values[name], measured[name]
        assert abs(value - found) < 2 * hypot(left, error), name
        assert left < 0.04 * value
    for name in ("agop_trace", "circuit_complexity"):
        found, error = measured[name]
        assert found - said.mean_field[name] > 4 * error


def test_components_on_a_sphere():
    rng = np.random.default_rng(1)
    turned = rng.standard_normal((200000, 7))
    turned /= np.linalg.norm(turned, axis=1)[:, None]
    radius = np.array([0.4, 1.3])
    drawn = [entr(r * np.abs(turned)).sum(axis=1) for r in radius]
    wanted = [values.mean() for values in drawn]
    assert entropy_across(8.0, radius**2) == pytest.approx(wanted, rel=3e-3)
    assert entropy_across(9.0, radius**2) != pytest.approx(wanted, rel=3e-3)


def test_another_model_of_the_same_networks_has_the_same_mean_field():
    """One of them adds first orders, in 1/N and 1/n, which at many neurons and data are small."""
    sizes = {**SIZES, "N": 20000, "n": 12000, "sigma2": 20, "sigma_a2": "1/2"}
    one = theory(model("teacher-student").space.at({**sizes, "epsilon": "-3/10"}))
    other = model("single-index[activation=erf; teacher=1: 1, 3: -3/10]")
    two = other.offer("network").measurable.theory(other.space.at(sizes))
    for name, same in (("b", "t1"), ("c", "t3"), ("q2", "q2")):
        assert two.values[same][0] == pytest.approx(one.values[name][0], rel=2e-3), name


def test_a_spike_is_there_beyond_the_edge_and_undecided_near_it():
    gaussian = 99 * 101
    assert spike(3.0, 1.0, gaussian, 100, 400) == 1.0
    assert spike(1.0, 1.0, gaussian, 100, 400) == 0.0
    assert spike(1.5, 1.0, gaussian, 100, 400) == NEAR_EDGE


def test_rows_of_unequal_size_have_another_edge():
    """k sqrt(c) is how far its largest eigenvalue goes, less the mean of Tracy and Widom's law."""
    rng, width, size, apart = np.random.default_rng(4), 600, 150, 0.3
    tops, fourths = [], []
    for _ in range(8):
        scales = 1 + apart * rng.choice([-1, 1], width)
        rows = np.sqrt(scales / scales.mean())[:, None] * rng.standard_normal((width, size))
        tops.append(np.linalg.eigvalsh(rows.T @ rows)[-1] / (sqrt(width) + sqrt(size)) ** 2)
        fourths.append((np.square(rows).sum(axis=1) ** 2).mean())
    scale = (width**-0.5 + size**-0.5) ** (1 / 3) / (sqrt(width) + sqrt(size))
    wanted = 1 + apart**2 * sqrt(size / width) - 1.2065 * scale
    assert np.mean(tops) == pytest.approx(wanted, abs=0.015)
    assert wanted - (1 - 1.2065 * scale) > 2 * 0.015
    assert spike(3.0, 1.0, np.mean(fourths), size + 1, width) == UNEVEN
    assert spike(3.0, 1.0, size * (size + 2), size + 1, width) == 1.0


def test_a_density_that_falls_has_no_barrier():
    q = np.linspace(0, 2, 4001)
    assert least_between(q, np.exp(-q)) is None
    at, share = least_between(q, np.exp(-50 * q**2) + 3 * np.exp(-50 * (q - 1.2) ** 2))
    # There 50 (1.44 - 2.4 q) = log(3 (1.2 - q)/q).
    assert 50 * (1.44 - 2.4 * at) == pytest.approx(np.log(3 * (1.2 - at) / at), abs=0.06)
    assert share == pytest.approx(6 / 7, rel=1e-4)
