"""The audit of the printed equations as blocks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from binodal.audit.written import judged, six_digits
from binodal.page.anchors import equation_anchor
from binodal.page.blocks import Block, Fold, Formula, Items, Paragraph, Part, Table, literal
from binodal.page.section import Request, Section

Document = dict[str, Any]
VERDICTS = {
    "corrected": "wrong as printed",
    "approximation": "right in a limit that is named, with its error",
    "notation": "a slip that changes no result",
    "confirmed": "identical to the derived form",
    "definition": "nothing to be wrong",
}
_SHOWN = ("corrected", "approximation", "notation")


def chapter(request: Request) -> Section:
    """Every printed equation and quoted number against the derivations."""
    from binodal.audit.judged import audit, tables

    request.say("  every printed equation against the derivations")
    entries, summary = audit(), tables()
    counts = Counter(entry["verdict"] for entry in entries)
    table = [["verdict", "means", "entries"]]
    table += [
        [f"[{name}](#audit-{name})", means, str(counts[name])] for name, means in VERDICTS.items()
    ]
    intro = Paragraph(
        f"{len(entries)} printed equations, claims and numbers of version 3 of the paper, each "
        "compared by machine with what follows from the definitions. No verdict was typed by "
        "hand; an accusation has a witness that shares no code with the derivations. An entry has "
        "the gravest verdict of its parts."
    )
    return Section(
        [
            intro,
            Table(table[0], table[1:], "Verdicts"),
            *_consequences(summary),
            *(_of_verdict(name, entries, _derived_in(request)) for name in VERDICTS),
        ],
        data={"counts": dict(counts), "entries": entries, "tables": summary},
    )


def _derived_in(request: Request) -> Mapping[str, str]:
    """Links to the steps that derive each printed equation, in prose."""
    links: dict[str, list[str]] = {}
    for chapter in request.earlier.values():
        for label, steps in chapter.get("counterparts", {}).items():
            links.setdefault(label, []).extend(
                f"[{literal(name)}](#{anchor})" for anchor, name in steps
            )
    return {label: ", ".join(own) for label, own in links.items()}


def _consequences(summary: Document) -> list[Block]:
    code = [
        [
            row["label"],
            literal(row["what"]),
            six_digits(row["quoted"]),
            six_digits(row["with_printed"]),
            six_digits(row["with_derived"]),
            row["where"],
        ]
        for row in summary["code_or_page"]
    ]
    header = ["label", "what", "quoted", "with the printed form", "with the derived form", "where"]
    changes = [
        [literal(_ball(row[key])) for key in ("what", "published", "derived", "known")]
        for row in summary["published_against_derived"]
    ]
    return [
        Table(
            header,
            code,
            "Misprints: in the code that made the paper's numbers, or on the page only?",
        ),
        Table(["what", "published", "derived", "known as"], changes, "What the corrections change"),
    ]


def _ball(text: object) -> str:
    """A ball as numerics prints it, as a number with its radius.

    >>> _ball("[0.19066 +/- 2.50e-13]")
    '0.19066 ± 2.50e-13'
    """
    return re.sub(r"\[(\S+) \+/- (\S+)\]", r"\1 ± \2", str(text))


def _of_verdict(verdict: str, entries: Sequence[Document], derived_in: Mapping[str, str]) -> Part:
    own = [entry for entry in entries if entry["verdict"] == verdict]
    folds = [_entry(entry, derived_in.get(entry["label"], "")) for entry in own]
    return Part(f"{verdict.capitalize()} ({len(own)})", folds, f"audit-{verdict}")


def _entry(entry: Document, steps: str) -> Fold:
    blocks: list[Block] = [Paragraph(literal(entry["why"]))]
    if steps:
        blocks.append(Paragraph(f"**Derived in** {steps}."))
    for part in entry["parts"]:
        blocks += _part(part)
    if entry["witnesses"]:
        blocks.append(Paragraph("**Witnesses**"))
        blocks.append(Items([_witness(witness) for witness in entry["witnesses"]]))
    line = f"**{literal(entry['label'])}** {literal(entry['title'])}"
    return Fold(line, blocks, note=entry["verdict"], anchor=equation_anchor(entry["label"]))


def _witness(witness: Document) -> str:
    numbers = "; ".join(f"{name}: {_ball(value)}" for name, value in witness["numbers"].items())
    return literal(f"{witness['method']}: {witness['statement']}. {numbers}")


def _part(part: Document) -> list[Block]:
    name = f"*{literal(part['name'])}*"
    if part["latex"] is None:
        text = f"quoted {part['printed']}, computed {judged(part['derived'])}"
        return [Paragraph(f"{name} ({part['verdict']}): {literal(text)}")]
    keys = ["printed"]
    if part["verdict"] in _SHOWN:
        keys += ["derived", "ratio", "difference"]
    blocks: list[Block] = []
    for key in keys:
        formula = part["latex"].get(key)
        if formula:
            blocks.append(Formula(formula, f"{name}, {key}:"))
    if part.get("limit"):
        blocks.append(Paragraph(f"Exact in the limit: {literal(part['limit'])}."))
    return blocks
