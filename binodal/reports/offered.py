"""What the models that there are offer to the report."""

from __future__ import annotations

from binodal.models.protocol import Model
from binodal.models.registry import model, names
from binodal.models.report import FigureWriter, OwnChapter, Report


def reported() -> list[tuple[Model, Report]]:
    """The models that have a part in the report."""
    models = [model(name) for name in names()]
    return [(of, of.report()) for of in models if of.report is not None]


def own_chapters() -> list[tuple[Model, OwnChapter]]:
    """The models that have a chapter and no further part in the report."""
    models = [model(name) for name in names()]
    return [(of, of.chapter()) for of in models if of.chapter is not None]


def figure_writers() -> list[FigureWriter]:
    """Every figure that a model offers, in the order of the report."""
    writers = [figure for _, report in reported() for figure in report.figures()]
    return sorted(writers, key=lambda figure: figure.under.place)
