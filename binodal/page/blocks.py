"""What a report is made of: blocks of prose, mathematics, tables, figures and folds.

Prose has a small markup: ``$LaTeX$``, `` `code` ``, ``**strong**``, ``*emphasis*``,
``[words](target)``. A backslash makes the next mark literal, and :func:`literal` does so for a
whole text. The same blocks are written as HTML and as Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

MARKS = "\\`*$[]"


def literal(text: object) -> str:
    """Text whose marks mean themselves.

    >>> literal("|w*| = 1")
    '|w\\\\*| = 1'
    """
    return re.sub(rf"([{re.escape(MARKS)}])", r"\\\1", str(text))


@dataclass(frozen=True)
class Paragraph:
    """Prose."""

    text: str


@dataclass(frozen=True)
class Formula:
    """A displayed formula, with words in front of it if there are any."""

    latex: str
    words: str = ""


@dataclass(frozen=True)
class Items:
    """A list of prose."""

    texts: Sequence[str]


@dataclass(frozen=True)
class Table:
    """Rows of prose under a header; ``caption`` says what the table is."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str


@dataclass(frozen=True)
class Figure:
    """A drawing under a file name without suffix.

    ``caption`` is prose; ``alt`` says in plain words what is to be seen, for those who cannot see.
    """

    name: str
    draw: Callable[[Path], None]
    caption: str
    alt: str


@dataclass(frozen=True)
class Fold:
    """Blocks behind a line that unfolds; ``passed`` puts a mark of a passed check on the line.

    A link to ``anchor`` unfolds it.
    """

    line: str
    blocks: Sequence[Block]
    note: str = ""
    passed: bool = False
    anchor: str = ""


@dataclass(frozen=True)
class Part:
    """A heading with what stands under it."""

    title: str
    blocks: Sequence[Block]
    anchor: str = field(default="")


Block = Paragraph | Formula | Items | Table | Figure | Fold | Part


def figures_of(blocks: Sequence[Block]) -> list[Figure]:
    """Every figure in the blocks, in order."""
    figures: list[Figure] = []
    for block in blocks:
        if isinstance(block, Figure):
            figures.append(block)
        elif isinstance(block, Fold | Part):
            figures += figures_of(block.blocks)
    return figures
