"""Stored verdicts on measures as tables in Markdown, a line a measure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from binodal.experiments.onset_tables import lag
from binodal.experiments.transition_tables import ratio

Row = Mapping[str, Any]


def onsets(rows: Sequence[Row]) -> Iterator[str]:
    """A column a learner."""
    learners = list(dict.fromkeys(row["learner"] for row in rows))
    by_name: dict[str, dict[str, Row]] = {}
    for row in rows:
        by_name.setdefault(row["measure"], {})[row["learner"]] = row
    yield "| measure | " + " | ".join(learners) + " |"
    yield "|---" * (len(learners) + 1) + "|"
    for name, own in by_name.items():
        cells = [_onset(own[each]) if each in own else "-" for each in learners]
        yield f"| `{name}` | " + " | ".join(cells) + " |"


def _onset(row: Row) -> str:
    if row["verdict"] == "no curve":
        return f"no curve: {row['why']}" if row["why"] else "no curve"
    later = "" if row["mean"] is None else f", {lag(row)}"
    counts = f"{row['seen']} of {row['of']}, {row['false']} of {row['flat']}"
    first = "" if row["at_first"] == row["verdict"] else f"; at first {row['at_first']}"
    return f"{row['verdict']}{later}; {counts}{first}"


def transitions(rows: Sequence[Row]) -> Iterator[str]:
    """Two columns a model."""
    models = list(dict.fromkeys(row["model"] for row in rows))
    of = {(row["measure"], row["model"]): row for row in rows}
    yield "| measure | " + " | ".join(f"{model} | predicted" for model in models) + " |"
    yield "|---" * (2 * len(models) + 1) + "|"
    for name in dict.fromkeys(row["measure"] for row in rows):
        cells = [cell for model in models for cell in _transition(of.get((name, model)))]
        yield f"| `{name}` | " + " | ".join(cells) + " |"


def _transition(row: Row | None) -> tuple[str, str]:
    if row is None:
        return "-", "-"
    if row["verdict"] == "no curve":
        return f"no curve: {row['why']}", "-"
    told = f", {ratio(row)}" if row.get("ratio") is not None else ""
    why = f": {row['why']}" if row.get("why") else ""
    return f"{row['verdict']}{why}{told}", row.get("judged", "-") + _beyond(row)


def _beyond(row: Row) -> str:
    """The place with orders in 1/N, over the networks'."""
    if not (far := row.get("beyond")):
        return ""
    return f"; {far['predicted'] / row['middle']:.3f} ± {far['error'] / row['middle']:.2g}"
