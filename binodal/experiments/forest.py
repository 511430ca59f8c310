"""How far each theory is from the networks: one line a measurement, one mark a theory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from binodal.experiments.rows import Row, label_of, main_theory, varied_names
from binodal.page.measured import as_float
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
