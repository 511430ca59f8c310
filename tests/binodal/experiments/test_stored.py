"""What is stored follows from its parts: predictions from today's theories, verdicts from both."""

from __future__ import annotations

import copy
import json
from fractions import Fraction
from functools import partial
from math import nan
from pathlib import Path

import pytest

from binodal.experiments.again import case_again, moved, same
from binodal.experiments.fits import fits_of
from binodal.experiments.lent import UNKNOWN, with_bias
from binodal.experiments.lines import BETWEEN, line_name, predicted
from binodal.experiments.page import FIGURES
from binodal.experiments.parts import (
    judged_case,
    measurements_of,
    model_of,
    rounded_values,
)
from binodal.experiments.rows import main_theory
from binodal.experiments.stored import stored_files
from tests.laws import cases

DOCUMENTS = [json.loads(file.read_text("utf-8")) for file in stored_files()]
CASES = [
    (d["experiment"], d["provenance"]["runs"][c["name"]], c) for d in DOCUMENTS for c in d["cases"]
]
NAMES = [case["name"] for _, _, case in CASES]
DOCS = Path(__file__).parents[3] / "docs"

CHEAP = ("P-7-sigma2-0.0021", "modular-width-500", "data-4", "width-1400")
"""A case of every experiment and model; ``python -m binodal.experiments.again`` takes them all."""

DERIVED = ("z", "p", "freedom", "excludes", "verdict")


def case(name):
    return next((run, c) for _, run, c in CASES if c["name"] == name)


def predictions_of(case):
    """What the rows of a stored case say was predicted; without the controls."""
    from binodal.validate.prediction import Prediction

    return [
        Prediction(
            row["theory"],
            row["observable"],
            nan if row.get("predicted") is None else float(row["predicted"]),
            row.get("predicted_error") or 0.0,
            row.get("at"),
            row["limit"],
            row["modes"],
            missing="" if row.get("predicted") is not None else "none",
        )
        for row in case["rows"]
    ]


@pytest.mark.parametrize("name", cases([*CHEAP, "beta-1-8-sigma2-0.20"], every=4))
def test_stored_predictions_are_those_of_todays_theories(name):
    run, stored = case(name)
    assert list(moved(stored, case_again(stored, run))) == []


def test_a_prediction_that_is_a_tenth_too_large_is_seen():
    """The control of the test above."""
    run, stored = case(CHEAP[0])
    wrong = copy.deepcopy(stored)
    for row in wrong["rows"]:
        row["predicted"] = row.get("predicted") and 1.1 * row["predicted"]
    told = [row for row in stored["rows"] if row.get("predicted") is not None]
    assert len(list(moved(wrong, case_again(stored, run)))) == len(told)


def test_a_line_goes_through_its_cases_and_between_them_follows_todays_theories():
    curves = next(d for d in DOCUMENTS if d["experiment"] == "modular-transition")["curves"]
    cases = sorted(
        (c for e, _, c in CASES if e == "modular-transition" and c["params"]["P"] == "7"),
        key=lambda c: Fraction(c["params"]["sigma2"]),
    )
    name = partial(line_name, cases[0]["name"], "a")
    for number, of in enumerate(cases):
        rows = [r for r in of["rows"] if r["observable"] == "a" and main_theory(r)]
        drawn = {main_theory(r): curves[name(main_theory(r))]["y"] for r in rows}
        assert {t: y[number * BETWEEN] for t, y in drawn.items()} == {
            main_theory(r): r["predicted"] for r in rows
        }
    places = curves[name("derived")]["x"]
    number = BETWEEN + BETWEEN // 2
    there = Fraction(cases[1]["params"]["sigma2"]) / 2 + Fraction(cases[2]["params"]["sigma2"]) / 2
    assert places[number] == pytest.approx(float(there), rel=1e-5)
    for theory, value in predicted(cases[0], "a", "sigma2", there).items():
        assert same(curves[name(theory)]["y"][number], value)


@pytest.mark.parametrize(("experiment", "run", "stored"), cases(CASES, every=4))
def test_every_stored_verdict_follows_from_what_was_measured_and_predicted(experiment, run, stored):
    """All but AGREE, which asks the controls as well: then INCONCLUSIVE is the only other word."""
    found = measurements_of(stored, run)
    again = judged_case(stored["name"], model_of(stored)[0], found, predictions_of(stored))
    assert len(again["rows"]) == len(stored["rows"])
    for old, new in zip(stored["rows"], again["rows"], strict=True):
        for name in DERIVED[:-1]:
            assert new.get(name) == old.get(name), (old, name)
        assert (old["verdict"] == "DISAGREE") is (new["verdict"] == "DISAGREE")
        if old["verdict"] == "AGREE":
            assert old["excludes"] <= 0.05 and not old.get("problem") and old["p"] > 0


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d["experiment"])
def test_stored_fits_follow_from_the_rows(document):
    assert rounded_values(fits_of(document["cases"])) == document["fits"]


def test_the_page_and_its_figures_are_those_of_the_stored_summaries(written):
    """``binodal experiment --page docs`` makes them; digits typed by hand would be lost."""
    assert written.read_text("utf-8") == (DOCS / "experiments.md").read_text("utf-8")
    names = {path.name for path in (written.parent / FIGURES).iterdir()}
    assert names == {path.name for path in (DOCS / FIGURES).iterdir()}
    for name in names:
        own = (written.parent / FIGURES / name).read_text("utf-8")
        assert own == (DOCS / FIGURES / name).read_text("utf-8"), name


def test_a_bias_that_was_not_measured_is_lent_by_the_other_runs():
    """Twice judged is once judged: what was lent is not lent on, and exact samplers need none."""
    row = {"observable": "b", "measured": 1.0, "problem": ""}
    cases = [
        {"name": "small", "rows": [{**row, "bias": -0.003, "bias_error": 0.001}]},
        {"name": "large", "rows": [{**row, "measured": 2.0}, {**row, "observable": "c"}]},
        {"name": "exact", "rows": [row]},
    ]
    runs = {
        "small": {"sampler": "baoab"},
        "large": {"sampler": "baoab"},
        "exact": {"sampler": "hmc"},
    }
    small, large, exact = with_bias(cases, runs)
    assert large["rows"][0]["bias_error"] == pytest.approx(2 * 0.005)
    assert large["rows"][1]["problem"] == UNKNOWN and "bias_error" not in exact["rows"][0]
    assert with_bias([small, large, exact], runs) == [small, large, exact]
    late = {**large, "rows": [{**r, "bias": 0.1, "bias_error": 0.1} for r in large["rows"]]}
    assert not any(r.get("problem") for r in with_bias([small, late, exact], runs)[1]["rows"])
