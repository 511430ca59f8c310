"""Curves in time as a picture."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from binodal.page.names import observable
from binodal.page.style import COLOURS, DASHES, figure, measured, titled

_WIDTH, _HEIGHT, _DECADES = 6.2, 2.2, 30


def shape(document: Mapping[str, Any]) -> tuple[int, tuple[float, float]]:
    """The number of panels, and the size of the figure."""
    rows = len(document["panels"])
    return rows, (_WIDTH, 1.0 + _HEIGHT * rows)


def draw(document: Mapping[str, Any], path: Path) -> None:
    """Write the curves to ``path`` (SVG or PNG by its suffix); same document, same bytes."""
    rows, size = shape(document)
    with figure(path, rows, 1, size, sharex=True) as (_, axes):
        paint(document, axes)


def paint(document: Mapping[str, Any], axes: Any) -> None:
    """Curves with bands of their errors, and dotted lines where they tend to."""
    axes = np.atleast_1d(axes)
    times = np.array(document["time"])
    after = times > 0
    for panel, names in zip(axes, document["panels"], strict=True):
        for k, name in enumerate(names):
            of, colour = document["curves"][name], COLOURS[k % len(COLOURS)]
            values, errors = np.array(of["values"])[after], np.array(of["errors"])[after]
            look = {"color": colour, "linestyle": DASHES[k % len(DASHES)]}
            panel.plot(times[after], values, label=_label(name), **look)
            panel.fill_between(
                times[after], values - errors, values + errors, color=colour, alpha=0.2, lw=0
            )
            networks = document.get("networks", {})
            if name in networks.get("curves", {}):
                _mark(panel, networks["time"], networks["curves"][name], k)
            level = document["rest"].get(name)
            if level is not None:
                panel.axhline(float(level["value"]), color=colour, linewidth=0.6, linestyle=":")
        panel.set_xscale("log" if times[-1] > _DECADES * times[after][0] else "linear")
        panel.legend(loc="best", ncols=2)
    axes[0].set_title(titled(document["model"], f"{document['theory']} theory, in time"))
    axes[-1].set_xlabel("time $t$")


def _mark(panel: Any, times: list[float], of: Mapping[str, Any], number: int) -> None:
    """Networks after the start: open marks with error bars."""
    x, y, error = (np.array(row)[np.array(times) > 0] for row in (times, *of.values()))
    measured(panel, SimpleNamespace(x=x, y=y, error=error), number)


def _label(name: str) -> str:
    """An observable's letter, or a letter with its index."""
    indexed = re.fullmatch(r"([a-z])_(\d+)", name)
    return f"${indexed[1]}_{{{indexed[2]}}}$" if indexed else observable(name)
