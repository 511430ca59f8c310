"""Blocks as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

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
from binodal.page.compact import data_uri
from binodal.page.inline import inline_html
from binodal.page.mathematics import mathml

Drawings = Mapping[str, str]
"""SVG texts by the figure's name."""


def blocks_html(blocks: Sequence[Block], drawings: Drawings, level: int = 2) -> str:
    """The blocks in order; a part's heading is of ``level``, those inside it one deeper."""
    return "\n".join(_block(block, drawings, level) for block in blocks)


def _block(block: Block, drawings: Drawings, level: int) -> str:
    match block:
        case Paragraph(text):
            return f"<p>{inline_html(text)}</p>"
        case Formula():
            return formula_html(block)
        case Items(texts):
            return "<ul>" + "".join(f"<li>{inline_html(text)}</li>" for text in texts) + "</ul>"
        case Table():
            return table_html(block)
        case Figure():
            return _figure(block, drawings)
        case Fold():
            return _fold(block, drawings, level)
        case Part():
            return _part(block, drawings, level)


def formula_html(block: Formula) -> str:
    """A formula that scrolls by itself where the page is too narrow for it."""
    words = f"<p class=words>{inline_html(block.words)}</p>" if block.words else ""
    return f"{words}<div class=math>{mathml(block.latex)}</div>"


def table_html(block: Table) -> str:
    """A table with its caption and headers of columns; it scrolls where it is too wide."""
    head = "".join(f"<th scope=col>{inline_html(cell)}</th>" for cell in block.header)
    rows = "".join(
        "<tr>" + "".join(f"<td>{inline_html(cell)}</td>" for cell in row) + "</tr>"
        for row in block.rows
    )
    return (
        f"<div class=wide role=region tabindex=0 aria-label={_quoted('Table, scrollable')}><table>"
        f"<caption>{inline_html(block.caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _quoted(text: str) -> str:
    return f'"{escape(text)}"'


def _figure(block: Figure, drawings: Drawings) -> str:
    return (
        f"<figure id={_quoted('figure-' + block.name)}>"
        f'<div class=drawing><img src="{data_uri(drawings[block.name])}"'
        f" alt={_quoted(block.alt)}></div>"
        f"<figcaption>{inline_html(block.caption)}</figcaption></figure>"
    )


def _fold(block: Fold, drawings: Drawings, level: int) -> str:
    mark = "<span class=passed>✓ check passed</span>" if block.passed else ""
    note = f"<span class=note>{inline_html(block.note)}</span>" if block.note else ""
    # A browser unfolds what holds the target of a link, so the target is inside.
    anchor = f" id={_quoted(block.anchor)}" if block.anchor else ""
    return (
        f"<details><summary><span>{inline_html(block.line)}</span>{mark}{note}{_here(block.anchor)}"
        f"</summary><div class=inside{anchor}>{blocks_html(block.blocks, drawings, level)}</div>"
        "</details>"
    )


def _here(anchor: str) -> str:
    """The link to a place itself, to be copied."""
    words = _quoted("Link to this place")
    return f"<a class=here href={_quoted('#' + anchor)} aria-label={words}>#</a>" if anchor else ""


def _part(block: Part, drawings: Drawings, level: int) -> str:
    anchor = f" id={_quoted(block.anchor)}" if block.anchor else ""
    depth = min(level, 6)
    title = f"<h{depth}{anchor}>{inline_html(block.title)}{_here(block.anchor)}</h{depth}>"
    return f"<section>{title}\n{blocks_html(block.blocks, drawings, level + 1)}\n</section>"
