"""Figures of the modular-addition report: residual, neurons per mode, and a mode's action."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.page.measured import Points
from binodal.page.style import COLOURS, DASHES, GREY, figure, hatch_undecided, measured, not_run

Array = NDArray[np.float64]
TITLES = {
    "published": "published (B.37b, B.40–B.42)",
    "derived": "derived",
}
_UNITS = {"published": r"$S_k/P$, one value of $k$", "derived": r"$S_k/P$, $k$ and $P-k$ together"}
_WORDS = {"birth": "birth", "coexistence": "coexistence", "gmfl2": "end of GMFL-I"}
_PAPER = "#CC79A7"


@dataclass(frozen=True)
class ResidualCurve:
    """a, and the mean number of neurons on one mode's ring, against sigma^2."""

    name: str
    sigma2: Array
    a: Array
    neurons: Array


@dataclass(frozen=True)
class ActionCurve:
    """S/P of a mode against |w_k|^2 = |v_k|^2 at one temperature."""

    sigma2: float
    word: str
    x: Array
    action: Array


def _events(panel: Any, places: Mapping[str, float], height: float | None) -> None:
    """Dotted lines where events are, with words along them if a height is given."""
    for event, at in places.items():
        panel.axvline(at, color="0.6", linewidth=0.8, linestyle=":", zorder=0)
        if height is not None:
            panel.annotate(
                _WORDS[event],
                (at, height),
                (-2, 0),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                rotation=90,
                ha="right",
                va="bottom",
                fontsize=7.5,
                color=GREY,
            )


def _quoted(panel: Any, quoted: Sequence[float]) -> None:
    """Where the paper puts the ends of GMFL-I: short ticks at the lower edge."""
    panel.plot(
        quoted,
        [0.0] * len(quoted),
        transform=panel.get_xaxis_transform(),
        marker="^",
        markersize=6,
        linestyle="none",
        color=_PAPER,
        clip_on=False,
        zorder=3,
        label="phase boundaries quoted by the paper",
    )


def residual_figure(
    curves: Mapping[str, Sequence[ResidualCurve]],
    places: Mapping[str, Mapping[str, float]],
    quoted: Sequence[float],
    width: int,
    networks: Points,
    path: Path,
) -> None:
    """a (top) and neurons per mode (bottom) against sigma^2, one column a theory."""
    size = (7.6, 5.4)
    with figure(path, 2, len(curves), size, sharex=True, sharey="row") as (drawing, axes):
        for column, (theory, lines) in enumerate(curves.items()):
            top, bottom = axes[0][column], axes[1][column]
            for line, colour, dash in zip(
                lines, (COLOURS[2], COLOURS[0]), ("-", DASHES[1]), strict=True
            ):
                wide = 3.0 if dash == "-" else 1.3
                style = {"color": colour, "linestyle": dash, "linewidth": wide, "label": line.name}
                top.plot(line.sigma2, line.a, **style)
                bottom.plot(line.sigma2, line.neurons, **style)
            top.set_title(TITLES[theory])
            hatch_undecided(top, lines[0].sigma2, lines[0].a)
            if networks:
                measured(top, networks, 1, "networks")
            else:
                not_run(top)
            _events(top, places[theory], 0.03)
            _events(bottom, places[theory], None)
            _quoted(top, quoted)
            _neuron_scale(bottom, width)
            bottom.set(xlabel=r"temperature $\sigma^2$", xticks=(0.1, 0.15, 0.2, 0.25, 0.3))
        axes[0][0].set_ylabel(r"residual $a$ (the paper plots $-a$)")
        axes[1][0].set_ylabel("neurons on the ring of one mode")
        handles, labels = axes[0][0].get_legend_handles_labels()
        drawing.legend(
            handles, labels, loc="outside lower center", ncols=len(labels), handlelength=3.0
        )


def _neuron_scale(panel: Any, width: int) -> None:
    panel.set_yscale("log")
    panel.set_ylim(5e-5, 6e3)
    for level, text in ((1.0, "one neuron"), (float(width), f"all N = {width}")):
        panel.axhline(level, color="0.75", linewidth=0.7, zorder=0)
        panel.annotate(
            text,
            (0.99, level),
            (0, 3),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha="right",
            color=GREY,
            fontsize=8,
        )


def landscape_figure(curves: Mapping[str, Sequence[ActionCurve]], path: Path) -> None:
    """A mode's S/P along |w_k|^2 = |v_k|^2, one panel a theory, one line a temperature."""
    with figure(path, 1, len(curves), (7.6, 3.9)) as (_, axes):
        for panel, (theory, lines) in zip(np.atleast_1d(axes), curves.items(), strict=True):
            panel.axhline(0, color="0.75", linewidth=0.7, zorder=0)
            for line, colour, dash in zip(lines, COLOURS, DASHES, strict=False):
                label = rf"$\sigma^2 = {line.sigma2:.4g}$, {line.word}"
                # Where the action is pinned two lines coincide: the first shows under the second.
                pinned = line.word == "coexistence"
                style = {"color": colour, "linestyle": "-" if pinned else dash}
                style |= {"linewidth": 3.4, "alpha": 0.45} if pinned else {}
                panel.plot(line.x, line.action, label=label, **style)
            panel.set(
                title=TITLES[theory],
                xlabel=r"$|w_k|^2 = |v_k|^2 = x$",
                ylabel=_UNITS[theory],
                xlim=(0, lines[0].x[-1]),
            )
            low = min(0.0, *(float(line.action.min()) for line in lines))
            high = max(float(line.action[line.x < 200].max()) for line in lines)
            panel.set_ylim(1.25 * low - 0.06 * high, 1.1 * high)
            panel.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), handlelength=3.2)
