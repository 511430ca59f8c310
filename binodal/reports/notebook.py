"""Results as HTML for notebooks, with their mathematics as MathML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from binodal.models.registry import model
from binodal.page.blocks import Block, Fold, Items, Paragraph, Table, literal
from binodal.page.html import blocks_html
from binodal.page.names import equation, math_of
from binodal.page.tables import shown, shown_mass

_DIGITS = 15


def result_html(document: Mapping[str, Any], digits: int = _DIGITS) -> str:
    """A document of ``solve`` or ``critical`` as a small table with what it rests on."""
    blocks = _critical(document, digits) if "event" in document else _solve(document, digits)
    return f"<div>{blocks_html([*blocks, *_foot(document)], {})}</div>"


def _head(document: Mapping[str, Any], what: str) -> str:
    return (
        f"{document['model']}, {document['theory']} theory, {document['limit']} limit: "
        f"**{what}** ({document['status']})"
    )


def _critical(document: Mapping[str, Any], digits: int) -> list[Block]:
    along = document["along"]
    caption = _head(document, f"{document['event']} along {math_of(along)}")
    points = [point for point in (document, *document["others"]) if point["value"] is not None]
    if not points:
        words = "none" if document["status"] == "absent" else "not decided"
        return [Paragraph(f"{caption}: {words}")]
    names = [along, *(points[0]["at"] or {})]
    rows = [
        [shown(point["value"], digits), *(shown(v, digits) for v in (point["at"] or {}).values())]
        for point in points
    ]
    return [Table([math_of(name) for name in names], rows, caption)]


def _solve(document: Mapping[str, Any], digits: int) -> list[Block]:
    caption = _head(document, f"phase {document['phase']}")
    blocks: list[Block] = []
    if document["closure"]:
        names, values = zip(*document["closure"].items(), strict=True)
        row = [shown(value, digits) for value in values]
        blocks.append(Table([math_of(name) for name in names], [row], caption))
    else:
        blocks.append(Paragraph(caption))
    if document["saddles"]:
        key = next(iter(document["saddles"][0]))
        rows = [
            [
                shown(s[key], digits),
                shown(s["action"], digits),
                s["kind"],
                shown_mass(s, digits),
            ]
            for s in document["saddles"]
        ]
        of = model(document["model"])
        action = of.report().action if of.report else f"$S/{of.size}$"
        blocks.append(Table([math_of(key), action, "kind", "mass"], rows, "Saddles of the action"))
    return blocks


def _foot(document: Mapping[str, Any]) -> list[Block]:
    blocks: list[Block] = []
    if document["reason"]:
        blocks.append(Paragraph(literal(document["reason"])))
    setting = ", ".join(equation(name, value) for name, value in document["params"].items())
    rests = [f"at {setting}", *(literal(text) for text in document["assumptions"])]
    blocks.append(Fold("Parameters and assumptions", [Items(rests)]))
    return blocks
