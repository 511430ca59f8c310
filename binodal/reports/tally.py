"""Verdicts of networks on theories, by model and by what a theory leaves out."""

from __future__ import annotations

from collections import Counter

from binodal.experiments.rows import main_theory
from binodal.page.measured import Data, rows
from binodal.reports.offered import reported

THEORIES = {
    "published": "as published",
    "derived": "as derived, infinite width",
    "derived, finite width": "as derived, with the first correction in 1/N",
    "derived, finite width and data": "as derived, with what finite width and data add",
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
        report, theory = shown.get(str(row.get("model"))), main_theory(row)
        if report is None or row["observable"] not in report.headline or theory not in THEORIES:
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


def conclusive(counts: Counter[str]) -> int:
    """How many verdicts say something."""
    return counts[AGREE] + counts[DISAGREE]
