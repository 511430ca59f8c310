"""One figure of the report, drawn by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from binodal.errors import RequestError, said
from binodal.experiments.part import experiment_part
from binodal.experiments.stored import normal, read_experiments
from binodal.models.report import FigureWriter
from binodal.numerics.isolation import isolated
from binodal.page.blocks import Figure, figures_of
from binodal.page.inline import plain_text
from binodal.page.measured import Data, experiments
from binodal.page.output import drawn, require_kind
from binodal.page.section import Request, Say
from binodal.reports.answers import request
from binodal.reports.offered import figure_writers, own_chapters
from binodal.reports.run import RESULTS

KINDS = (".svg", ".png", ".pdf")
_SENTENCE = re.compile(r"(?<!Fig)\. ")
REPORT = "report"
"""The folder whose networks are shown, if a report is there."""


class Drawable(NamedTuple):
    """What a figure shows, in one line, and what draws it; None without networks to show."""

    line: str
    block: Callable[[], Figure | None]


@isolated
def figure(
    name: str,
    output: Path | str | None = None,
    *,
    quick: bool = False,
    report: Path | str = REPORT,
    say: Say = lambda line: None,
) -> Path:
    """Draw a figure of the report into ``output``, by its suffix as SVG, PNG or PDF.

    Without ``output`` it is NAME.svg. Networks are those of the stored experiments, and of the
    report in the folder ``report`` if there is one; ``quick`` draws coarser curves. Raises
    :class:`binodal.errors.RequestError` for an unknown name, for a file that cannot be written,
    and for networks that no report has trained.
    """
    drawables = _drawables(request(quick, say, earlier=_networks(Path(report))))
    if name not in drawables:
        raise RequestError(f"unknown figure {name!r}: choose {', '.join(drawables)}")
    path = require_kind(Path(output or f"{name}.svg"), KINDS)
    block = drawables[name].block()
    if block is None:
        raise RequestError(
            f"{name} shows networks that a report trains, and there are none in {report}: "
            f"run {said('binodal reproduce', 'reproduce()')} first, or say with "
            f"{said('--report', 'report')} where one is"
        )
    drawn(path, block.draw)
    return path


def figures(report: Path | str = REPORT) -> dict[str, str]:
    """What can be drawn, by name, with a line on what it shows.

    >>> figures()["fig2-law"]
    "Fig. 2a, b: law of a neuron's overlap before and after the transition, by size."
    """
    drawables = _drawables(request(True, lambda line: None, earlier=_networks(Path(report))))
    return {name: drawable.line for name, drawable in drawables.items()}


def _networks(report: Path) -> Data:
    """What a report's chapters know of networks: the stored ones, and its own if there is one."""
    stored: dict[str, Any] = {"stored": {"experiments": read_experiments()}}
    try:
        chapters = json.loads((report / RESULTS).read_text("utf-8"))["chapters"]
        own = [each | normal(each, "") for each in chapters["networks"]["experiments"]]
        return {**stored, "networks": {"experiments": own}}
    except FileNotFoundError:
        return stored
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise RequestError(f"{report / RESULTS} is not what a report writes: {error}") from error


def _drawables(given: Request) -> dict[str, Drawable]:
    own = [figure for _, chapter in own_chapters() for figure in chapter.figures]
    written = {
        writer.name: Drawable(writer.line, _first_of(writer, given))
        for writer in [*figure_writers(), *own]
    }
    return {**written, **dict(_of_experiments(given.earlier))}


def _first_of(writer: FigureWriter, given: Request) -> Callable[[], Figure | None]:
    return lambda: next(iter(figures_of(writer.write(given).blocks)), None)


def _of_experiments(earlier: Data) -> Iterator[tuple[str, Drawable]]:
    for chapter, prefix in (("networks", "trained-"), ("stored", "stored-")):
        for experiment in experiments(earlier, chapter):
            for block in figures_of([experiment_part(experiment, prefix)]):
                first = _SENTENCE.split(plain_text(block.caption))[0].rstrip(".")
                yield block.name, Drawable(f"{first}.", _itself(block))


def _itself(block: Figure) -> Callable[[], Figure]:
    return lambda: block
