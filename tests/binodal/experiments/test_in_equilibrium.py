"""Measures through a transition, small: sampled, summarised, stored and shown."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from math import exp

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed (extra train)")

from binodal.experiments import conduct, halves, in_equilibrium
from binodal.experiments.part import experiment_part
from binodal.experiments.registry import experiment_of
from binodal.experiments.stored import normal, read_experiments
from binodal.page.markdown import blocks_markdown
from binodal.validate.measures.theory import Theory

NAME = "measures-in-equilibrium"
SMALL = {"N": Fraction(20), "d": Fraction(5), "n": Fraction(60)}


def small(effort):
    """Three temperatures of the students, with few short chains."""
    for case in experiment_of(NAME).cases(effort):
        spec = case.spec
        noise = float(spec.parameters["sigma2"])
        if spec.model == "teacher-student" and noise in (0.2, 0.11, 0.065):
            own = replace(spec, parameters=spec.parameters.replace(**SMALL), members=4)
            yield replace(case, spec=replace(own, burn_in=12, draws=12))


def test_the_experiment_from_start_to_page(tmp_path, monkeypatch):
    chosen = replace(experiment_of(NAME), cases=lambda effort: tuple(small(effort)))
    monkeypatch.setattr(conduct, "experiment_of", lambda name: chosen)
    nothing = conduct.experiment(NAME, tmp_path, train=False, workers=1)
    assert nothing.exit_status == 1 and len(nothing.summary["missing"]) == 3
    done = conduct.experiment(NAME, tmp_path, workers=1)
    stored = json.loads((tmp_path / f"{NAME}.json").read_text("utf-8"))
    rows = {row["measure"]: row for row in stored["transitions"]}
    assert not stored["missing"] and rows["b"]["against"] == "b"
    assert rows["ipr"]["verdict"] == "no curve" and rows["ipr"]["why"]
    assert len(stored["curves"]["teacher-student, q2"]["predicted"]) == 3
    assert "not equilibrated" not in str(done) and stored["unsettled"]
    page = blocks_markdown(experiment_part(normal(stored, NAME)).blocks, figures="x")
    assert "one cannot tell" in page and "have **not settled**" in page


def _reading(case, noise, at, rng):
    """Networks whose mean residual a falls at sigma^2 = 1 and a measure that falls ``at``."""
    values = {
        name: 1 / (1 + (middle / noise) ** 4) + 0.003 * rng.standard_normal(8)
        for name, middle in (("a", 1.0), ("m", at))
    }
    right, wrong = (
        Theory({name: (1 / (1 + (f * m / noise) ** 4), 0.0) for name, m in (("a", 1.0), ("m", at))})
        for f in (1.0, 1.4)
    )
    own = replace(case, varied={"sigma2": Fraction(noise)}, against="a")
    starts = ["prior", "feature"] * 4
    return in_equilibrium.Reading(own, values, {"n": "none"}, right, wrong, starts, range(8), "")


def _series(at, order=range(9)):
    rng, case = np.random.default_rng(1), experiment_of(NAME).cases(Fraction(1))[0]
    noises = [float(x) for x in np.geomspace(0.25, 4, 9)]
    readings = [_reading(case, noise, at, rng) for noise in noises]
    theories = [(readings[k].right, readings[k].wrong) for k in order]
    told = [
        replace(one, right=right, wrong=wrong)
        for one, (right, wrong) in zip(readings, theories, strict=True)
    ]
    return in_equilibrium.Series("any", told)


@pytest.mark.parametrize(("at", "verdict"), [(1.0, "at"), (2.0, "before"), (0.5, "after")])
def test_a_measure_is_placed_and_its_prediction_judged(at, verdict):
    series = _series(at)
    rows = {row["measure"]: row for row in series.rows()}
    assert rows["m"]["verdict"] == verdict and rows["m"]["ratio"] == pytest.approx(at, rel=0.1)
    assert rows["m"]["judged"] == "AGREE" and rows["a"]["ratio"] == 1
    assert rows["n"] == {"model": "any", "measure": "n", "verdict": "no curve", "why": "none"}
    wrong = {"control": halves.WRONG, "rejected": 2, "rows": 2}
    assert halves.control("any", series.verdicts) == {"case": "any", **wrong}


def test_a_theory_on_a_shifted_axis_is_rejected():
    """A control that must fail: the derived law two steps of sigma^2 away."""
    series = _series(1.0, [*range(2, 9), 8, 8])
    assert {row.get("judged") for row in series.rows()} == {"DISAGREE", None}


def test_networks_that_remember_their_start_are_named():
    series = _series(1.0)
    one = series.readings[4]
    one.values["m"][::2] += 0.3
    assert series.rows()[1]["apart"] == pytest.approx([exp(0)])


def test_what_is_stored_says_when_measures_move():
    (document,) = (d for d in read_experiments() if d["experiment"] == NAME)
    rows = document["transitions"]
    assert {row["model"] for row in rows} == {"modular", "teacher-student"}
    assert {"before", "at", "after", "never"} <= {row["verdict"] for row in rows}
    drifting = {run["case"].partition("-sigma2")[0] for run in document["unsettled"]}
    judged = {row["model"] for row in rows if row.get("judged") in ("AGREE", "DISAGREE")}
    assert judged and not judged & drifting
    controls = document["controls"]
    assert all((row["rejected"] > 0) == (row["case"] not in drifting) for row in controls)
    assert not document["missing"]
