"""One figure by itself: every one of the report, by its name, as any of three kinds of file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from binodal.api import figure, figures
from binodal.errors import RequestError
from binodal.page.blocks import figures_of
from binodal.reports import figures as chapter
from binodal.reports.answers import request
from binodal.reports.offered import figure_writers
from tests.laws import cases

TRAINED = {
    "experiment": "modular-1",
    "title": "Modular addition",
    "question": "",
    "settings": {"N": "50", "P": "7", "sigma2": "1/5", "sigma_a2": "1/5000", "gamma": "2"},
    "rows": [
        {"observable": "a", "theory": "derived, finite", "measured": 0.9, "stderr": 0.01, "z": 1.0}
        | {"ess": 400.0, "params": {}}
    ],
    "curves": {},
    "densities": [],
    "provenance": {},
    "problem": "",
}


def test_the_chapter_draws_the_figures_that_are_listed():
    section = chapter.chapter(request(True, lambda line: None))
    drawn = [block.name for block in figures_of(section.blocks)]
    assert drawn == [each.name for each in figure_writers() if not each.name.startswith("trained")]
    assert set(drawn) < set(figures()) and {"fig2-law", "fig3-modular"} < set(drawn)


@pytest.mark.parametrize(
    ("suffix", "start"), cases([("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")], every=2)
)
def test_the_suffix_chooses_the_kind_and_the_same_data_give_the_same_bytes(tmp_path, suffix, start):
    one, two = tmp_path / f"one.{suffix}", tmp_path / f"two.{suffix}"
    assert figure("fig5-loss", one, quick=True, report=tmp_path) == one
    figure("fig5-loss", two, quick=True, report=tmp_path)
    assert one.read_bytes().startswith(start) and one.read_bytes() == two.read_bytes()


def test_the_command_lists_and_writes(run, tmp_path):
    listed = run("figure")
    assert (listed.status, listed.err) == (0, "") and listed.out == run("figure", "--list").out
    assert [line.split()[0] for line in listed.out.splitlines()] == list(figures(tmp_path))
    assert all(len(line.split()) > 4 for line in listed.out.splitlines())
    ran = run("figure", "stored-overlap-law-density")
    assert (ran.status, ran.out) == (0, "wrote stored-overlap-law-density.svg\n")
    assert ran.files == ["stored-overlap-law-density.svg"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("fig7",), "unknown figure 'fig7': choose fig1-teacher-student, "),
        (("fig5-loss", "-o", "loss.jpeg"), "loss.jpeg: the name must end in .svg, .png, .pdf"),
        (("fig5-loss", "-o", "no/such/loss.svg"), "cannot write no/such/loss.svg"),
        (("trained-modular",), "there are none in report: run binodal reproduce first"),
        (("--list", "fig5-loss"), "takes no NAME"),
        (("--report", "odd"), "is not what a report writes"),
    ],
)
def test_bad_requests_are_one_line(run, tmp_path, line, words):
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "results.json").write_text("{}")
    ran = run("figure", *line)
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1) and words in ran.err
    assert ran.files == ["odd"]


def test_networks_of_a_report_are_shown(tmp_path):
    document = {"chapters": {"networks": {"experiments": [TRAINED]}}}
    (tmp_path / "results.json").write_text(json.dumps(document))
    place = tmp_path / "own.svg"
    assert "trained-modular-1-z" in figures(tmp_path)
    assert figure("trained-modular", place, quick=True, report=tmp_path) == place
    with pytest.raises(RequestError, match="there are none in"):
        figure("trained-modular", place, report=Path(tmp_path / "nowhere"))
