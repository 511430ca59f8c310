"""The report in brief, from the data of its own chapters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from binodal.derive.theories import THEORIES
from binodal.experiments.stored import theory_of
from binodal.page.blocks import Block, Items, Table
from binodal.page.measured import Data, rows
from binodal.page.section import Request, Section
from binodal.page.tables import shown
from binodal.reports.audit import VERDICTS
from binodal.reports.chapters import steps_of
from binodal.reports.offered import reported

_DIGITS = 10


def chapter(request: Request) -> Section:
    """Checks passed, verdicts on the page, where the transition is, what networks say."""
    texts = [*_steps(request.earlier), *_audit(request.earlier), *_networks(request.earlier)]
    blocks: list[Block] = [Items(texts)] if texts else []
    events = _events(request.earlier)
    if events:
        caption = (
            "Where the events are along sigma^2, thermodynamic limit: proved balls of both "
            "theories. `gmfl2` is the end of GMFL-I."
        )
        blocks.append(Table(["model", "event", *THEORIES, "quoted by the paper"], events, caption))
    return Section(blocks)


def _steps(earlier: Data) -> list[str]:
    names = [steps_of(of.name) for of, _ in reported()]
    counts = [earlier[name]["steps"] for name in names if name in earlier]
    if not counts:
        return []
    return [f"{sum(counts)} steps of derivation, each checked by a second route: all passed."]


def _audit(earlier: Data) -> list[str]:
    counts: Mapping[str, int] = earlier.get("audit", {}).get("counts", {})
    if not counts:
        return []
    listed = ", ".join(f"{counts.get(name, 0)} {name}" for name in VERDICTS)
    return [f"{sum(counts.values())} printed equations, claims and numbers: {listed}."]


def _networks(earlier: Data) -> list[str]:
    verdicts: dict[str, Counter[str]] = {theory: Counter() for theory in THEORIES}
    for row in rows(earlier):
        theory = theory_of(row).removesuffix(", finite")
        if theory in verdicts:
            verdicts[theory][str(row.get("verdict"))] += 1
    if not any(verdicts.values()):
        return ["Networks: **not run**."]
    return [
        f"Networks against the {theory} theory at their own size: {_counted(counts)}."
        for theory, counts in verdicts.items()
    ]


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())


def _events(earlier: Data) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for of, report in reported():
        documents = earlier.get(of.name, {}).get("critical", [])
        for event in report.events:
            cells = [_cell(documents, event, theory) for theory in THEORIES]
            if any(cells):
                quoted = report.quoted.get(event, "-")
                rows.append([report.setting, event, *(cell or "-" for cell in cells), quoted])
    return rows


def _cell(documents: Sequence[Mapping[str, Any]], event: str, theory: str) -> str:
    for each in documents:
        if (each["event"], each["theory"], each["limit"]) == (event, theory, "thermodynamic"):
            return shown(each["value"], _DIGITS) if each["value"] else str(each["status"])
    return ""
