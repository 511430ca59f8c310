"""What the rows of an experiment say, in sentences made from their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from binodal.experiments.figures import LINES, label_of, main_form

Row = Mapping[str, Any]
MAIN = ("b", "c", "q2", "a", "lambda", "x2")
"""Observables that are summed up; bins of q are in the stored rows."""

NEAR_DROPLET = {
    "log_density": "log p(q), averaged over data sets",
    "log_density_typical": "the mean of log p(q) over data sets",
    "w_perp2": "|w_perp|^2 at q",
}
"""Observables at an overlap q, which tell the two actions apart where a feature is learned."""

DROPLET = 0.45
"""Overlap from which a neuron counts as near the droplet."""

TOLD_APART = 1.0
"""Standard errors by which the distances to two theories must differ to tell them apart."""


def findings(rows: Sequence[Row]) -> list[str]:
    """One sentence for each theory and observable.

    >>> row = dict(observable="a", theory="derived", limit="finite", modes=2, at=None, z=3.0,
    ...            measured=0.50, stderr=0.01, predicted=0.47, verdict="DISAGREE")
    >>> findings([row])
    ['derived: a is off by at most 6.4 %, median |z| 3.0; DISAGREE in 1 of 1 cases']
    """
    found = [sentence for theory in LINES for name in MAIN for sentence in _of(rows, *theory, name)]
    return [*found, *(s for name in NEAR_DROPLET for s in _nearer(rows, name))]


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


def _nearer(rows: Sequence[Row], name: str) -> Iterator[str]:
    """Which action the networks are nearer to near the droplet, bin by bin."""
    misses: dict[tuple[str, float], dict[str, float]] = {}
    for r in rows:
        named = r["observable"] == name and (r["limit"], r["modes"]) == ("finite", 2)
        if named and r["at"] is not None and r["at"] > DROPLET and r["z"] is not None:
            misses.setdefault((r["case"], r["at"]), {})[r["theory"]] = abs(r["z"])
    pairs = [m for m in misses.values() if {"derived", "published"} <= set(m)]
    told = [m for m in pairs if abs(m["derived"] - m["published"]) > TOLD_APART]
    if told:
        derived = sum(m["derived"] < m["published"] for m in told)
        yield (
            f"near the droplet (q > {DROPLET}), {NEAR_DROPLET[name]} is nearer to the derived "
            f"action in {derived} and to the published one in {len(told) - derived} of "
            f"{len(pairs)} bins ({len(pairs) - len(told)} do not tell them apart)"
        )
