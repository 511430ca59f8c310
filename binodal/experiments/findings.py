"""What the rows of an experiment say, in a table and in sentences made from their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from binodal.comparison.text import percent
from binodal.derive.theories import THEORIES
from binodal.experiments.figures import LINES
from binodal.experiments.rows import Row, headline, main_theory
from binodal.page.blocks import Table
from binodal.page.names import observable

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


def findings(rows: Sequence[Row]) -> list[Table]:
    """What was found for each theory and observable, in one table; none where nothing is judged.

    >>> row = dict(observable="a", theory="derived", limit="finite", modes=2, at=None, z=3.0,
    ...            measured=0.50, stderr=0.01, predicted=0.47, verdict="DISAGREE", problem=None)
    >>> findings([row])[0].rows
    [['$a$', '0 of 1 agree, 1 disagrees, off by at most 6.4 %']]
    """
    cells = {(name, theory): _of(rows, theory, name) for name in headline() for theory in LINES}
    names = [name for name in dict.fromkeys(headline()) if any(cells[name, t] for t in LINES)]
    theories = [theory for theory in LINES if any(cells[name, theory] for name in names)]
    lines = [[observable(name), *(cells[name, t] or "-" for t in theories)] for name in names]
    caption = (
        "Cases in which each theory agrees and disagrees, at the networks' own size; the others "
        "cannot tell. What has not settled is not judged."
    )
    return [Table(["observable", *theories], lines, caption)] if lines else []


def _of(rows: Sequence[Row], theory: str, name: str) -> str:
    own = [
        r
        for r in rows
        if (main_theory(r), r["observable"]) == (theory, name)
        and r["at"] is None
        and r["predicted"]
    ]
    judged = [r for r in own if not r["problem"]]
    if not judged:
        return ""
    off = max(abs(r["measured"] / r["predicted"] - 1) for r in judged)
    shown = percent(off) if off < 9.9 else f"a factor of {min(1 + off, 1000):.0f}"
    shown = f"more than {shown}" if off >= 1000 else shown
    agree, not_so = (sum(r["verdict"] == v for r in judged) for v in ("AGREE", "DISAGREE"))
    left = len(own) - len(judged)
    more = f" ({left} not settled)" if left else ""
    verb = "disagrees" if not_so == 1 else "disagree"
    return f"{agree} of {len(judged)} agree, {not_so} {verb}, off by at most {shown}{more}"


def nearer(rows: Sequence[Row]) -> list[str]:
    """Sentences on which action the networks are nearer to near the droplet."""
    return [sentence for name in NEAR_DROPLET for sentence in _nearer(rows, name)]


def _nearer(rows: Sequence[Row], name: str) -> Iterator[str]:
    """Which action the networks are nearer to near the droplet, bin by bin.

    A bin counts where it is judged, rejects at least one of the two, and tells them apart; the
    others are inconclusive and are counted as such.
    """
    bins: dict[tuple[str, float], dict[str, Row]] = {}
    for r in rows:
        named = r["observable"] == name and main_theory(r) in THEORIES
        if named and r["at"] is not None and r["at"] > DROPLET and r["z"] is not None:
            bins.setdefault((r["case"], r["at"]), {})[main_theory(r)] = r
    pairs = [(b["derived"], b["published"]) for b in bins.values() if set(THEORIES) <= set(b)]
    told = [(abs(d["z"]), abs(p["z"])) for d, p in pairs if _told_apart(d, p)]
    if told:
        derived = sum(d < p for d, p in told)
        yield (
            f"near the droplet (q > {DROPLET}), {NEAR_DROPLET[name]} is nearer to the derived "
            f"action in {derived} and to the published one in {len(told) - derived} of "
            f"{len(told)} conclusive bins ({len(pairs) - len(told)} more are inconclusive)"
        )


def _told_apart(derived: Row, published: Row) -> bool:
    rejects = "DISAGREE" in (derived["verdict"], published["verdict"])
    apart = abs(abs(derived["z"]) - abs(published["z"])) > TOLD_APART
    return rejects and apart and not derived["problem"]
