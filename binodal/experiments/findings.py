"""What the rows of an experiment say, in sentences made from their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from binodal.experiments.figures import LINES, label_of, main_form

Row = Mapping[str, Any]
MAIN = ("b", "c", "q2", "a", "lambda", "x2")
"""Observables that are summed up; bins of q are in the stored rows."""


def findings(rows: Sequence[Row]) -> list[str]:
    """One sentence for each theory and observable.

    >>> row = dict(observable="a", theory="derived", limit="finite", modes=2, at=None, z=3.0,
    ...            measured=0.50, stderr=0.01, predicted=0.47, verdict="DISAGREE")
    >>> findings([row])
    ['derived: a is off by at most 6.4 %, median |z| 3.0; DISAGREE in 1 of 1 cases']
    """
    return [sentence for theory in LINES for name in MAIN for sentence in _of(rows, *theory, name)]


def _of(rows: Sequence[Row], theory: str, limit: str, name: str) -> Iterator[str]:
    own = [
        r
        for r in rows
        if (r["theory"], r["limit"], r["observable"]) == (theory, limit, name)
        and main_form(limit, r["modes"])
        and r["at"] is None
        and r["predicted"]
        and r["z"] is not None
    ]
    if own:
        off = max(abs(r["measured"] / r["predicted"] - 1) for r in own)
        shown = f"{100 * off:.2g} %" if off < 10 else f"a factor of {min(1 + off, 1000):.2g}"
        shown = f"more than {shown}" if off >= 1000 else shown
        rejected = sum(r["verdict"] == "DISAGREE" for r in own)
        yield (
            f"{label_of(theory, limit)}: {name} is off by at most {shown}, median |z| "
            f"{median(abs(r['z']) for r in own):.1f}; DISAGREE in {rejected} of {len(own)} cases"
        )
