"""Measurements beside theories: stored summaries of any shape, and networks trained here."""

from __future__ import annotations

import json
from fractions import Fraction
from importlib.util import find_spec

import pytest

from binodal.experiments import tables
from binodal.experiments.part import experiment_part
from binodal.experiments.rows import label_of, varied_names
from binodal.experiments.stored import normal, read_experiments
from binodal.models.registry import parameters_of
from binodal.page.blocks import figures_of
from binodal.page.html import blocks_html
from binodal.page.measured import as_float, densities, points
from binodal.page.section import Request
from binodal.reports import agreement

ROW = {
    "observable": "b",
    "theory": "derived",
    "measured": 0.3,
    "stderr": 0.01,
    "predicted": 0.28,
    "z": 2.0,
    "p": 0.05,
    "excludes": 0.04,
    "verdict": "AGREE",
    "ess": 400,
    "rhat": 1.001,
}


def stored(**changes):
    document = {
        "experiment": "e",
        "title": "An *experiment*",
        "settings": {"N": "700", "d": 150},
        "rows": [
            {**ROW, "params": {"sigma2": "3/20"}},
            {
                **ROW,
                "params": {"sigma2": 0.2},
                "measured": 0.35,
                "theory": "published",
                "z": -9,
                "p": 1e-9,
                "verdict": "DISAGREE",
            },
        ],
        "provenance": {"seed": 7},
    }
    return normal({**document, **changes}, "file")


def seen(*experiments):
    return {"stored": {"experiments": list(experiments)}}


def test_points_find_their_setting():
    found = points(seen(stored()), "b", "sigma2", {"N": 700.0, "d": 150.0, "sigma2": 9.0})
    assert found.x.tolist() == [0.15, 0.2] and found.y.tolist() == [0.3, 0.35]
    assert found.error.tolist() == [0.01, 0.01]
    for other in ({"N": 701.0}, {"N": 700.0, "epsilon": -0.3}):
        assert not points(seen(stored()), "b", "sigma2", other)
    assert not points(seen(stored()), "c", "sigma2", {})


def test_densities_come_from_whole_curves_first():
    own = {
        **stored(),
        "settings": {"d": "53"},
        "densities": [{"q": [0.0, 0.5], "log_density": [1.0, -1.0], "error": [0.1, 0.2]}],
    }
    found = densities({"networks": {"experiments": [own]}}, {"d": 53.0})
    assert found.y.tolist() == [1.0, -1.0]
    assert not densities({"networks": {"experiments": [own]}}, {"d": 54.0})


@pytest.mark.parametrize("odd", ["1/0", "nan", "inf", "x", None, True, [], {}])
def test_what_is_no_number_is_none(odd):
    assert as_float(odd) is None


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"rows": None},
        {"rows": [1, "x", {}]},
        {"settings": [], "curves": 3, "provenance": "p"},
        {"rows": [{"observable": "b", "measured": "many", "z": None}]},
        {"curves": {"loss": {"x": [1, 2], "y": [3, 4]}, "bad": {"x": [1], "y": [1, 2]}, "odd": 5}},
        {"experiment": "../<script>", "title": "<script>alert(1)</script>", "rows": [ROW]},
    ],
)
def test_any_summary_is_shown(document):
    part = experiment_part(normal(document, "name"))
    drawings = dict.fromkeys(("stored-name-z", "stored-script-z"), "<svg/>")
    assert "<script" not in blocks_html([part], drawings)


def test_files_that_cannot_be_read_say_so(tmp_path):
    (tmp_path / "good.json").write_text(json.dumps({"title": "Good", "rows": [ROW]}))
    (tmp_path / "half.json").write_text('{"rows": [')
    (tmp_path / "list.json").write_text("[1]")
    good, half, other = read_experiments(sorted(tmp_path.iterdir()))
    assert good["title"] == "Good" and good["rows"][0]["z"] == 2.0
    assert "cannot be read" in half["problem"] and "cannot be read" in other["problem"]
    assert "Not run" in blocks_html([experiment_part(half)], {})


def test_the_files_that_come_with_the_program_reach_the_report():
    """Their rows, their figures, and their points beside a theory's curve."""
    experiments = read_experiments()
    shown = ("rows", "onsets", "transitions")
    assert experiments and all(any(map(e.get, shown)) and not e["problem"] for e in experiments)
    for experiment in experiments:
        figures = [block.name for block in figures_of([experiment_part(experiment)])]
        assert figures and all(f"stored-{experiment['experiment']}-" in name for name in figures)
    cold = points(seen(*experiments), "a", "sigma2", {"N": 1000.0, "P": 7.0}, "modular").x
    assert sorted(set(cold)) == [0.0014, 0.0021, 0.0028, 0.0035, 0.0045]
    assert densities(seen(*experiments), {"N": 88.0, "sigma2": 0.2, "epsilon": -0.3})


