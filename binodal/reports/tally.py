"""Verdicts of networks on theories, by model and by what a theory leaves out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from binodal.experiments.stored import theory_of
from binodal.page.measured import Data, rows
from binodal.reports.offered import reported

THEORIES = {
    "published, finite": "as published",
    "derived, finite": "as derived, infinite width",
    "derived, finite width": "as derived, with the first correction in 1/N",
}
"""What is counted: each theory at the size of the networks, in words."""

AGREE, DISAGREE, INCONCLUSIVE = "AGREE", "DISAGREE", "INCONCLUSIVE"


def tally(earlier: Data) -> dict[tuple[str, str], Counter[str]]:
    """Verdicts of settled networks on the main observables, by (title of the model, theory).

    A row with more modes than a theory's main form is left out, and one at an overlap q.
    """
    shown = {of.name: report for of, report in reported()}
    tallies: dict[tuple[str, str], Counter[str]] = {}
    for row in rows(earlier):
        report, theory = shown.get(str(row.get("model"))), _main(row)
        if report is None or row["observable"] not in report.headline or theory is None:
            continue
        if row.get("at") is None and not row.get("problem"):
            tallies.setdefault((report.title, theory), Counter())[str(row.get("verdict"))] += 1
    order = [report.title for report in shown.values()]
    theories = list(THEORIES)
    return dict(
        sorted(
            tallies.items(), key=lambda item: (order.index(item[0][0]), theories.index(item[0][1]))
        )
    )


def _main(row: Mapping[str, Any]) -> str | None:
    """The key of ``THEORIES`` that a row is about; finite width always has all of its modes."""
    name = theory_of(row)
    width = "derived, finite width"
    name = width if name.startswith(width) else name
    return name if name in THEORIES else None


def conclusive(counts: Counter[str]) -> int:
    """How many verdicts say something."""
    return counts[AGREE] + counts[DISAGREE]
