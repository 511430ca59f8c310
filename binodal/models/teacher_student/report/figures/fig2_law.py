"""Fig. 2a, b: law of a neuron's overlap before and after the transition, by size."""

from __future__ import annotations

from functools import partial

from binodal.models.teacher_student.report.law_drawing import law_figure, networks_of
from binodal.models.teacher_student.report.laws import TRANSITION, panels_of_scaling
from binodal.page.blocks import Figure
from binodal.page.section import Request, Section

UNDER = TRANSITION


def write(request: Request) -> Section:
    """The figure at the sizes of C.43."""
    return Section(
        [
            Figure(
                "fig2-law",
                partial(law_figure, panels_of_scaling(), networks_of(request.earlier)),
                "Fig. 2a, b. Law of a neuron's overlap before (left) and after (right) the "
                "transition, computed at the d of each beta (M.11 with alpha = beta, sizes rounded "
                "to integers). Which temperatures the paper shows is not stated where its numbers "
                "are; these two are from its list (C.43). Published: M.13. Derived: the joint law "
                "of (q, r_perp), r_perp integrated.",
                "Four panels of -log p(q)/d against the overlap: convex at the high temperature; "
                "at the low one a second minimum near q = 0.8 that deepens as the network grows.",
            )
        ]
    )
