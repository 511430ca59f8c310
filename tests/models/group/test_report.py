"""The chapter on groups: its rows are answers of the commands, its order that of the weights."""

from __future__ import annotations

from fractions import Fraction
from math import log

import pytest

from binodal.api import critical
from binodal.derive.groups.names import from_text
from binodal.derive.groups.small import SMALL
from binodal.models.group.derivations.blocks import manifold
from binodal.models.group.numerics.weights import heaviest_ranks
from binodal.models.group.parameters import EVERY
from binodal.models.group.report import binder
from binodal.models.group.report import chapter as written
from binodal.models.group.setting import blocks_of
from binodal.page.blocks import Figure, Table
from binodal.page.section import Request
from binodal.reports.answers import request
from binodal.reports.chapters import chapters
from tests.laws import beside


@pytest.fixture(scope="module")
def section():
    return written.chapter(request(False, lambda words: None))


def test_every_group_has_a_row(section):
    _, by_order, table, *figures = section.blocks
    assert isinstance(table, Table) and section.decided
    assert all(isinstance(figure, Figure) for figure in figures)
    assert {row[0].strip("`") for row in table.rows} == set(SMALL)
    assert [int(row[0]) for row in by_order.rows] == list(range(2, 25))
    assert sum(int(row[1]) for row in by_order.rows) == len(SMALL)


@pytest.mark.parametrize(
    ("name", "irrep", "decay", "column"),
    [
        ("A4", "3a", "schatten", 2),
        ("SL(2,3)", "2a", "schatten", 2),
        ("Z7:Z3", "3a", "frobenius", 2),
        ("Q20", "2c", "frobenius", 3),
        ("SL(2,3)", "2a", "frobenius", 2),
        ("SL(2,3)", "2c", "frobenius", 3),
    ],
)
def test_a_row_is_what_the_command_says_of_any_irrep(section, name, irrep, decay, column):
    """Irreps that the chapter did not ask of: what is shared is the same."""
    asked = {"group": SMALL[name], "irrep": irrep, "decay": decay, "preset": "fig3"}
    event = critical("group", "coexistence", **asked).document
    order = from_text(SMALL[name]).order
    row = next(row for row in section.blocks[1].rows if row[0] == str(order))
    assert abs(Fraction(row[column].split()[0]) / Fraction(event["value"]["mid"]) - 1) < 1e-11


def test_larger_and_quaternionic_irreps_come_first(section):
    order = {row[0].strip("`"): row[3] for row in section.blocks[2].rows}
    assert order["S3"] == "2R, 1R" and order["Q8"] == "2H, 1R"
    assert order["S4"] == "3R, 2R, 1R" and order["SL(2,3)"] == "2H, 2C = 3R, 1C"


def test_the_heaviest_rank_has_the_largest_manifold():
    """Dimensions counted from frames, against the derived powers of |G|."""
    for text in ("S4", "A5", SMALL["Z7:Z3"], SMALL["Z5:Z4"], "Q8"):
        for block in blocks_of(text, "every"):
            each = 2 if block.kind == "quaternionic" else 1
            rows = range(1, block.dimension // each + 1)
            sizes = {each * c: manifold(block.kind, block.dimension, c) for c in rows}
            largest = max(sizes.values())
            assert heaviest_ranks(block) == tuple(r for r, n in sizes.items() if n == largest)


def test_the_picture_is_drawn(section, tmp_path):
    section.blocks[3].draw(tmp_path / "figure.svg")
    assert "2H" in (tmp_path / "figure.svg").read_text()


def test_an_undecided_event_makes_the_chapter_undecided():
    """The control."""
    nothing = {"value": None, "status": "undecided", "params": {"gamma": "1/10000"}}
    answers = Request(True, lambda words: None, critical=lambda *of, **asked: nothing)
    assert not written.chapter(answers).decided


def test_it_stands_in_the_report():
    (own,) = [each for each in chapters() if each.name == "group"]
    assert "binodal.models.group.numerics.critical" in own.sources and own.seconds[1] < 10


def test_points_are_drawn_together_around_a_dip():
    places, values = binder.course(lambda u: 3 - 1 / (abs(u**-0.5 - 1.0377) + 1e-3), 1.0)
    assert places == sorted(places) and abs(places[values.index(min(values))] - 1.0377) < 2e-3


@beside("tests/models/group/test_finite.py::test_the_cumulant_dips_where_states_coexist")
def test_the_dip_deepens_as_the_derivation_says():
    """As |G|^2 times what tends to one: a first power or a third is excluded between neighbours."""
    u, x = (4 * float(binder.GAMMA) / 3) ** 0.5, (3 / float(binder.GAMMA)) ** 0.5
    orders, ratios = (11, 23, 47), []
    for order in orders:
        block = blocks_of(f"Z{order}", EVERY)[-1]
        lowest = min(binder.course(binder.cumulant(block, order), u)[1])
        derived = float(binder.dip_of(block, order, x))
        assert derived == pytest.approx(-((order * x) ** 2) / 12, rel=1e-12)
        ratios.append(lowest / derived)
    assert 0 < 1 - ratios[2] < 0.75 * (1 - ratios[1]) < 0.6 * (1 - ratios[0])
    powers = [2 + log(ratios[k + 1] / ratios[k]) / log(orders[k + 1] / orders[k]) for k in (0, 1)]
    assert 2 < powers[1] < powers[0] < 2.5 and powers[1] < 2.2
