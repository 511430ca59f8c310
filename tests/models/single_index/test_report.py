"""The chapter on activations: its rows are the answers of the commands, its curves touch zero."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from binodal.api import critical
from binodal.models.single_index.numerics.setting import setting_of
from binodal.models.single_index.report import chapter as written
from binodal.page.blocks import Figure, Table
from binodal.page.section import Request
from binodal.reports.answers import request
from binodal.reports.chapters import chapters


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
    setting = setting_of("sign", "1: 1, 3: -3/10", "none")
    m, height = written.lowest(setting, event["params"], event)
    feature = float(Fraction(event["at"]["m"]["mid"]))
    near = np.abs(m - feature) < 0.02
    assert abs(height[near].min()) < 1e-3 < height[m < feature].max()
    figure.draw(tmp_path / "figure.svg")
    assert "sign" in (tmp_path / "figure.svg").read_text()


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
