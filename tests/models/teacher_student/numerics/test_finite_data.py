"""First order in 1/n: a dense function space, its scaling, regression, and networks measured."""

from __future__ import annotations

import json
from fractions import Fraction
from math import factorial

import numpy as np
import pytest
from scipy.special import erf

from binodal.experiments.stored import stored_files
from binodal.models.registry import preset
from binodal.models.teacher_student.numerics.both_orders import SHOWN
from binodal.models.teacher_student.numerics.finite_data import DataTerm, first_order_data
from binodal.models.teacher_student.numerics.finite_width import Curvature, first_order
from binodal.models.teacher_student.numerics.first_orders import corrections
from binodal.models.teacher_student.numerics.joint_law import joint_law
from binodal.models.teacher_student.numerics.losses import LOSSES, losses
from binodal.models.teacher_student.numerics.renormalised_noise import renormalised
from binodal.models.teacher_student.predictions.finite_width import predictions
from tests.laws import cases

SMALL = {"N": 60.0, "n": 90.0, "d": 2.0, "sigma2": 0.4, "sigma_w2": 0.2, "epsilon": -0.3}
WIDE = {"N": 88.0, "n": 375.0, "d": 53.0, "sigma2": 0.2, "sigma_w2": 0.2, "epsilon": -0.3}
WIDE["sigma_a2"] = 0.0323248814


def whole_gap(of, residual):
    """D with all functions of x in d = 2: kernels on 900 nodes of Gauss and Hermite's rule."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(30)
    first, second = (x.ravel() for x in np.meshgrid(nodes, nodes, indexing="ij"))
    inputs = np.outer(weights, weights).ravel() / weights.sum() ** 2
    sectors, at, density = of.sectors(residual), of.at, of.at["n"] / of.at["sigma2"]
    q, s = (grid.ravel() for grid in np.meshgrid(of.q, of.s, indexing="ij"))
    chances = sectors.chances.ravel()
    kept = chances > 1e-12 * chances.max()
    q, s, chances = q[kept], s[kept], chances[kept]
    orders = np.eye(2 * len(residual))[1::2] / np.sqrt([[factorial(k)] for k in (1, 3, 5, 7)])
    mean = residual @ np.stack([np.polynomial.hermite_e.hermeval(first, o) for o in orders])
    kernel, square, total = np.zeros((3, 900, 900))
    for sign in (1, -1):
        features = erf(np.outer(q, first) + sign * np.outer(np.sqrt(s), second))
        pulled = features * (features @ (inputs * mean))[:, None]
        kernel += (features * chances[:, None] / 2).T @ features
        square += (pulled * chances[:, None] / 2).T @ pulled
        total[0] += chances / 2 @ pulled
    answer = at["sigma_a2"] * kernel
    answer += at["sigma_a2"] ** 2 * density**2 / at["N"] * (square - np.outer(total[0], total[0]))
    inside = answer @ np.linalg.inv(np.eye(900) + density * inputs[:, None] * answer)
    weighted = inputs * mean
    return weighted * mean @ np.diag(inside) - weighted @ inside @ weighted


@pytest.mark.parametrize(
    ("strength", "tolerance"), cases([(0.02, 0.01), (0.002, 0.0015)], every=None)
)
def test_sectors_are_all_functions_of_the_inputs(strength, tolerance):
    """What is not resolved enters at first order: the error falls with the kernel."""
    of = Curvature({**SMALL, "sigma_a2": strength})
    term, residual = DataTerm(of), of.residual
    found = term.value(term.law(residual), residual @ term.modes)
    direct = whole_gap(of, residual)
    assert found == pytest.approx(direct, rel=tolerance)
    assert 2 * found != pytest.approx(direct, rel=tolerance)


def test_a_neurons_share_is_the_slope_by_a_source():
    of = Curvature(WIDE)
    term, step = DataTerm(of), 1e-4
    here, mean = term.law(of.residual), of.residual @ term.modes
    up, down = (term.value(term.law(of.residual, sign * step), mean) for sign in (1, -1))
    gains = here.of.chances * term.by_neuron(here, mean, here.of.weight)
    direct = (gains * of.q[:, None] ** 2).sum() - gains.sum() * (here.of.chances.sum(1) @ of.q**2)
    assert direct == pytest.approx((up - down) / (2 * step), rel=1e-5)


def test_the_shift_falls_as_one_over_the_data():
    one, four = (
        first_order_data(Curvature({**WIDE, "n": k * WIDE["n"], "sigma2": k * WIDE["sigma2"]}))
        for k in (1, 4)
    )
    for name, value in one.shift.shift.items():
        assert four.shift.shift[name] == pytest.approx(value / 4, rel=1e-6)
    assert four.left_out(1500.0) == pytest.approx(one.left_out(375.0) / 4, rel=1e-6)


@pytest.mark.parametrize("of", [Curvature(WIDE), Curvature({**WIDE, "d": 10.0, "n": 100.0})])
def test_losses_on_new_and_on_training_inputs(of):
    """In 1/N both losses are one: modes and their spread, or the evidence's slope by sigma^2."""
    width, data = first_order(of), first_order_data(of).shift
    found = losses(of, width, data)
    assert found.width["train_loss"] == pytest.approx(found.width["test_loss"], rel=1e-6)
    moved = 2 * sum(f * width.start[k] * width.shift[k] for k, f in (("b", 1), ("c", 6)))
    assert found.width["train_loss"] > 1.5 * moved
    assert found.data["train_loss"] < 0 < found.data["test_loss"]


