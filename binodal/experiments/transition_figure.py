"""Where every measure moves through a transition, beside the order parameter and the theory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from binodal.page.style import COLOURS, GREY, MARKS, figure

_HEIGHT, _WIDTH = 0.2, 4.4

Row = Mapping[str, Any]


def transitions(document: Mapping[str, Any], path: Path) -> None:
    """A panel a model: a line a measure, networks with intervals and crosses for the theory."""
    rows = [row for row in document["transitions"] if row.get("ratio") is not None]
    models = list(dict.fromkeys(row["model"] for row in rows))
    tallest = max(sum(row["model"] == name for row in rows) for name in models)
    size = (_WIDTH * len(models), _HEIGHT * tallest + 1.0)
    with figure(path, 1, len(models), size, squeeze=False) as (_, axes):
        for model, panel in zip(models, axes[0], strict=True):
            own = sorted((r for r in rows if r["model"] == model), key=lambda r: r["ratio"])
            _forest(panel, own)
            panel.set_title(f"{model}, over {own[0]['against']}")


def _forest(panel: Any, rows: Sequence[Row]) -> None:
    panel.axvline(1, color=GREY, linewidth=0.7)
    reference = [row["middle"] for row in rows if row["measure"] == row["against"]]
    for place, row in enumerate(rows):
        panel.errorbar(
            row["ratio"],
            place,
            xerr=[[row["ratio"] - row["low"]], [row["high"] - row["ratio"]]],
            marker=MARKS[0],
            color=COLOURS[2] if row["verdict"] in ("before", "after") else COLOURS[1],
            markerfacecolor="white",
            linestyle="none",
        )
        if "predicted" in row and reference:
            panel.plot(row["predicted"] / reference[0], place, "x", color="black", markersize=4)
    names = [f"{row['measure']}  {row['verdict']}" for row in rows]
    panel.set_yticks(range(len(rows)), names, fontsize=7)
    panel.set(xlabel=r"$\sigma^2$ half-way", xscale="log")
    for axis in (panel.xaxis.set_major_formatter, panel.xaxis.set_minor_formatter):
        axis("{x:g}")
