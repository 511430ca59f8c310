"""Verdicts are counted by model and by what a theory leaves out, and pages say today's counts."""

from __future__ import annotations

import pytest

from binodal.experiments.stored import read_experiments
from binodal.page.section import Request
from binodal.reports import findings
from binodal.reports.tally import conclusive, tally

ROW = {"observable": "a", "model": "modular", "limit": "finite", "modes": 2, "at": None}


def of(*rows):
    return {"stored": {"experiments": [{"experiment": "x", "settings": {}, "rows": list(rows)}]}}


def test_verdicts_are_split_by_model_and_limit():
    counts = tally(
        of(
            {**ROW, "theory": "published", "verdict": "DISAGREE"},
            {**ROW, "theory": "derived", "verdict": "AGREE"},
            {**ROW, "theory": "derived", "limit": "finite width", "verdict": "AGREE"},
            {**ROW, "theory": "derived, finite width, modes to H7", "verdict": "INCONCLUSIVE"},
            {**ROW, "theory": "derived", "verdict": "AGREE", "model": "teacher-student"},
        )
    )
    assert {key: dict(value) for key, value in counts.items()} == {
        ("Modular addition", "published"): {"DISAGREE": 1},
        ("Modular addition", "derived"): {"AGREE": 1},
        ("Modular addition", "derived, finite width"): {"AGREE": 1, "INCONCLUSIVE": 1},
    }


@pytest.mark.parametrize(
    "left_out",
    [
        {"at": 0.5},
        {"problem": "not settled"},
        {"modes": 3},
        {"limit": "thermodynamic"},
        {"theory": "control: no interaction"},
        {"observable": "x"},
    ],
)
def test_what_is_not_counted(left_out):
    assert tally(of({**ROW, "theory": "derived", "verdict": "AGREE", **left_out})) == {}


def test_the_readme_says_todays_counts(repository_root):
    counts = tally({"stored": {"experiments": read_experiments()}})
    readme = (repository_root / "README.md").read_text("utf-8").replace("\n", " ")
    for title, theory, words in (
        ("Modular addition", "derived, finite width", "agrees in {} conclusive comparisons"),
        ("Modular addition", "published", "as published in {}."),
        ("Teacher-student", "derived, finite width and data", "agrees in {} with what"),
        ("Teacher-student", "derived, finite width", "({}, and"),
        ("Teacher-student", "published", "and {})"),
    ):
        own = counts[title, theory]
        assert words.format(f"{own['AGREE']} of {conclusive(own)}") in readme


def test_without_networks_it_says_so():
    section = findings.chapter(Request(True, print))
    assert section.closing == ["Networks: **not run**."]
