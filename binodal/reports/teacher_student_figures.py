"""Figures of the teacher-student report: the action at several temperatures, and the residual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.reports.style import COLOURS, DASHES, figure

Array = NDArray[np.float64]
TITLES = {
    "published": r"published: $r_\perp^2$ held at $\sigma_w^2$ (M.13)",
    "derived": r"derived: $r_\perp$ contracted at each $q$",
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
    """b and c against sigma^2 at one beta (infinity for the thermodynamic limit)."""

    beta: str
    sigma2: Array
    b: Array
    c: Array


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


def _residual_panel(panel: Any, curves: Sequence[ResidualCurve], mode: str) -> None:
    for curve, colour, dash in zip(curves, COLOURS, DASHES, strict=False):
        label = r"$\beta = \infty$" if curve.beta == "infinity" else rf"$\beta = {curve.beta}$"
        panel.plot(curve.sigma2, getattr(curve, mode), color=colour, linestyle=dash, label=label)


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


def _note(panel: Any, text: str, at: tuple[float, float], by: tuple[int, int], units: Any) -> None:
    """A word in grey, ``by`` points away from a place."""
    panel.annotate(
        text, at, by, xycoords=units, textcoords="offset points", color="0.35", fontsize=8
    )


def residual_figure(
    curves: Mapping[str, Sequence[ResidualCurve]],
    coexistence: Mapping[str, float],
    epsilon: float,
    path: Path,
) -> None:
    """b and c against sigma^2, one column a theory; the dotted line is where the minima coexist."""
    with figure(path, 2, len(curves), (7.6, 5.2), sharex=True, sharey="row") as (drawing, axes):
        for column, (theory, lines) in enumerate(curves.items()):
            top, bottom = axes[0][column], axes[1][column]
            _residual_panel(top, lines, "b")
            _residual_panel(bottom, lines, "c")
            top.set_title(TITLES[theory])
            _zoom(top, lines, coexistence[theory])
            bottom.set_xlabel(r"temperature $\sigma^2$")
            bottom.axhline(epsilon, color="0.6", linewidth=0.7, zorder=0)
            _note(bottom, r"$c = \epsilon$", (0.02, epsilon), (3, 5), ("axes fraction", "data"))
            for panel in (top, bottom):
                panel.axvline(
                    coexistence[theory], color="0.6", linewidth=0.8, linestyle=":", zorder=0
                )
            at = (coexistence[theory], 0.94)
            _note(bottom, "coexistence", at, (4, 0), ("data", "axes fraction"))
        axes[0][0].set_ylabel("linear residual $b$")
        axes[1][0].set_ylabel("cubic residual $c$")
        handles, labels = axes[0][0].get_legend_handles_labels()
        drawing.legend(
            handles, labels, loc="outside lower center", ncols=len(labels), handlelength=3.2
        )
