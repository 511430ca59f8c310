"""The chapter on the printed equations, judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from binodal.audit.blocks import VERDICTS, Document, changes, entry_blocks, misprints, verdicts
from binodal.page.anchors import equation_anchor
from binodal.page.blocks import Fold, Paragraph, Part, literal
from binodal.page.section import Request, Section


def chapter(request: Request) -> Section:
    """Every printed equation and quoted number against the derivations."""
    from binodal.audit.judged import audit, tables

    request.say("  every printed equation against the derivations")
    entries, summary = audit(), tables()
    counts = Counter(entry["verdict"] for entry in entries)
    intro = Paragraph(
        f"{len(entries)} printed equations, claims and numbers of version 3 of the paper, each "
        "compared by machine with what follows from the definitions. No verdict was typed by "
        "hand; an accusation has a witness that shares no code with the derivations. An entry has "
        "the gravest verdict of its parts."
    )
    links = {name: f"[{name}](#{_anchor(name)})" for name in VERDICTS}
    shown = [verdicts(entries, links), misprints(summary), changes(summary)]
    derived_in = _derived_in(request)
    return Section(
        [intro, *shown, *(_of_verdict(name, entries, derived_in) for name in VERDICTS)],
        data={"counts": dict(counts), "entries": entries, "tables": summary},
    )


def _anchor(verdict: str) -> str:
    return f"audit-{verdict}"


def _derived_in(request: Request) -> Mapping[str, str]:
    """Links to the steps that derive each printed equation, in prose."""
    links: dict[str, list[str]] = {}
    for chapter in request.earlier.values():
        for label, steps in chapter.get("counterparts", {}).items():
            links.setdefault(label, []).extend(
                f"[{literal(name)}](#{anchor})" for anchor, name in steps
            )
    return {label: ", ".join(own) for label, own in links.items()}


def _of_verdict(verdict: str, entries: Sequence[Document], derived_in: Mapping[str, str]) -> Part:
    own = [entry for entry in entries if entry["verdict"] == verdict]
    folds = [_entry(entry, derived_in.get(entry["label"], "")) for entry in own]
    return Part(f"{verdict.capitalize()} ({len(own)})", folds, _anchor(verdict))


def _entry(entry: Document, steps: str) -> Fold:
    blocks = entry_blocks(entry)
    if steps:
        blocks.insert(0, Paragraph(f"**Derived in** {steps}."))
    line = f"**{literal(entry['label'])}** {literal(entry['title'])}"
    return Fold(line, blocks, note=entry["verdict"], anchor=equation_anchor(entry["label"]))
