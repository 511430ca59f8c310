"""The report, the self test and the citations."""

from __future__ import annotations

import json
import tomllib
from xml.etree import ElementTree

import pytest

from binodal import selftest
from binodal.cite import PAPER, SOFTWARE
from binodal.models.model import model, names
from binodal.version import VERSION
from derive.derivation import Derivation
from derive.step import Check, Step

FIGURES = ["action.svg", "modular-landscape.svg", "modular-residual.svg", "residual.svg"]
FILES = sorted([*FIGURES, "report.md", "results.json"])


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """One quick run of the whole report for all tests of this file."""
    from binodal.reports.run import reproduce

    folder, said = tmp_path_factory.mktemp("report"), []
    closing, decided = reproduce(folder, True, said.append)
    assert decided
    return folder, said, closing


def test_files(report):
    folder, _, _ = report
    assert sorted(path.name for path in folder.iterdir()) == FILES
    for name in FIGURES:
        assert ElementTree.parse(folder / name).getroot().tag.endswith("svg")


def test_the_terminal_shows_every_check_and_ends_with_the_table(report):
    _, said, closing = report
    text, table = "\n".join(said), "\n".join(closing)
    for name, quantity in model("teacher-student").quantities().items():
        assert f"  {name} " in text
        assert all(step.check.route in text for step in quantity("derived").steps)
    for number in ("0.178719454735", "0.217099049712", "0.1906620445", "0.2333871886"):
        assert number in table
    assert "30.2" in table and "0.18" in table


def test_the_report_holds_forms_steps_points_and_saddles(report):
    folder, _, _ = report
    text = (folder / "report.md").read_text("utf-8")
    for words in (
        "## Closed forms",
        "## Derivations",
        "## Saddles",
        "## Critical points",
        "40000/1323",
    ):
        assert words in text
    assert text.count("*Check (passed).*") == sum(
        len(model(name).complete("derived").steps) for name in names()
    )
    assert "](action.svg)" in text and "](residual.svg)" in text


def test_results(report):
    folder, _, _ = report
    document = json.loads((folder / "results.json").read_text("utf-8"))
    found = document["models"]["teacher-student"]
    assert {(c["theory"], c["event"], c["status"]) for c in found["critical"]} == {
        (theory, event, "absent" if event == "instability" else "certified")
        for theory in ("published", "derived")
        for event in ("birth", "coexistence", "instability")
    }
    lines = {(c["theory"], c["beta"]): c for c in found["residual"]}
    assert {beta for _, beta in lines} == {"1/8", "1", "8", "infinity"}
    # Far before the transition c is hardly learned, and the less so the larger the network.
    ends = [lines["derived", beta]["c"][-1] for beta in ("1/8", "1", "8", "infinity")]
    assert ends == sorted(ends, reverse=True) and ends[-1] == -0.3


def test_a_step_that_is_wrong_stops_the_report(run, monkeypatch):
    import sympy as sp

    from binodal.reports import teacher_student

    wrong = Step("s", "r", sp.Integer(1), sp.Integer(2), "x", Check("count", lambda: "1 is not 2"))
    bad = {"action": lambda theory: Derivation("bad", (wrong,))}
    monkeypatch.setattr(teacher_student, "QUANTITIES", bad)
    ran = run("reproduce", "-o", "report")
    assert ran.status == 1 and "1 is not 2" in ran.err
    assert not any("report.md" in name for name in ran.files)


def test_selftest_reports_each_check(run, monkeypatch):
    monkeypatch.setattr(
        selftest, "checks", lambda: [("good", lambda: None), ("bad", lambda: "1 is 2")]
    )
    ran = run("selftest")
    assert ran.status == 1
    assert "ok " in ran.out and "FAILED" in ran.out and "1 is 2" in ran.out
    assert ran.out.endswith("1 checks failed\n")


@pytest.mark.parametrize("theory", ["published", "derived"])
def test_known_answers(theory, monkeypatch):
    assert selftest._double_zero(theory) is None
    assert selftest._invariance(theory) is None
    assert selftest._one_number() is None


def test_the_double_zero_check_can_fail(monkeypatch):
    """A point of the other theory is not a double zero of this one."""
    original = selftest.critical
    monkeypatch.setattr(
        selftest, "critical", lambda *a, **k: original(*a, **{**k, "theory": "published"})
    )
    assert "derivative 0" in str(selftest._double_zero("derived"))


def test_citations_are_those_of_the_citation_file(repository_root):
    text = (repository_root / "CITATION.cff").read_text("utf-8")
    project = tomllib.loads((repository_root / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == VERSION and f"version: {VERSION}" in text
    facts = {
        line.split(": ", 1)[1].strip().strip('"') for line in text.splitlines() if ": " in line
    }
    for fact in (
        "Grokking as a First Order Phase Transition in Two Layer Networks",
        "Rubin",
        "Ringel",
    ):
        assert fact in facts and fact in PAPER
    assert "arXiv:2310.03789" in facts and "2310.03789" in PAPER
    title = next(fact for fact in facts if fact.startswith("binodal:"))
    assert title in SOFTWARE and "The binodal contributors" in SOFTWARE
    for entry in (PAPER, SOFTWARE):
        assert entry.startswith("@") and entry.count("{") == entry.count("}")
