"""The single-index models' part of the report: a chapter of its own."""

from __future__ import annotations

from binodal.models.report import OwnChapter

CHAPTER = OwnChapter(
    module="binodal.models.single_index.report.chapter",
    title="Other activations and teachers",
    seconds=(9, 18),
)
