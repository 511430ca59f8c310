"""The part of diagonal linear networks in the report: a chapter of its own."""

from __future__ import annotations

from binodal.models.report import OwnChapter

CHAPTER = OwnChapter(
    module="binodal.models.diagonal_linear.report.chapter",
    title="Early and late bias: the time of a transition by decay",
    seconds=(10, 40),
)
