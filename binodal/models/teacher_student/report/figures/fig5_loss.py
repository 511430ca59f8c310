"""Fig. 5: test loss of the mean predictor at equilibrium against the width."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from binodal.models.teacher_student.report.laws import WIDTH
from binodal.models.teacher_student.report.widths import (
    WidthCurve,
    course,
    curves_of,
    followed_in_time,
    mark_widths,
)
from binodal.page.blocks import Figure
from binodal.page.section import Request, Section
from binodal.page.style import COLOURS, DASHES, figure, not_run

UNDER = WIDTH


def write(request: Request) -> Section:
    """The figure; its caption says what is known of the course in time."""
    where = (
        "of this size; that of networks scaled down is among the stored experiments"
        if followed_in_time(request.earlier)
        else "not run"
    )
    time = (
        "The paper follows networks in training time; the theory speaks of equilibrium alone, so "
        "equilibrium against N is what can be redone without training. With n/d = 4 the data are "
        "few for an equivalent kernel."
    )
    return Section(
        [
            Figure(
                "fig5-loss",
                partial(loss_figure, curves_of(request), course(request)),
                r"Fig. 5. Test loss of the mean predictor at equilibrium, $b^2 + 6 c^2$, against "
                f"the width. Training loss and the course in time: {where}. {time}",
                "The test loss falls slowly as the width shrinks from 3000 to 350.",
            )
        ]
    )


def loss_figure(curves: Sequence[WidthCurve], words: str, path: Path) -> None:
    """Test loss of the mean predictor at equilibrium, b^2 + 6 c^2, against N.

    ``words`` say what is known of the course in time.
    """
    with figure(path, 1, 1, (6.2, 3.4)) as (_, panel):
        for curve, colour, dash in zip(curves, COLOURS, DASHES, strict=False):
            loss = curve.b**2 + 6 * curve.c**2
            panel.plot(curve.width, loss, color=colour, linestyle=dash, label=curve.theory)
        panel.set(xlabel="width $N$", ylabel=r"$\langle (y - \bar f)^2\rangle$ at equilibrium")
        panel.set_ylim(0, 1.12 * panel.get_ylim()[1])
        mark_widths(panel)
        not_run(panel, words)
        panel.legend(loc="center right", handlelength=3.2)
