"""The audit of the printed equations as blocks, for its page and for the report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from binodal.audit.paper.labels import WITNESS_TESTS
from binodal.page.blocks import Block, Formula, Items, Paragraph, Table, literal

Document = dict[str, Any]
VERDICTS = {
    "corrected": "wrong as printed",
    "approximation": "right in a limit that is named, with its error",
    "notation": "a slip that changes no result",
    "confirmed": "identical to the derived form",
    "definition": "nothing to be wrong",
}
GRAVE = ("corrected", "approximation", "notation")
"""What is not simply right."""


def verdicts(entries: Sequence[Document], links: Mapping[str, str] | None = None) -> Table:
    """How many entries have each verdict, and what it means; ``links`` lead to a page's parts."""
    counts, written = Counter(entry["verdict"] for entry in entries), links or {}
    rows = [[written.get(name, name), means, str(counts[name])] for name, means in VERDICTS.items()]
    return Table(["verdict", "means", "entries"], rows, f"{len(entries)} entries by verdict")


def entry_blocks(entry: Document) -> list[Block]:
    """What is known of an entry: its parts, why it has its verdict, witnesses and evidence."""
    blocks = [block for part in entry["parts"] for block in _part(part)]
    tests = [f"`{item}`" for item in entry["evidence"] if WITNESS_TESTS not in item]
    all_blocks = [*map(_witness, entry["witnesses"]), *tests]
    return [*blocks, Paragraph(literal(entry["why"])), *([Items(all_blocks)] if all_blocks else [])]


def _witness(witness: Document) -> str:
    numbers = "; ".join(f"{name}: {_ball(value)}" for name, value in witness["numbers"].items())
    return literal(f"Witness, {witness['method']}: {witness['statement']}. {numbers}")


def _part(part: Document) -> Iterator[Block]:
    yield Paragraph(f"*{literal(part['name'])}*: {part['verdict']}")
    if part["latex"] is None:
        text = f"quoted {part['printed']}, computed {judged(part['derived'])}"
        if part["difference"] is not None:
            text += f", quoted minus computed {part['difference']}"
        yield Paragraph(literal(text))
        return
    more = ("derived", "ratio", "difference") if part["verdict"] in GRAVE else ()
    for key in ("printed", *more):
        if part["latex"].get(key):
            yield Formula(part["latex"][key], f"{key}:")
    if part.get("limit"):
        yield Paragraph(f"exact in the limit: {literal(part['limit'])}")
    for key, values in (part.get("size") or {}).items():
        if values:
            yield Paragraph(f"{key} in the paper's setting: {literal(', '.join(values))}")


def misprints(tables: Document) -> Table:
    """Where each misprint was: in the code that made the paper's numbers, or on the page only."""
    numbers = ("quoted", "with_printed", "with_derived")
    rows = [
        [
            *(literal(row[key]) for key in ("label", "what")),
            *("" if row[key] is None else f"{row[key]:.6g}" for key in numbers),
            *(literal(row[key]) for key in ("where", "note")),
        ]
        for row in tables["code_or_page"]
    ]
    header = ["label", "what", "quoted", "with the printed form", "with the derived form"]
    caption = "Misprints: in the code that made the paper's numbers, or on the page only?"
    return Table([*header, "where the misprint was", "number"], rows, caption)


def changes(tables: Document) -> Table:
    """What the corrections change: critical points of both theories, and how each is known."""
    keys = ("what", "published", "derived", "known")
    rows = [
        [literal(_ball(row[key])) for key in keys] for row in tables["published_against_derived"]
    ]
    return Table([*keys[:-1], "known as"], rows, "What the corrections change")


def judged(value: Any) -> str:
    """A judged number: a ball or a value with its error.

    >>> judged({"mid": "0.19", "radius": "1e-13"}), judged(7)
    ('0.19 ± 1e-13', '7')
    """
    if not isinstance(value, dict):
        return str(value)
    middle, radius = list(value.values())[:2]
    return f"{middle} ± {radius}"


def _ball(text: object) -> str:
    """A ball as numerics prints it, as a number with its radius.

    >>> _ball("[0.19066 +/- 2.50e-13]")
    '0.19066 ± 2.50e-13'
    """
    return re.sub(r"\[(\S+) \+/- (\S+)\]", r"\1 ± \2", str(text))
