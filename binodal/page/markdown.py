"""Blocks as Markdown, with figures as files beside it."""

from __future__ import annotations

from collections.abc import Sequence

from binodal.page.blocks import (
    Block,
    Figure,
    Fold,
    Formula,
    Items,
    Paragraph,
    Part,
    Table,
)
from binodal.page.inline import inline_markdown

FIGURES = "figures"
"""The folder of a report's drawings, beside its Markdown file."""


def blocks_markdown(blocks: Sequence[Block], level: int = 2, figures: str = FIGURES) -> str:
    """The blocks in order, parts as headings from ``level`` on; folds become headings too.

    ``figures`` is the folder of the drawings, beside the Markdown file.
    """
    return "\n\n".join(_block(block, level, figures) for block in blocks)


def _block(block: Block, level: int, figures: str) -> str:
    match block:
        case Paragraph(text):
            return inline_markdown(text)
        case Formula(latex, words):
            return (f"{inline_markdown(words)}\n\n" if words else "") + f"$$ {latex} $$"
        case Items(texts):
            return "\n".join(f"- {inline_markdown(text)}" for text in texts)
        case Table():
            return table_markdown(block)
        case Figure(name, _, caption, alt):
            return f"![{_plain(alt)}]({figures}/{name}.svg)\n\n{inline_markdown(caption)}"
        case Fold(line, inner, note, passed):
            words = " · ".join(filter(None, (line, "check passed" if passed else "", note)))
            return f"{_heading(words, level)}\n\n{blocks_markdown(inner, level + 1, figures)}"
        case Part(title, inner):
            return f"{_heading(title, level)}\n\n{blocks_markdown(inner, level + 1, figures)}"


def _heading(text: str, level: int) -> str:
    return f"{'#' * min(level, 6)} {inline_markdown(text)}"


def _plain(text: str) -> str:
    return text.replace("[", "(").replace("]", ")")


def table_markdown(block: Table) -> str:
    """A table with its caption in front.

    >>> print(table_markdown(Table(["q", "kind"], [["0.7", "minimum"]], "Saddles")))
    *Saddles*
    <BLANKLINE>
    | q | kind |
    |---|---|
    | 0.7 | minimum |
    """
    lines = ["| " + " | ".join(map(_cell, row)) + " |" for row in (block.header, *block.rows)]
    table = "\n".join([lines[0], "|" + "---|" * len(block.header), *lines[1:]])
    return f"*{inline_markdown(block.caption)}*\n\n{table}"


def _cell(text: str) -> str:
    return inline_markdown(text).replace("|", "\\|").replace("\n", " ")
