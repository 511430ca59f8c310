"""What many results leave out: the largest of each term, which a result at that place shows."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from binodal.api import boundary, critical, hysteresis, phase_map, solve, sweep
from binodal.models.modular.numerics import dropped as modular
from binodal.models.teacher_student.numerics import dropped as teacher
from tests.laws import beside, cases


def by_name(rows):
    return {row["name"]: row for row in rows}


def size(row):
    return float(row["size"]["mid"])


def alone(name, at, **given):
    """The size of a term at one setting."""
    found = solve("teacher-student", preset="fig2", **given, **at)
    return size(by_name(found.document["dropped"])[name])


def test_a_map_shows_the_largest_of_its_settings():
    ranges = ["sigma2=0.05:0.4", "epsilon=-0.5:-0.1"]
    rows = by_name(phase_map("teacher-student", ranges, preset="fig2", depth=1).document["dropped"])
    for name in (teacher.FIELD, teacher.DROPLETS, teacher.SHIFT_B):
        assert size(rows[name]) == alone(name, rows[name]["at"])
    corner = {"sigma2": "1/20", "epsilon": "-1/2"}
    other = {"sigma2": "2/5", "epsilon": "-1/10"}
    assert rows[teacher.FIELD]["at"] == corner
    assert alone(teacher.FIELD, other) < alone(teacher.FIELD, corner) == size(rows[teacher.FIELD])
    assert rows[teacher.FIELD]["small"] is False


def test_a_map_warns_in_words():
    text = phase_map("modular", ["sigma2=0.1:0.2", "N=10:100"], preset="fig3", depth=1).text
    assert any(line.startswith("warning") and "not small" in line for line in text.splitlines())
    assert "sigma2=1/10 N=10" in text


def test_curves_show_the_largest_of_their_points():
    """Birth at Fig. 2 moves by 0.106; further down the curve it moves by more."""
    found = boundary("teacher-student", "birth", theories=["derived"], preset="fig2", points=5)
    row = by_name(found.document["dropped"])[teacher.SHIFT_BIRTH]
    assert (row["at"]["event"], row["at"]["theory"], row["small"]) == ("birth", "derived", False)
    at = {"epsilon": row["at"]["epsilon"], "sigma2": row["at"]["sigma2"]}
    single = critical("teacher-student", "birth", preset="fig2", **at)
    assert size(by_name(single.document["dropped"])[teacher.SHIFT_BIRTH]) == pytest.approx(
        size(row), rel=1e-5
    )
    assert size(row) > 0.106


@beside("test_a_sweep_at_finite_size_shows_the_largest_of_its_settings")
def test_a_loop_and_a_sweep_agree_on_the_same_settings():
    line = "sigma2=0.1:0.3:5"
    loop = by_name(hysteresis("modular", line, preset="fig3").document["dropped"])
    table = sweep("modular", [line], preset="fig3")
    assert by_name(table.dropped) == loop
    assert loop[modular.NEURONS]["at"] == {"sigma2": "1/10"}


@pytest.mark.parametrize(
    ("name", "preset", "line"),
    cases(
        [("modular", "fig3", "sigma2=0.1:0.3:3"), ("teacher-student", "fig2", "N=50.5:60:2")],
        every=None,
    ),
)
def test_a_sweep_at_finite_size_shows_the_largest_of_its_settings(name, preset, line):
    """Each as where it is said to be, whose sizes are whole, and nowhere larger."""
    rows = by_name(sweep(name, [line], preset=preset, limit="finite").dropped)
    assert {row["small"] for row in rows.values()} == {True, False}
    along, ends = line.split("=")
    (places,) = {frozenset(row["at"]) for row in rows.values()}
    assert places == {along}
    settings = {*ends.split(":")[:2], *(row["at"][along] for row in rows.values())}
    settings -= {"50.5"}  # a size, which is rounded
    found = {}
    for value in settings:
        of = solve(name, preset=preset, limit="finite", **{along: value}).document["dropped"]
        found[str(Fraction(value))] = {row["name"]: size(row) for row in of}
    for term, row in rows.items():
        assert size(row) == found[row["at"][along]][term]
        assert size(row) == max(sizes.get(term, 0.0) for sizes in found.values())


def test_settings_that_make_no_sense_are_passed_over():
    """At sigma2 = 0 there is no theory; the rest of the grid still speaks."""
    from binodal.dropped import of_settings
    from binodal.models.registry import model, preset

    of, axes = model("modular"), {"sigma2": [Fraction(0), Fraction(1, 4)]}
    rows = by_name(of_settings(of, preset("fig3"), "derived", axes))
    assert rows[modular.FIELD]["at"] == {"sigma2": "1/4"}


def test_a_model_without_such_terms_has_none():
    from binodal.dropped import of_settings
    from binodal.models.registry import model, preset

    silent = replace(model("modular"), dropped=None)
    axes = {"sigma2": [Fraction(1, 4)]}
    assert of_settings(silent, preset("fig3"), "derived", axes) == []
    assert of_settings(model("modular"), preset("fig3"), "derived", axes) != []
