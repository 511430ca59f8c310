"""The part of diagonal linear networks in the report: the chapter on time."""

from __future__ import annotations

from importlib import import_module

from binodal.models.report import FigureWriter, Heading, OwnChapter
from binodal.page.section import Request, Section

_REGIMES = "binodal.models.diagonal_linear.report.regimes"


def _regimes(request: Request) -> Section:
    section: Section = import_module(_REGIMES).write(request)
    return section


CHAPTER = OwnChapter(
    module="binodal.models.diagonal_linear.report.chapter",
    title="Time: how long until it groks",
    seconds=(15, 60),
    figures=(
        FigureWriter(
            "regimes",
            "Regimes of time by start and decay: at once, escape, decay of the norm, never.",
            Heading(8, "Time"),
            _REGIMES,
            _regimes,
        ),
    ),
)