def test_lines_are_told_apart_by_what_varies():
    rows = stored()["rows"]
    assert varied_names(rows) == ["sigma2"]
    assert [label_of(row, ["sigma2"]) for row in rows] == [
        r"$b$, $\sigma^2$ = 0.15",
        r"$b$, $\sigma^2$ = 0.2",
    ]


CASES = normal(
    {
        "experiment": "law",
        "rows": [
            {
                **ROW,
                "case": f"at-{cold}",
                "limit": "finite",
                "modes": modes,
                "params": {"d": "53", "sigma2": cold},
            }
            for cold in ("3/20", "3/10")
            for modes in (2, 3)
        ],
        "controls": [{"case": "at-3/20", "control": "Q11 doubled", "rejected": 7, "rows": 20}],
        "fits": [
            {
                "ladder": "width",
                "along": "N",
                "observable": "b",
                "theory": "derived",
                "law": {"exponent": -0.97, "stderr": 0.05, "chi2": 1.2, "freedom": 2},
            },
            {
                "ladder": "data",
                "along": "n",
                "observable": "b",
                "theory": "published",
                "law": None,
                "why": "a power law is rejected",
                "chi2": 4000.0,
                "freedom": 3,
            },
        ],
        "curves": {
            "at-3/20 networks": {"x": [0, 0.5], "y": [0.7, -2.0], "error": [0.01, 0.2]},
            "at-3/20 derived": {"x": [0, 0.5], "y": [0.8, -1.9]},
            "time train_loss": {"x": [1, 10, 100], "y": [1.0, 0.5, None], "error": [0, 0.1, 0.1]},
        },
        "missing": ["at-1/5"],
        "provenance": {
            "environment": {"torch": "2", "machine": "m68k"},
            "runs": {"at-3/20": {"seed": 2310}},
        },
    },
    "law",
)


def test_an_experiment_of_many_cases():
    html = blocks_html([experiment_part(CASES)], {"stored-law-z": "<svg/>"})
    for words in (
        "at 1/5",
        "<td>at 3/20</td><td>Q11 doubled",
        "Q11 doubled",
        "none: a power law is rejected",
        "<td>2310</td>",
        "2 rows, of other limits or with more modes",
        "torch 2",
    ):
        assert words in html
    assert "m68k" not in html and "−0.970 ± 0.050" in html


def test_stored_curves_reach_the_figures():
    found = densities(seen(CASES), {"d": 53.0, "sigma2": 0.15})
    assert found.y.tolist() == [0.7, -2.0]
    assert not densities(seen(CASES), {"d": 53.0, "sigma2": 0.3})
    assert points(seen(CASES), "b", "sigma2", {"d": 53.0}).x.tolist() == [0.15, 0.3]


def test_a_table_has_no_column_that_no_row_fills():
    rows = [{**ROW, "params": {}}, {**ROW, "params": {}, "observable": "c", "predicted": None}]
    full = tables.verdicts(rows, "")
    bare = tables.verdicts([{**row, "ess": None, "rhat": None} for row in rows], "")
    assert full.header == [*bare.header, "ESS", r"$\hat R$"]
    assert [line[2] for line in bare.rows] == ["0.28, p = 0.05, excludes 4 %, **AGREE**", "-"]


def test_agreement_counts_verdicts():
    section = agreement.chapter(Request(True, print, earlier=seen(stored())))
    (counts,) = section.blocks[-1].blocks
    assert counts.rows == [
        ["An \\*experiment\\*", "derived", "1", "0", "0", "0.05"],
        ["An \\*experiment\\*", "published", "0", "1", "0", "1e-09"],
    ]
    nothing = agreement.chapter(Request(True, print, earlier=seen()))
    assert "Not run" in blocks_html(nothing.blocks, {})


@pytest.mark.skipif(find_spec("torch") is None, reason="needs the extra train")
def test_a_small_ensemble_is_trained_and_judged(tmp_path):
    from binodal.models.report import Ensemble
    from binodal.reports.ensembles import trained

    values = {
        "N": "6",
        "n": "40",
        "d": "5",
        "sigma2": "1/2",
        "sigma_w2": "1/2",
        "sigma_a2": "1/2",
        "epsilon": "-3/10",
    }
    exact = parameters_of("teacher-student", {k: Fraction(v) for k, v in values.items()})
    asked = Ensemble("small", "Small", lambda: exact, 4, "prior", 20, 20)
    told: list[int] = []
    found = trained(asked, tmp_path, lambda done, total, note: told.append(done), 1)
    assert found["problem"] == "" and told
    observables = {row["observable"] for row in found["rows"]}
    assert {"b", "c", "q2"} <= observables
    again = trained(asked, tmp_path, lambda *_: pytest.fail("it was finished"), 1)
    assert again["rows"] == found["rows"]
    json.dumps(found, allow_nan=False)
