"""Figures of the law of one neuron's overlap: -log p(q) of both theories and of networks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.page.measured import Data, Points, densities
from binodal.page.style import COLOURS, DASHES, figure, measured, not_run

Array = NDArray[np.float64]
Networks = Callable[[Mapping[str, float]], Points]
"""setting -> -log p(q)/d that networks of it measured, against q, relative to q = 0."""


def networks_of(earlier: Data) -> Networks:
    """-log p(q)/d relative to the networks' own value at the smallest |q|."""

    def networks(setting: Mapping[str, float]) -> Points:
        density = densities(earlier, setting)
        if not density:
            return density
        height = (density.y[0] - density.y) / setting["d"]
        return Points(density.x, height, np.hypot(density.error, density.error[0]) / setting["d"])

    return networks


@dataclass(frozen=True)
class LawCurve:
    """-log p(q)/d relative to q = 0 at one setting."""

    label: str
    q: Array
    height: Array
    setting: Mapping[str, float]


@dataclass(frozen=True)
class LawPanel:
    """Curves that share a panel under a title, with the largest height that is drawn."""

    title: str
    curves: Sequence[LawCurve]
    top: float


def law_figure(rows: Sequence[Sequence[LawPanel]], networks: Networks, path: Path) -> None:
    """A grid of panels: one row a theory (or a pair of theories in one), one column a setting."""
    count = len(rows[0])
    size = (7.6, 0.9 + 2.5 * len(rows))
    with figure(path, len(rows), count, size, sharex=True, sharey=True) as (drawing, axes):
        grid = np.asarray(axes).reshape(len(rows), count)
        for panels, line in zip(rows, grid, strict=True):
            for panel, axis in zip(panels, line, strict=True):
                _panel(axis, panel, networks)
            line[0].set_ylabel(r"$-\log[p(q)/p(0)]\,/\,d$")
        for axis in grid[-1]:
            axis.set_xlabel(r"overlap $q = w\cdot w_*$")
        handles, labels = grid[0][0].get_legend_handles_labels()
        drawing.legend(
            handles,
            labels,
            loc="outside lower center",
            ncols=min(4, len(labels)),
            handlelength=3.2,
        )


def _panel(axis: Any, panel: LawPanel, networks: Networks) -> None:
    axis.axhline(0, color="0.75", linewidth=0.7, zorder=0)
    marked = False
    for number, (curve, colour, dash) in enumerate(
        zip(panel.curves, COLOURS, DASHES, strict=False)
    ):
        axis.plot(curve.q, curve.height, color=colour, linestyle=dash, label=curve.label)
        points = networks(curve.setting)
        if points:
            measured(axis, points, number)
            marked = True
    axis.set(xlim=(0, panel.curves[0].q[-1]), ylim=(-0.1 * panel.top, panel.top))
    axis.set_title(panel.title)
    if not marked:
        not_run(axis)
