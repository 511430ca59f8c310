"""The groups' part of the report: a chapter of its own."""

from __future__ import annotations

from binodal.models.report import OwnChapter

CHAPTER = OwnChapter(
    module="binodal.models.group.report.chapter",
    title="All groups of up to 24 elements",
    seconds=(3, 5),
)
