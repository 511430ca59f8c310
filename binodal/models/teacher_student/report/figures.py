"""Figures of the teacher-student report: the action at several temperatures, and the residual."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.page.measured import Points
from binodal.page.style import COLOURS, DASHES, figure, hatch_undecided, measured, not_run, note

Array = NDArray[np.float64]
TITLES = {
    "published": "published (M.13)",
    "derived": r"derived ($r_\perp$ relaxed)",
}


@dataclass(frozen=True)
class ActionCurve:
    """S/d against q >= 0 at one temperature, with a word on what happens there."""

    sigma2: float
    word: str
    q: Array
    action: Array


@dataclass(frozen=True)
class ResidualCurve:
    """b and c against sigma^2 at one beta (infinity for the thermodynamic limit).

    ``setting`` is the rescaled setting, by which networks find their curve; NaN is undecided.
    """

    beta: str
    sigma2: Array
    b: Array
    c: Array
    setting: Mapping[str, float]


def action_figure(curves: Mapping[str, Sequence[ActionCurve]], path: Path) -> None:
    """S/d against q, one panel a theory, one line a temperature."""
    with figure(path, 1, len(curves), (7.6, 3.6), sharey=True) as (_, axes):
        for panel, (theory, lines) in zip(np.atleast_1d(axes), curves.items(), strict=True):
            panel.axhline(0, color="0.75", linewidth=0.7, zorder=0)
            for line, colour, dash in zip(lines, COLOURS, DASHES, strict=False):
                q = np.concatenate([-line.q[::-1], line.q])
                action = np.concatenate([line.action[::-1], line.action])
                label = rf"$\sigma^2 = {line.sigma2:.4g}$, {line.word}"
                panel.plot(q, action, color=colour, linestyle=dash, label=label)
            panel.set(
                title=TITLES[theory],
                xlabel=r"overlap $q = w\cdot w^*$",
                xlim=(-1.15, 1.15),
                ylim=(-0.004, 0.105),
            )
            panel.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), handlelength=3.2)
        np.atleast_1d(axes)[0].set_ylabel(r"$(S[q] - S[0])/d$")


Networks = Callable[[str, Mapping[str, float]], Points]
"""(mode, setting) -> what networks of a setting measured of a mode, against sigma^2."""


def _residual_panel(
    panel: Any, curves: Sequence[ResidualCurve], mode: str, networks: Networks | None = None
) -> bool:
    """Lines of the theory, marks of the networks; True when there was a mark to draw."""
    marked = False
    for number, (curve, colour, dash) in enumerate(zip(curves, COLOURS, DASHES, strict=False)):
        label = r"$\beta = \infty$" if curve.beta == "infinity" else rf"$\beta = {curve.beta}$"
        values = getattr(curve, mode)
        panel.plot(curve.sigma2, values, color=colour, linestyle=dash, label=label)
        hatch_undecided(panel, curve.sigma2, values)
        points = networks(mode, curve.setting) if networks else None
        if points:
            measured(panel, points, number, f"networks, {label}")
            marked = True
    return marked


def _zoom(panel: Any, curves: Sequence[ResidualCurve], centre: float) -> None:
    """The linear residual near coexistence, where the limit has a kink that finite beta rounds."""
    inset = panel.inset_axes((0.6, 0.06, 0.38, 0.42))
    _residual_panel(inset, curves, "b")
    limit = curves[-1]
    height = float(np.interp(centre, limit.sigma2, limit.b))
    inset.set(
        xlim=(centre - 0.025, centre + 0.025),
        ylim=(height - 0.05, height + 0.035),
        xticks=[],
        yticks=[],
    )
    inset.axvline(centre, color="0.6", linewidth=0.8, linestyle=":", zorder=0)
    inset.spines[["top", "right"]].set_visible(True)
    panel.indicate_inset_zoom(inset, edgecolor="0.5", linewidth=0.6)


def residual_figure(
    curves: Mapping[str, Sequence[ResidualCurve]],
    coexistence: Mapping[str, float],
    epsilon: float,
    networks: Networks,
    path: Path,
) -> None:
    """c (top) and b against sigma^2, one column a theory; dotted: where the minima coexist."""
    size = (7.6, 5.6)
    with figure(path, 2, len(curves), size, sharex=True, sharey="row") as (drawing, axes):
        for column, (theory, lines) in enumerate(curves.items()):
            top, bottom = axes[0][column], axes[1][column]
            for panel, mode in ((top, "c"), (bottom, "b")):
                if not _residual_panel(panel, lines, mode, networks):
                    not_run(panel)
            top.set_title(TITLES[theory])
            _zoom(bottom, lines, coexistence[theory])
            bottom.set_xlabel(r"temperature $\sigma^2$")
            top.axhline(epsilon, color="0.6", linewidth=0.7, zorder=0)
            note(top, r"$c = \epsilon$", (0.02, epsilon), (3, 5), ("axes fraction", "data"))
            for panel in (top, bottom):
                panel.axvline(
                    coexistence[theory], color="0.6", linewidth=0.8, linestyle=":", zorder=0
                )
            at = (coexistence[theory], 0.86)
            note(top, "coexistence", at, (4, 0), ("data", "axes fraction"))
        axes[0][0].set_ylabel("cubic residual $c$")
        axes[1][0].set_ylabel("linear residual $b$")
        handles, labels = axes[0][0].get_legend_handles_labels()
        drawing.legend(
            handles,
            labels,
            loc="outside lower center",
            handlelength=3.2,
            ncols=len(labels) if len(labels) < 6 else 3,
        )
