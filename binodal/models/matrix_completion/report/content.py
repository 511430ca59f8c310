"""The part of matrix completion in the report: one table on its time."""

from __future__ import annotations

from binodal.models.report import OwnChapter

CHAPTER = OwnChapter(
    module="binodal.models.matrix_completion.report.chapter",
    title="Time: matrices that are completed",
    seconds=(4, 4),
)
