"""The chapter on activations: its rows are the answers of the commands, its curves touch zero."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from binodal.api import critical, solve
from binodal.models.single_index.report import chapter as written
from binodal.page.blocks import Figure, Table
from binodal.page.section import Request
from binodal.reports.answers import request
from binodal.reports.chapters import chapters
from binodal.reports.landscape import landscape


def _section(monkeypatch, chosen):
    monkeypatch.setattr(written, "_QUICK", chosen)
    return written.chapter(request(True, lambda words: None))


def test_rows_and_curves(monkeypatch, tmp_path):
    section = _section(
        monkeypatch, (("sign", "1: 1, 3: -3/10"), ("erf", "1: 1"), ("relu", "2: 1/2"))
    )
    table, _, figure = section.blocks
    assert isinstance(table, Table) and isinstance(figure, Figure) and section.decided
    assert [row[2] for row in table.rows] == ["coexistence", "none", "condensation"]
    assert [row[6] for row in table.rows] == ["first", "none", "first"]
    event = critical("single-index", "coexistence", preset="fig2", activation="sign").document
    assert table.rows[0][3].startswith(event["value"]["mid"][:9])
    m, height = written.side(event)
    feature = float(Fraction(event["at"]["m"]["mid"]))
    near = np.abs(m - feature) < 0.02
    assert abs(height[near].min()) < 1e-3 < height[m < feature].max()
    figure.draw(tmp_path / "figure.svg")
    assert "sign" in (tmp_path / "figure.svg").read_text()


@pytest.mark.parametrize(
    "options",
    [{"sigma2": "3/20"}, {"sigma2": "9/50", "theory": "published"}, {"limit": "finite"}],
)
def test_the_landscape_passes_through_the_saddles(options):
    """A solution's own saddles and their images; the curve of another residual misses them."""
    found = solve("single-index", preset="fig2", **options)
    drawn = landscape(found.document)
    marks = [(at, height) for at, height, _ in drawn.saddles if at]
    assert len(marks) == 4 and {at for at, _ in marks} == {-at for at, _ in marks}
    for at, height in marks:
        assert np.interp(at, drawn.at, drawn.action) == pytest.approx(height, abs=1e-4)
    moved = {**found.document, "closure": {"t": {"1": {"mid": "0.5"}, "3": {"mid": "-0.3"}}}}
    other = landscape(moved)
    assert abs(np.interp(marks[0][0], other.at, other.action) - marks[0][1]) > 1e-3
    assert found.plot().get_xlabel() == drawn.xlabel


def test_events_are_drawn_at_their_own_parameter_and_condensation_has_no_feature():
    drawn = landscape(critical("single-index", "birth", preset="fig2").document)
    (zero, *features), height = drawn.saddles, drawn.action
    assert zero[:2] == (0.0, 0.0) and len(features) == 2
    slopes = np.gradient(height, drawn.at)[np.abs(drawn.at - features[0][0]) < 0.01]
    assert np.abs(slopes).max() < 0.01 < np.abs(np.gradient(height, drawn.at)).max()
    relu = critical(
        "single-index", "condensation", preset="fig2", activation="relu", teacher="2: 1/2"
    )
    assert len(landscape(relu.document).saddles) == 1


def test_an_undecided_event_makes_the_chapter_undecided():
    """The control."""
    nothing = {"event": "coexistence", "value": None, "at": None, "status": "undecided"}
    answers = Request(
        True,
        lambda words: None,
        solve=lambda *of, **asked: {"order": "undecided"},
        critical=lambda *of, **asked: nothing,
    )
    assert not written.chapter(answers).decided


def test_it_stands_in_the_report_and_follows_its_solvers():
    (own,) = [each for each in chapters() if each.name == "single-index"]
    assert "binodal.models.single_index.numerics.solve" in own.sources
    assert own.seconds[1] < 60 and own.anchor == "single-index"
    with pytest.raises(LookupError):
        own.write(Request(True, lambda words: None))
