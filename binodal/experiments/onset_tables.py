"""Tables of networks in training: onsets with their verdicts, and how often the rule is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import exp
from typing import Any

from binodal.experiments.tables import number
from binodal.page.blocks import Table, literal

Row = Mapping[str, Any]

ORDER = ("before", "with", "after", "undecided", "no onset", "no curve")


def onset_tables(rows: Sequence[Row], alarms: Sequence[Row]) -> Iterator[Table]:
    """One table a learner, by verdict and then by time, and the false alarms."""
    for learner in dict.fromkeys(row["learner"] for row in rows):
        own = [row for row in rows if row["learner"] == learner]
        own.sort(key=lambda row: (ORDER.index(row["verdict"]), row["mean"] or 0.0))
        linear = bool(own and own[0]["linear"])
        header = ["measure", "against the test accuracy", _header(linear), "onsets", "without"]
        header.append("at first")
        yield Table(header, [_line(row) for row in own], f"{literal(learner)}: {_CAPTION}")
    if alarms:
        lines = [
            [literal(row["learner"]), row["curves"], f"{100 * row['rate']:.2g} %", str(row["of"])]
            for row in alarms
        ]
        header = ["learner", "curves without an onset", "onset seen in", "of"]
        yield Table(header, lines, "False alarms of the rule, at the usual number of moments")


_CAPTION = (
    "onset after that of the test accuracy, mean over the trainings that generalise and the "
    "half-width of the interval of the verdict; in how many of them there is an onset (in brackets "
    "where the test accuracy has one as well), and in how many of those that do not generalise; at "
    "first: the verdict on the trainings that the rule was chosen by, which are not among these"
)


def _header(linear: bool) -> str:
    return "steps" if linear else "factor of steps"


def _line(row: Row) -> list[str]:
    shown = [literal(row["measure"]), row["verdict"], lag(row)]
    if row["verdict"] == "no curve":
        return [*shown, literal(row["why"]) or "-", "-", row["at_first"]]
    seen = f"{row['seen']} of {row['of']} ({row['both']})"
    return [*shown, seen, f"{row['false']} of {row['flat']}", row["at_first"]]


def lag(row: Row) -> str:
    """How long after the test accuracy, or how many times as late, with the interval; or a dash."""
    if row["mean"] is None:
        return "-"
    if row["linear"]:
        return f"{row['mean']:+.1f} ± {row['half']:.1f}"
    low, high = (exp(row["mean"] + sign * row["half"]) for sign in (-1, 1))
    return f"{number(exp(row['mean']), 3)} ({number(low, 2)} to {number(high, 2)})"
