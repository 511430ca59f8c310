"""The audit as a user sees it: cached by content, printed as text, JSON or a page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from binodal.audit.blocks import VERDICTS
from binodal.audit.paper.labels import normal
from binodal.errors import RequestError
from binodal.numerics.disk import Damaged, sealed, unsealed
from binodal.numerics.isolation import isolated
from binodal.numerics.sources import content
from binodal.numerics.user_cache import user_cache
from binodal.page.output import require_writable, write_text

Document = dict[str, Any]
_LIBRARIES = ("sympy", "numpy", "scipy", "python-flint", "mpmath")


def cache_file() -> Path | None:
    """Where finished audits are kept; None for a user without a home."""
    folder = user_cache()
    return None if folder is None else folder / "audit.json"


def content_digest() -> str:
    """A hash of all that the audit depends on: its sources, and the libraries."""
    return content(__name__, libraries=_LIBRARIES)


def _cached(digest: str) -> Document:
    """What is in the cache for this content; a damaged or foreign file counts as empty."""
    empty: Document = {"digest": digest, "labels": [], "entries": {}, "tables": {}}
    path = cache_file()
    try:
        document = empty if path is None or not path.is_file() else unsealed(path.read_bytes())
    except (OSError, Damaged):
        return empty
    return document if document.get("digest") == digest else empty


def _store(state: Document) -> None:
    """Keep the state; an unwritable cache costs time and nothing else."""
    path = cache_file()
    with suppress(OSError, RequestError):
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text(path, sealed(state).decode())


def _labels(state: Document) -> list[str]:
    """All labels in the order of the page."""
    if not state["labels"]:
        from binodal.audit.paper.registry import registry

        state["labels"] = list(registry())
    return list(state["labels"])


def _chosen(labels: Sequence[str], known: Iterable[str]) -> list[str]:
    """The labels asked for, as the page writes them; all of them if none is named."""
    names = {normal(label): label for label in known}
    for label in labels:
        if normal(label) not in names:
            raise RequestError(f"unknown label {label!r}: labels are {', '.join(names.values())}")
    return list(dict.fromkeys(names[normal(label)] for label in labels)) or list(names.values())


@isolated
def audit(*labels: str) -> list[Document]:
    """Printed equations judged by the derivations, as the objects of ``binodal audit --json``.

    All of them if no label is given. Raises :class:`binodal.errors.RequestError` for an
    unknown label. The first call takes a minute; results are kept in the user's cache.
    """
    state = _cached(content_digest())
    chosen = _chosen(labels, _labels(state))
    missing = [label for label in chosen if label not in state["entries"]]
    if missing:
        from binodal.audit.entry_json import entry_document
        from binodal.audit.paper.registry import registry

        try:
            for label in missing:
                state["entries"][label] = entry_document(registry()[label])
        finally:  # what is found before a request to stop need not be found again
            _store(state)
    return [state["entries"][label] for label in chosen]


def tables() -> Document:
    """Which misprints were in the authors' code, and what changes: two tables."""
    state = _cached(content_digest())
    if not state["tables"]:
        from binodal.audit.consistency import code_or_page, published_against_derived

        state["tables"] = {
            "code_or_page": code_or_page(),
            "published_against_derived": published_against_derived(),
        }
        _store(state)
    return dict(state["tables"])


def as_text(entries: Sequence[Document], summary: Document | None = None) -> str:
    """One block an entry for a few labels; one line an entry and the tables for all."""
    if summary is None:
        return "\n\n".join(_block(entry) for entry in entries)
    lines = [f"{e['label']:18}{e['verdict']:15}{e['title']}" for e in entries]
    counts = {v: sum(e["verdict"] == v for e in entries) for v in VERDICTS}
    lines += ["", ", ".join(f"{count} {name}" for name, count in counts.items() if count)]
    lines += ["", "Misprints: in the code, or on the page only?"]
    for row in summary["code_or_page"]:
        lines.append(f"  {row['label']:14}{row['what']:34}{row['where']:26}{row['note']}")
    lines += ["", "Published against derived"]
    for row in summary["published_against_derived"]:
        lines.append(f"  {row['what']} ({row['known']})")
        lines += [f"      {key:10}{row[key]}" for key in ("published", "derived")]
    return "\n".join(lines)


def _block(entry: Document) -> str:
    lines = [f"{entry['label']}  {entry['title']}: {entry['verdict']}"]
    for part in entry["parts"]:
        lines.append(f"  {part['name']}: {part['verdict']}")
        for key in ("printed", "derived", "ratio", "difference", "limit", "size"):
            if part.get(key) is not None:
                lines.append(f"    {key:11}{flat(part[key])}")
    lines.append(f"  why        {entry['why']}")
    lines += [f"  evidence   {item}" for item in entry["evidence"]]
    for witness in entry["witnesses"]:
        lines.append(f"  witness    {witness['method']}: {witness['statement']}")
        lines += [f"             {name}: {value}" for name, value in witness["numbers"].items()]
    return "\n".join(lines)


def flat(value: Any) -> str:
    """A value of an entry in one line."""
    if isinstance(value, dict):
        return ", ".join(f"{k} {flat(v)}" for k, v in value.items() if v is not None)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def as_json(entries: Sequence[Document]) -> str:
    """The JSON list of the stable interface."""
    return json.dumps(list(entries), indent=2)


def write_page(path: Path) -> None:
    """Write the whole audit as a Markdown page with its mathematics.

    Raises RequestError, before anything is computed, where no file can be.
    """
    require_writable(path)
    from binodal.audit.page import page

    write_text(path, page(audit(), tables()))
