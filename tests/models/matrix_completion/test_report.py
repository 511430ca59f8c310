"""The chapter on completed matrices: trained factors meet the time, and not one without A*."""

from __future__ import annotations

from binodal.models.matrix_completion.report import chapter
from binodal.reports.answers import request


def test_trained_factors_are_as_late_as_the_flow(monkeypatch):
    monkeypatch.setattr(chapter, "TRAINED", chapter.TRAINED[1:])
    section = chapter.chapter(request(True, lambda words: None))
    (row,) = section.blocks[1].rows
    flow, law, bare = (float(row[k]) for k in (2, 3, 5))
    seen, change = (float(part.strip("()")) for part in row[4].split())
    assert section.decided and abs(law / flow - 1) < 1e-3
    assert abs(seen - flow) < change < 0.01 * flow
    assert abs(bare - seen) > 20 * change
