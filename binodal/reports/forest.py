"""How far each theory is from the networks: one line a measurement, one mark a theory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from binodal.experiments.stored import theory_of
from binodal.page.measured import as_float
from binodal.page.names import math_of, observable
from binodal.page.style import COLOURS, GREY, MARKS, figure

MOST_LINES = 40
_LINEAR = 3.0
_EDGE = 1e4

Row = Mapping[str, Any]


def label_of(row: Row, varied: Sequence[str]) -> str:
    """The observable with the parameters that tell its line from others.

    >>> label_of({"observable": "b", "params": {"sigma2": "3/20", "d": 150}}, ["sigma2"])
    '$b$, $\\\\sigma^2$ = 0.15'
    """
    words = [observable(str(row["observable"]))]
    if row.get("case"):
        words.append(str(row["case"]))
    for name in varied:
        if name in row["params"] and (not row.get("case") or name == "q"):
            words.append(f"{math_of(name)} = {_short(row['params'][name])}")
    return ", ".join(words)


def _short(value: Any) -> str:
    number = as_float(value)
    return str(value) if number is None else f"{number:.4g}"


def varied_names(rows: Sequence[Row]) -> list[str]:
    """Parameters that differ between rows, in the order in which they appear."""
    values: dict[str, set[str]] = {}
    for row in rows:
        for name, value in row["params"].items():
            values.setdefault(name, set()).add(_short(value))
    missing = {name for name in values if any(name not in row["params"] for row in rows)}
    return [name for name, seen in values.items() if len(seen) > 1 or name in missing]


def drawn(rows: Sequence[Row]) -> list[Row]:
    """Rows with a finite z of the two theories; controls and more modes are left to the table."""
    return [row for row in rows if as_float(row.get("z")) is not None and main_theory(row)]


def main_theory(row: Row) -> bool:
    """Whether the row is about a theory with the modes of the paper, not about a control."""
    theory = theory_of(row)
    return not theory.startswith("control") and "modes" not in theory


def forest_figure(rows: Sequence[Row], path: Path) -> None:
    """z = (measured - predicted)/error, a line for each measurement; grey: within two."""
    shown = drawn(rows)
    varied = varied_names(shown)
    lines = list(dict.fromkeys(label_of(row, varied) for row in shown))[:MOST_LINES]
    theories = list(dict.fromkeys(theory_of(row) for row in shown))
    with figure(path, 1, 1, (7.0, 1.3 + 0.21 * len(lines))) as (drawing, panel):
        panel.axvspan(-2, 2, color="0.92", zorder=0)
        panel.axvline(0, color="0.6", linewidth=0.8, zorder=1)
        for number, theory in enumerate(theories):
            own = [row for row in shown if theory_of(row) == theory]
            places = [(as_float(row["z"]), label_of(row, varied)) for row in own]
            marks = [
                (max(-_EDGE, min(_EDGE, z)), lines.index(line))
                for z, line in places
                if z is not None and line in lines
            ]
            panel.plot(
                [z for z, _ in marks],
                [y for _, y in marks],
                linestyle="none",
                marker=MARKS[number % len(MARKS)],
                color=COLOURS[number % len(COLOURS)],
                markerfacecolor="white",
                markeredgewidth=1.2,
                markersize=5.5,
                label=theory,
            )
        panel.set_yticks(range(len(lines)), lines, fontsize=9)
        panel.set_ylim(len(lines) - 0.4, -0.6)
        panel.set_xscale("symlog", linthresh=_LINEAR)
        panel.set_xlabel("(measured − predicted) / standard error")
        panel.tick_params(axis="y", length=0, colors=GREY)
        panel.margins(x=0.08)
        drawing.legend(loc="outside lower center", ncols=min(3, len(theories)))
