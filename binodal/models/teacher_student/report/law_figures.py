"""Figures of the law of one neuron's overlap: -log p(q) of both theories and of networks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.page.measured import Points
from binodal.page.style import COLOURS, DASHES, figure, measured, not_run, note

Array = NDArray[np.float64]
Networks = Callable[[Mapping[str, float]], Points]
"""setting -> -log p(q)/d that networks of it measured, against q, relative to q = 0."""


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


def _widths(panel: Any, at: Sequence[float]) -> None:
    for width in at:
        panel.axvline(width, color="0.6", linewidth=0.8, linestyle=":", zorder=0)
        note(panel, f"$N = {width:.0f}$", (width, 0.93), (3, 0), ("data", "axes fraction"))


@dataclass(frozen=True)
class WidthCurve:
    """b and c of the mean residual at equilibrium against the width, for one theory."""

    theory: str
    width: Array
    b: Array
    c: Array


def loss_figure(curves: Sequence[WidthCurve], at: Sequence[float], course: str, path: Path) -> None:
    """Test loss of the mean predictor at equilibrium, b^2 + 6 c^2, against N.

    ``course`` says what is known of the course in time.
    """
    with figure(path, 1, 1, (6.2, 3.4)) as (_, panel):
        for curve, colour, dash in zip(curves, COLOURS, DASHES, strict=False):
            loss = curve.b**2 + 6 * curve.c**2
            panel.plot(curve.width, loss, color=colour, linestyle=dash, label=curve.theory)
        panel.set(xlabel="width $N$", ylabel=r"$\langle (y - \bar f)^2\rangle$ at equilibrium")
        panel.set_ylim(0, 1.12 * panel.get_ylim()[1])
        _widths(panel, at)
        not_run(panel, course)
        panel.legend(loc="center right", handlelength=3.2)


def projection_figure(
    curves: Sequence[WidthCurve], epsilon: float, at: Sequence[float], course: str, path: Path
) -> None:
    """Learned linear part 1 - b and cubic part 1 - c/eps of the mean output against N."""
    with figure(path, 1, 2, (7.6, 3.4), sharex=True) as (drawing, axes):
        for curve, colour, dash in zip(curves, COLOURS, DASHES, strict=False):
            style = {"color": colour, "linestyle": dash, "label": curve.theory}
            axes[0].plot(curve.width, 1 - curve.b, **style)
            axes[1].plot(curve.width, 1 - curve.c / epsilon, **style)
        axes[0].set_ylabel("learned share of the linear part, $1 - b$")
        axes[1].set_ylabel(r"learned share of the cubic part, $1 - c/\epsilon$")
        for panel in axes:
            panel.set_xlabel("width $N$")
            panel.set_ylim(0, 1.12 * panel.get_ylim()[1])
            _widths(panel, at)
            not_run(panel, course)
        handles, labels = axes[0].get_legend_handles_labels()
        drawing.legend(handles, labels, loc="outside lower center", ncols=2, handlelength=3.2)
