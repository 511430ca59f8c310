"""Fig. 4: law of a neuron's overlap at three widths."""

from __future__ import annotations

from functools import partial

from binodal.models.teacher_student.report.law_drawing import law_figure, networks_of
from binodal.models.teacher_student.report.laws import WIDTH, panels_of_width
from binodal.page.blocks import Figure
from binodal.page.section import Request, Section
from binodal.page.style import NOT_RUN

UNDER = WIDTH


def write(request: Request) -> Section:
    """The figure at the widths of D.44."""
    return Section(
        [
            Figure(
                "fig4-law",
                partial(law_figure, panels_of_width(), networks_of(request.earlier)),
                "Fig. 4. Law of the overlap at the three widths of D.44, at equilibrium, from the "
                "closure at d = 150; the readout variance is that of D.44 at every width. "
                + NOT_RUN,
                "Three panels, N = 2800, 1400, 700: the second minimum of -log p(q)/d moves from "
                "an overlap near 1.0 to 1.3 and the barrier in front of it rises.",
            )
        ]
    )
