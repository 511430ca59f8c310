"""Figures of how gaps close: |networks - theory| against a size, with the fitted power law."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from binodal.experiments.figures import sparse
from binodal.experiments.rows import main_theory
from binodal.experiments.titles import LADDERS
from binodal.page import names
from binodal.page.measured import Points
from binodal.page.style import COLOURS, DASHES, MOST_COLUMNS, measured, panels


def closing_gaps(document: Mapping[str, Any], path: Path) -> None:
    """One panel for each observable that is followed along a ladder."""
    followed = list(dict.fromkeys((fit["ladder"], fit["observable"]) for fit in document["fits"]))
    with panels(path, len(followed), (3.2, 3.3)) as axes:
        for panel, place in zip(axes, followed, strict=True):
            own = [f for f in document["fits"] if (f["ladder"], f["observable"]) == place]
            for number, fit in enumerate(own):
                _draw_fit(panel, fit, number)
            ladder, observable = place
            title = f"{LADDERS.get(ladder, ladder)}: {names.observable(observable)}"
            panel.set(xscale="log", yscale="log", title=title)
            sparse(panel)
            panel.legend(fontsize=7.5)
        for panel in axes[::MOST_COLUMNS]:
            panel.set_ylabel("|networks − theory|")


def _draw_fit(panel: Any, fit: Mapping[str, Any], number: int) -> None:
    gaps, law = fit["gaps"], fit["law"]
    label = main_theory(fit)
    if law is None:
        label += f": {fit['why']}"
    else:
        label += f": exponent {law['exponent']:.2f} ± {law['stderr']:.2f}"
        ends = [min(g["x"] for g in gaps), max(g["x"] for g in gaps)]
        line = [abs(law["amplitude"]) * x ** law["exponent"] for x in ends]
        panel.plot(ends, line, linestyle=DASHES[number], color=COLOURS[number], linewidth=1)
    distances = [(g["x"], abs(g["gap"]), min(g["stderr"], 0.9 * abs(g["gap"]))) for g in gaps]
    measured(panel, Points(*np.array(distances).T), number, label)
    panel.set_xlabel(f"${fit['along']}$")
