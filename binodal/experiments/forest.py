"""How far theories are from the networks, line by line.

One line a measurement with a mark a theory, or one mark for each mean that the derived theory
predicts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from binodal.experiments.rows import Row, label_of, main_theory, varied_names
from binodal.experiments.titles import case_title
from binodal.page.measured import as_float
from binodal.page.names import observable
from binodal.page.style import COLOURS, GREY, MARKS, figure

MOST_LINES = 40
_LINEAR = 3.0
_EDGE = 1e4


def drawn(rows: Sequence[Row]) -> list[Row]:
    """Rows with a finite z of a theory's main form; controls and more modes are left out."""
    return [row for row in rows if as_float(row.get("z")) is not None and main_theory(row)]


def forest_figure(rows: Sequence[Row], path: Path) -> None:
    """z = (measured - predicted)/error, a line for each measurement; grey: within two."""
    shown = drawn(rows)
    varied = varied_names(shown)
    lines = list(dict.fromkeys(label_of(row, varied) for row in shown))[:MOST_LINES]
    theories = list(dict.fromkeys(main_theory(row) for row in shown))
    with figure(path, 1, 1, (7.0, 1.3 + 0.21 * len(lines))) as (drawing, panel):
        panel.axvspan(-2, 2, color="0.92", zorder=0)
        panel.axvline(0, color="0.6", linewidth=0.8, zorder=1)
        for number, theory in enumerate(theories):
            own = [row for row in shown if main_theory(row) == theory]
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


_HEIGHT, _LEAST = 0.25, 2.4
_COARSEST = 0.25


def ratios(document: Mapping[str, Any], path: Path) -> None:
    """Measured over predicted at the networks' own sizes; what is not judged is grey."""
    rows = [r for r in document["rows"] if _shown(r)]
    cases = [case_title(row["case"], row["params"]) for row in rows]
    first = [of if of != before else "" for of, before in zip(cases, ["", *cases], strict=False)]
    names = [f"{of}   {observable(r['observable'])}" for of, r in zip(first, rows, strict=True)]
    size = (6.4, max(_LEAST, _HEIGHT * len(rows) + 0.9))
    with figure(path, 1, 1, size) as (_, panel):
        panel.axvline(1.0, color=COLOURS[0], linewidth=1)
        for place, row in enumerate(rows):
            judged = row["verdict"] != "INCONCLUSIVE" or not row["problem"]
            panel.errorbar(
                row["measured"] / row["predicted"],
                -place,
                xerr=abs((row["stderr"] or 0.0) / row["predicted"]),
                marker=MARKS[0],
                color=COLOURS[1] if judged else "0.6",
                markerfacecolor="white",
                linestyle="none",
            )
        panel.set_yticks([-k for k in range(len(rows))], names, fontsize=8.5)
        panel.set(xlabel="networks / derived theory")


def _shown(row: Mapping[str, Any]) -> bool:
    """Means with a prediction that is far from zero beside their errors."""
    if (row["theory"], row["limit"]) != ("derived", "finite") or row["at"] is not None:
        return False
    return bool(row["predicted"]) and (row["stderr"] or 0.0) < _COARSEST * abs(row["predicted"])
