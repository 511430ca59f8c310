"""What must hold of every command's end, whatever was asked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

COLUMNS = (
    "traceback",
    "wrong status",
    "wrong output",
    "control character",
    "left behind",
    "silent damage",
    "hung",
)
_RAW = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_HEADER = {"model", "theory", "limit", "params", "assumptions", "version", "status"}
_LISTS = {
    "audit": {"label", "verdict", "parts", "why"},
    "compare": {"observable", "theory"},
    "measure": {"measure", "value", "predicted", "why"},
}
_STOPPED = (
    "interrupted",
    "out of memory",
    "cannot be reached",
    "No space left",
    "diverged",
    "not there",
    "is being w",
    "networks",
    "standard output",
    "acceptance",
    "killed",
)
"""Words of which a line with status 3 has one: each names a resource, or what was lost."""


@dataclass
class Ended:
    """How a command ended: exit status, both streams, and what it left in its folder."""

    arguments: list[str]
    status: int | None
    out: str
    err: str
    left: list[str] = field(default_factory=list)
    seconds: float = 0.0
    stopped: bool = False


def faults(ended: Ended) -> Iterator[tuple[str, str]]:
    """Pairs of a column and what is wrong; nothing when all is as it must be."""
    both = ended.out + ended.err
    if "Traceback (most recent" in both or "internal error" in both or "Exception ignored" in both:
        yield "traceback", both[-2000:]
    if ended.status not in (0, 1, 2, 3):
        yield "wrong status", f"{ended.status}"
    lines = ended.err.splitlines()
    if any(not text.startswith("binodal: ") for text in lines):
        yield "wrong output", f"on stderr: {ended.err[:500]}"
    if ended.status == 2 and (len(lines) != 1 or len(ended.err) > 1200):
        yield "wrong output", f"status 2 and {len(lines)} lines, {len(ended.err)} characters"
    if ended.status == 2 and ended.out and ended.arguments[:1] != ["train"]:
        yield "wrong output", f"status 2 and on stdout: {ended.out[:200]}"
    if ended.status == 3 and (len(lines) != 1 or not any(w in ended.err for w in _STOPPED)):
        yield "wrong status", f"3: {ended.err[:500]}"
    if ended.status == 3 and "interrupted" in ended.err and not ended.stopped:
        yield "wrong status", f"3 without a reason: {ended.err[:500]}"
    if _RAW.search(both):
        yield "control character", repr(_RAW.findall(both)[:5])
    for name in ended.left:
        yield "left behind", name
    if ended.status in (0, 1):
        yield from _document(ended)


def _document(ended: Ended) -> Iterator[tuple[str, str]]:
    asked = "--json" in ended.arguments and not {"-h", "--help"} & set(ended.arguments)
    if not asked or "--version" in ended.arguments or not ended.out.strip():
        return
    try:
        found = json.loads(ended.out, parse_constant=_no_constant)
    except ValueError as error:
        yield "wrong output", f"JSON: {error}: {ended.out[:200]}"
        return
    name = ended.arguments[0]
    for each in found if isinstance(found, list) else [found]:
        missing = _LISTS.get(name, _HEADER) - set(each)
        if missing:
            yield "wrong output", f"no {', '.join(sorted(missing))}"
        if each.get("status") == "certified" and any(_not_finite(v) for v in _texts(each)):
            yield "wrong output", "certified, and not a number in it"
        expected = {"certified": 0, "absent": 1, "undecided": 1}.get(each.get("status", ""))
        phase = each.get("phase", "")
        if expected is not None and ended.status != expected and phase != "undecided":
            yield "wrong status", f"{ended.status} for {each['status']}"


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is no number in JSON")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value


def _not_finite(text: str) -> bool:
    return text.strip("+-[] ").lower() in ("nan", "inf", "infinity")
