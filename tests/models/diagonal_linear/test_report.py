"""The chapter: networks agree with the flow, and with nothing else that is listed."""

from __future__ import annotations

import pytest

from binodal.models.diagonal_linear.report import chapter as written
from binodal.page.blocks import Table
from binodal.reports.answers import request
from binodal.reports.chapters import chapters
from tests.laws import beside


@pytest.fixture(scope="module")
def section():
    return written.chapter(request(True, lambda words: None))


def test_it_is_a_chapter_of_the_report():
    (own,) = [each for each in chapters() if each.name == "diagonal-linear"]
    assert own.title.startswith("Time")


@beside(
    "tests/models/diagonal_linear/test_decay_times.py::test_a_trial_from_networks_to_its_summary"
)
def test_only_the_right_theory_is_met(section):
    _, table = section.blocks[1].blocks
    assert isinstance(table, Table) and section.decided
    rows = [[tuple(map(float, cell.split(" ± "))) for cell in row[1:]] for row in table.rows]
    right, bare, *wrong = rows
    assert all(abs(ratio - 1) < 0.003 for ratio, _ in right)
    assert all(ratio - 1 > max(0.003, 3 * error) for ratio, error in bare)
    assert all(abs(ratio - 1) > 0.2 for row in wrong for ratio, _ in row)


@beside(
    "tests/models/diagonal_linear/test_decay_times.py::test_a_trial_from_networks_to_its_summary"
)
def test_the_figure_is_drawn(section, tmp_path):
    section.blocks[3].blocks[1].draw(tmp_path / "figure.svg")
    assert (tmp_path / "figure.svg").read_text().startswith("<?xml")
