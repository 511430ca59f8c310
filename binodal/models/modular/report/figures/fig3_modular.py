"""Fig. 3: the residual and the neurons on the ring of one mode against temperature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.derive.theories import THEORIES
from binodal.models.modular.numerics.grid import finite_grid, thermodynamic_grid
from binodal.models.modular.report.content import REPORT
from binodal.models.modular.report.data import (
    FIGURE_DIGITS,
    TITLES,
    critical_points,
    place,
    preset_columns,
)
from binodal.models.report import Heading
from binodal.page.blocks import Figure
from binodal.page.measured import Points, finite_list, points
from binodal.page.section import Ask, Request, Section
from binodal.page.style import COLOURS, DASHES, GREY, figure, hatch_undecided, measured, not_run

Array = NDArray[np.float64]
UNDER = Heading(3, "Fig. 3: modular addition")
WINDOW = (0.1, 0.3)
_WORDS = {"birth": "birth", "coexistence": "coexistence", "gmfl2": "end of GMFL-I"}
_PAPER = "#CC79A7"


@dataclass(frozen=True)
class ResidualCurve:
    """a, and the mean number of neurons on one mode's ring, against sigma^2."""

    name: str
    sigma2: Array
    a: Array
    neurons: Array


def write(request: Request) -> Section:
    """The figure and its curves as numbers."""
    count = 81 if request.quick else 201
    curves = {theory: residual_curves(theory, count) for theory in THEORIES}
    setting = preset_columns()
    networks = points(request.earlier, "a", "sigma2", setting, "modular")
    quoted = [float(value) for value in REPORT.quoted.values()]
    places = _places(request.critical)
    block = Figure(
        "fig3-modular",
        partial(residual_figure, curves, places, quoted, int(setting["N"]), networks),
        "Fig. 3. Top: the residual a (the paper plots -a). It is pinned to a line from "
        "coexistence on, in both theories; the printed theory leaves the line where the "
        "ring has taken all of the probability. Triangles: the phase boundaries that the "
        "paper quotes. Bottom: how many of the N neurons sit on the ring of one mode on "
        "average. The printed lambda lacks the factor 4 P^2, so the printed ring needs all "
        "neurons for the lambda that the derived ring has with a millionth of them.",
        "The residual a is one above coexistence and falls along a straight line below it; "
        "the number of neurons on the ring rises to all N in the printed theory and stays "
        "below one hundredth of a neuron in the derived one.",
    )
    documents = [_document(theory, line) for theory, lines in curves.items() for line in lines]
    return Section([block], data={"fig3": documents})


def _places(critical: Ask) -> dict[str, dict[str, float]]:
    """sigma^2 of the events that there are, by theory."""
    points = critical_points(critical, FIGURE_DIGITS, ("thermodynamic",))
    return {
        theory: {
            event: point
            for event in REPORT.events
            if (point := place(points["thermodynamic", theory, event])) is not None
        }
        for theory in THEORIES
    }


def _document(theory: str, line: ResidualCurve) -> dict[str, Any]:
    return {
        "theory": theory,
        "limit": line.name,
        "status": "converged",
        "sigma2": line.sigma2.tolist(),
        "a": finite_list(line.a),
        "neurons_per_mode": finite_list(line.neurons),
    }


def residual_curves(theory: str, points: int) -> list[ResidualCurve]:
    """a and the number of neurons on a mode's ring against sigma^2, in both limits."""
    sigma2 = np.linspace(*WINDOW, points)
    curves = []
    for name, grid in (("P = 401", finite_grid), ("P → ∞", thermodynamic_grid)):
        columns = grid({**preset_columns(), "sigma2": sigma2}, theory)
        solved = columns["phase"] < 3
        a = np.where(solved, columns["a"], np.nan)
        neurons = np.where(columns["neurons"] > 0, columns["neurons"], np.nan)
        curves.append(ResidualCurve(name, sigma2, a, neurons))
    return curves


def _events(panel: Any, places: Mapping[str, float], height: float | None) -> None:
    """Dotted lines where events are, with words along them if a height is given."""
    for event, noise in places.items():
        panel.axvline(noise, color="0.6", linewidth=0.8, linestyle=":", zorder=0)
        if height is not None:
            panel.annotate(
                _WORDS[event],
                (noise, height),
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