def test_terms_that_cancel_are_not_small():
    """b's shift is the difference of two terms; Gaussian features give the ratio of the orders."""
    found = first_order_data(Curvature(WIDE)).shift
    assert found.sizes["b"] > 1.4 * abs(found.shift["b"])
    assert found.sizes["c"] == pytest.approx(abs(found.shift["c"]))
    assert found.next_over_first(375.0) == pytest.approx((found.freedom + 4) / 375)


def measured():
    """The ladder of n at fixed n/sigma^2: (parameters, {observable: (mean, standard error)})."""
    (path,) = (file for file in stored_files() if file.name == "closing-gaps.json")
    for case in json.loads(path.read_text("utf-8"))["cases"]:
        if case["name"].startswith("data-"):
            at = {name: float(Fraction(value)) for name, value in case["params"].items()}
            rows = (r for r in case["rows"] if r["observable"] in ("b", "c", "q2"))
            yield at, {r["observable"]: (r["measured"], r["stderr"]) for r in rows}


def test_networks_on_more_and_more_data():
    """The slope is derived, not fitted; mean field with 1/N alone is rejected by c throughout."""
    rungs = list(measured())
    assert [at["n"] for at, _ in rungs] == [375, 750, 1500, 3000, 6000]
    width, data = first_order(Curvature(rungs[0][0])), first_order_data(Curvature(rungs[0][0]))
    for at, seen in rungs:
        share = rungs[0][0]["n"] / at["n"]
        left_out = data.left_out(at["n"]) + width.freedom / at["N"]
        for name, (value, error) in seen.items():
            before = width.start[name] + width.shift[name]
            moved = share * data.shift.shift[name]
            assert abs(value - before - moved) < 2.5 * error + abs(moved) * left_out
            if name == "c":
                assert abs(value - before) > 4 * error
                assert abs(value - before + moved) > 4 * error + abs(moved) * left_out


def test_corrections_beside_a_closure_and_why_there_are_none():
    at = preset("fig2")
    assert set(corrections(at, "derived")) == {"1/N", "1/n", "renormalised"}
    none = corrections(at, "published")
    assert none["1/n"] is None and "derived" in none["why"]
    few = corrections({**at, "n": Fraction(30), "sigma2": at["sigma2"] / 100}, "derived")
    assert few["1/n"] is None and "1/n is not small" in few["why"]


def test_what_log_p_gains_by_place():
    """The gains at each q are those of means over neurons."""
    of = Curvature(WIDE)
    chances = of.sectors(of.residual).chances.sum(1)
    for order in (first_order(of), first_order_data(of).shift):
        assert chances @ order.gained == pytest.approx(0.0, abs=1e-12)
        assert chances @ (order.gained * of.q**2) == pytest.approx(order.shift["q2"], rel=1e-9)


def law_measured(name):
    """A stored case of the overlap law: parameters, and log p(q) by place with its error."""
    (path,) = (file for file in stored_files() if file.name == "overlap-law.json")
    (case,) = (c for c in json.loads(path.read_text("utf-8"))["cases"] if c["name"] == name)
    rows = (r for r in case["rows"] if r["observable"] == "log_density")
    seen = {r["at"]: (r["measured"], r["stderr"]) for r in rows}
    return {key: float(Fraction(value)) for key, value in case["params"].items()}, seen


def test_the_law_of_networks():
    """log p(q) of networks up to q = 0.5, where mean field alone is off by ten standard errors."""
    at, seen = law_measured("beta-1-8-sigma2-0.25")
    places = [q for q in sorted(seen) if q < 0.5]
    rows = [p for p in predictions(at, places) if p.at is not None]
    assert [(p.observable, p.at) for p in rows] == [("log_density", q) for q in places]
    of = Curvature(at)
    start = joint_law(at, "derived", of.of, of.residual).log_density(np.array(places))
    for row, mean_field in zip(rows, start, strict=True):
        value, error = seen[row.at]
        assert abs(row.value - value) < 2 * error
        assert row.error < 0.03
        if row.at > 0:
            assert abs(mean_field - value) > 7 * error


def test_rows_hold_both_first_orders_and_the_closure_beyond():
    at = {name: float(value) for name, value in preset("fig2").items()}
    rows = [p for p in predictions(at) if p.limit == "finite width and data"]
    assert {p.observable for p in rows} == {*SHOWN, *LOSSES}
    of = Curvature(at)
    width, data = first_order(of), first_order_data(of)
    lost = losses(of, width, data.shift)
    beyond = renormalised(of, width, data, lost)
    start = width.start | dict.fromkeys(LOSSES, float(of.residual @ of.residual))
    first = [width.shift | lost.width, data.shift.shift | lost.data]
    for row in rows:
        name = row.observable
        both = start[name] + sum(order[name] for order in first)
        assert row.value == pytest.approx(both + beyond.added[name], rel=2e-6)
        assert abs(beyond.added[name]) < beyond.left_out[name] * 1.5
        assert beyond.left_out[name] <= row.error < 1.5 * beyond.left_out[name] + 1e-4
