"""The command boundary: data, pictures and refusals."""

from __future__ import annotations

import csv
import io
import json

import pytest

from binodal.api import boundary
from binodal.boundaries.curves_json import overall

FIG3 = ("boundary", "modular", "--preset", "fig3", "--in", "sigma2,sigma_a2", "--points", "12")
FOLD = ("--range", "sigma2=0.01:2", "--range", "sigma_a2=1e-7:1e-4")
FIG2 = ("boundary", "teacher-student", "--preset", "fig2", "--in", "sigma2,epsilon")


def test_json_has_points_links_and_end_points(run):
    ran = run(*FIG3, *FOLD, "--event", "coexistence,gmfl2", "--theory", "published", "--json")
    assert ran.status == 0 and not ran.err
    document = json.loads(ran.out)
    assert document["in"] == ["sigma2", "sigma_a2"] and document["status"] == "certified"
    assert document["window"]["sigma2"] == ["1/100", "2"]
    of_event = {b["event"]: b for b in document["boundaries"]}
    (curve,) = of_event["gmfl2"]["curves"]
    assert len(curve["points"]) == 12 and curve["links"] == ["same branch"] * 11
    for point in curve["points"]:
        assert set(point["values"]) == {"sigma2", "sigma_a2"} and set(point["at"]) == {
            "u",
            "x",
            "a",
        }
        assert all(set(v) == {"mid", "rad"} for v in point["values"].values())
    cold = {e["kind"]: e for e in of_event["gmfl2"]["end_points"]}["cold end"]
    assert cold["status"] == "certified" and cold["values"]["sigma_a2"]["mid"].startswith(
        "0.0000309461"
    )


def test_the_table_says_what_is_proved(run):
    ran = run(*FIG3, *FOLD, "--event", "gmfl2", "--theory", "published")
    assert ran.status == 0
    assert "11 of 11 links proved" in ran.out and "cold end  [certified]" in ran.out


@pytest.mark.parametrize("name", ["curve.svg", "curve.png"])
def test_a_picture_is_written_whole(run, tmp_path, name):
    ran = run(*FIG3, *FOLD, "--event", "birth,gmfl2", "-o", name)
    assert ran.status == 0 and ran.files == [name]
    assert "0 links undecided" in ran.out
    head = (tmp_path / name).read_bytes()[:200]
    assert head.startswith(b"\x89PNG" if name.endswith("png") else b"<?xml")
    if name.endswith("svg"):
        first = (tmp_path / name).read_text()
        run(*FIG3, *FOLD, "--event", "birth,gmfl2", "-o", name)
        assert (tmp_path / name).read_text() == first


def test_csv_has_a_row_a_point(run, tmp_path):
    ran = run(*FIG3, "--event", "birth", "-o", "curve.csv")
    assert ran.status == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "curve.csv").read_text())))
    assert len(rows) == 24 and {r["theory"] for r in rows} == {"published", "derived"}
    assert [r["joined"] for r in rows[:3]] == ["", "same branch", "same branch"]
    assert float(rows[5]["sigma2_error"]) < 1e-14 * float(rows[5]["sigma2"])


def test_the_file_and_the_printed_document_agree(run, tmp_path):
    ran = run(*FIG3, "--event", "birth", "-o", "curve.json", "--json")
    assert json.loads((tmp_path / "curve.json").read_text()) == json.loads(ran.out)


def test_an_absent_event_says_why_and_ends_with_one(run):
    ran = run(*FIG2, "--event", "instability", "--theory", "derived")
    assert ran.status == 1 and "[absent]" in ran.out and "stable" in ran.out


def test_finite_size_is_computed_and_undecided_between_points(run):
    words = (*FIG3[:-2], "--points", "4", "--event", "birth", "--limit", "finite")
    ran = run(*words, "--theory", "published", "--json")
    document = json.loads(ran.out)
    assert ran.status == 0 and document["status"] == "converged"
    (curve,) = document["boundaries"][0]["curves"]
    assert curve["undecided"] == 3 and set(curve["links"]) == {"undecided"}
    assert set(curve["points"][0]["values"]["sigma2"]) == {"value", "error"}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--event", "melting"), "melting"),
        (("--event", ","), "no event"),
        (("--event", "mass"), "--limit finite"),
        (("--event", "birth", "--theory", "quantum"), "quantum"),
        (("--event", "birth", "--points", "1"), "points=1"),
        (("--event", "birth", "--range", "sigma2=1"), "NAME=A:B"),
        (("--event", "birth", "--range", "sigma2=2:1"), "increase"),
        (("--event", "birth", "--range", "N=1:2"), "N"),
        (("--event", "birth", "--range", "sigma2=x:1"), "not a finite number"),
        (("--event", "birth", "-o", "curve.txt"), ".svg"),
        (("--event", "birth", "-o", "missing/curve.svg"), "cannot write"),
        (("--event", "birth", "--digits", "0"), "digits=0"),
    ],
)
def test_bad_requests_are_one_line_and_two(run, words, complaint):
    ran = run(*FIG2, *words)
    assert ran.status == 2 and not ran.out and not ran.files
    assert ran.err.count("\n") == 1 and complaint in ran.err


@pytest.mark.parametrize("plane", ["sigma2", "sigma2,sigma2", "sigma2,P", "sigma2,d,n", ""])
def test_a_plane_has_two_parameters_of_the_model(run, plane):
    ran = run(*FIG2[:-1], plane, "--event", "birth")
    assert ran.status == 2 and ran.err.count("\n") == 1


def test_the_api_takes_ranges_as_written():
    found = boundary(
        "modular",
        "birth",
        names=["sigma2", "P"],
        ranges={"P": ("200", 500)},
        points=3,
        theories=["derived"],
        preset="fig3",
    )
    assert found.document["window"]["P"] == ["200", "500"] and found.exit_status == 0


def test_the_overall_status_is_the_weakest():
    assert overall(["certified", "absent"]) == "certified"
    assert overall(["certified", "undecided"]) == "undecided"
    assert overall(["absent", "converged", "certified"]) == "converged"
    assert overall(["absent"]) == "absent"
