"""Fig. 2c: both modes of the mean residual against temperature, finite and infinite size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.derive.theories import THEORIES
from binodal.models.registry import preset
from binodal.models.teacher_student.numerics.finite import float_closure
from binodal.models.teacher_student.numerics.grid import thermodynamic_grid
from binodal.models.teacher_student.report.data import (
    FIGURE_DIGITS,
    PRESET,
    TITLES,
    critical_points,
    place,
)
from binodal.models.teacher_student.report.laws import BETAS, TRANSITION
from binodal.numerics.rescale import rescale, whole_sizes
from binodal.page.blocks import Figure
from binodal.page.measured import Data, finite_list, points
from binodal.page.section import Request, Section
from binodal.page.style import COLOURS, DASHES, figure, hatch_undecided, measured, not_run, note

Array = NDArray[np.float64]
UNDER = TRANSITION


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


def write(request: Request) -> Section:
    """The figure and its curves as numbers."""
    count = 25 if request.quick else 61
    curves = {theory: residual_curves(theory, count) for theory in THEORIES}
    events = critical_points(request.critical, FIGURE_DIGITS)
    places = {theory: place(by_event["coexistence"]) for theory, by_event in events.items()}
    epsilon = float(preset(PRESET)["epsilon"])
    block = Figure(
        "fig2-residual",
        partial(residual_figure, curves, places, epsilon, request.earlier),
        "Fig. 2c. Cubic (top) and linear (bottom) mode of the mean residual against "
        "temperature. Finite beta is computed from the law at that d (converged, not "
        "proved). The limit has a kink at coexistence: before it the cubic mode is not "
        "learned at all. Dotted: coexistence, certified.",
        "The cubic residual leaves the value epsilon = -0.3 at coexistence, sharply in the "
        "limit and rounded for finite networks; the linear residual falls smoothly.",
    )
    documents = [_document(theory, line) for theory, lines in curves.items() for line in lines]
    return Section([block], data={"fig2": documents})


def _document(theory: str, line: ResidualCurve) -> dict[str, Any]:
    return {
        "theory": theory,
        "beta": line.beta,
        "status": "converged",
        "sigma2": line.sigma2.tolist(),
        "b": finite_list(line.b),
        "c": finite_list(line.c),
    }


def residual_curves(theory: str, points: int) -> list[ResidualCurve]:
    """b and c against sigma^2 along M.11 for finite beta, and in the limit."""
    base = preset(PRESET)
    sigma2 = np.linspace(0.05, 0.35, points)
    curves = []
    for beta in BETAS:
        sized, _ = whole_sizes(rescale(base, beta)[0])
        floats = {name: float(value) for name, value in sized.items()}
        modes = np.array(
            [float_closure({**floats, "sigma2": float(place)}, theory)[0] for place in sigma2]
        )
        curves.append(ResidualCurve(str(beta), sigma2, modes[:, 0], modes[:, 1], floats))
    fine = np.linspace(0.05, 0.35, 8 * points)
    columns = {name: float(value) for name, value in base.items()}
    limit = thermodynamic_grid({**columns, "sigma2": fine}, theory)
    return [*curves, ResidualCurve("infinity", fine, limit["b"], limit["c"], {"beta": np.inf})]


def _residual_panel(
    panel: Any, curves: Sequence[ResidualCurve], mode: str, networks: Data | None = None
) -> bool:
    """Lines of the theory, marks of the networks; True when there was a mark to draw."""
    marked = False
    for number, (curve, colour, dash) in enumerate(zip(curves, COLOURS, DASHES, strict=False)):
        label = r"$\beta = \infty$" if curve.beta == "infinity" else rf"$\beta = {curve.beta}$"
        values = getattr(curve, mode)
        panel.plot(curve.sigma2, values, color=colour, linestyle=dash, label=label)
        hatch_undecided(panel, curve.sigma2, values)
        marks = points(networks or {}, mode, "sigma2", curve.setting, "teacher-student")
        if marks:
            measured(panel, marks, number, f"networks, {label}")
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
    networks: Data,
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
            anchor = (coexistence[theory], 0.86)
            note(top, "coexistence", anchor, (4, 0), ("data", "axes fraction"))
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
