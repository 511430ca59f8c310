"""Fig. 6: learned shares of the linear and of the cubic part against the width."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from binodal.models.registry import preset
from binodal.models.teacher_student.report.laws import WIDTH
from binodal.models.teacher_student.report.widths import (
    WidthCurve,
    course,
    curves_of,
    mark_widths,
)
from binodal.page.blocks import Figure
from binodal.page.section import Request, Section
from binodal.page.style import COLOURS, DASHES, figure, not_run

UNDER = WIDTH


def write(request: Request) -> Section:
    """The figure at the setting of D.44."""
    epsilon = float(preset("app-d")["epsilon"])
    return Section(
        [
            Figure(
                "fig6-projections",
                partial(projection_figure, curves_of(request), epsilon, course(request)),
                "Fig. 6. Projections of the mean output on the target's linear and cubic part at "
                "equilibrium, as learned shares. The theory does not tell training inputs from "
                "others; the projections on the training set, and the course in time: not run.",
                "Both learned shares rise as the width shrinks, the cubic one from zero at "
                "coexistence to about a tenth at N = 700.",
            )
        ]
    )


def projection_figure(curves: Sequence[WidthCurve], epsilon: float, words: str, path: Path) -> None:
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
            mark_widths(panel)
            not_run(panel, words)
        handles, labels = axes[0].get_legend_handles_labels()
        drawing.legend(handles, labels, loc="outside lower center", ncols=2, handlelength=3.2)
