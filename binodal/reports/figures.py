"""The paper's figures, redone: theory as lines, networks as marks where there are any."""

from __future__ import annotations

from typing import Any

from binodal.models.report import TRAINED, Heading
from binodal.page.blocks import Block, Paragraph, Part
from binodal.page.section import Request, Section
from binodal.page.style import NOT_RUN
from binodal.reports.offered import figure_writers

_INTRO = (
    "Lines are theory; open marks with bars of one standard error are networks; hatched "
    "stretches are undecided. The paper's own measured points are not drawn: they are not "
    "published as numbers. What a figure of the paper shows is taken from its captions and "
    "text; where they leave a choice open, the caption here says what was chosen. " + NOT_RUN
)


def chapter(request: Request) -> Section:
    """Every model's figures; every caption says what is a theory's and what a network's."""
    parts: dict[Heading, list[Block]] = {}
    data: dict[str, Any] = {}
    for figure in figure_writers():
        if figure.under == TRAINED:
            continue
        if figure.under not in parts:
            request.say(f"  {figure.under.title}")
            words = figure.under.words
            parts[figure.under] = [Paragraph(words)] if words else []
        section = figure.write(request)
        parts[figure.under] += section.blocks
        data |= section.data
    headed = [Part(heading.title, blocks) for heading, blocks in parts.items()]
    return Section([Paragraph(_INTRO), *headed], data=data)
