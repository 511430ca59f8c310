"""The self test and the citations."""

from __future__ import annotations

import tomllib

import pytest

from binodal import selftest
from binodal.cite import PAPER, SOFTWARE
from binodal.models.teacher_student import selftest as known
from binodal.version import VERSION


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
    assert known._double_zero(theory) is None
    assert known._invariance(theory) is None
    assert known._one_number() is None


def test_the_double_zero_check_can_fail(monkeypatch):
    """A point of the other theory is not a double zero of this one."""
    original = known.critical
    monkeypatch.setattr(
        known, "critical", lambda *a, **k: original(*a, **{**k, "theory": "published"})
    )
    assert "derivative 0" in str(known._double_zero("derived"))


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
