"""The paper's figures, redone: theory as lines, networks as marks where there are any."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from binodal.derive.theories import THEORIES
from binodal.models.modular.report import data as modular
from binodal.models.modular.report import figures as of_modular
from binodal.models.modular.report.chapter import QUOTED
from binodal.models.registry import preset
from binodal.models.teacher_student.report import data as teacher
from binodal.models.teacher_student.report import figures as of_teacher
from binodal.models.teacher_student.report import law_data, law_figures
from binodal.page.blocks import Figure, Paragraph, Part
from binodal.page.measured import Data, Points, densities, points
from binodal.page.section import Request, Section

_EVENTS = ("birth", "coexistence", "gmfl2")
_DIGITS = 15
NOT_RUN = "Panels marked *not run* have no network behind them: none was trained here or stored."


def figures_chapter(request: Request) -> Section:
    """Figs. 1 to 6; every caption says what is a theory's and what a network's."""
    intro = Paragraph(
        "Lines are theory; open marks with bars of one standard error are networks; hatched "
        "stretches are undecided. The paper's own measured points are not drawn: they are not "
        "published as numbers. What a figure of the paper shows is taken from its captions and "
        "text; where they leave a choice open, the caption here says what was chosen. " + NOT_RUN
    )
    request.say("  Fig. 1: actions of both models")
    events = teacher.critical_points(_DIGITS)
    found = modular.critical_points(_DIGITS, ("thermodynamic",))
    parts = [_first(events, found)]
    request.say("  Fig. 2: law of the overlap, residual against temperature")
    second, curves = _second(events, request)
    request.say("  Fig. 3: modular addition against temperature")
    third, lines = _third(found, request)
    request.say("  Figs. 4 to 6: the width as control parameter")
    parts += [second, third, _fourth_to_sixth(request)]
    return Section([intro, *parts], data={"fig2": curves, "fig3": lines})


def _first(events: teacher.Events, found: modular.Events) -> Part:
    solved = teacher.saddles(events, _DIGITS)
    actions = teacher.action_curves(events, solved)
    landscapes = {theory: modular.landscape(theory, found) for theory in THEORIES}
    return Part(
        "Fig. 1: the phases, from the actions",
        [
            Paragraph(
                "Fig. 1 of the paper sketches the phases; no number is read from it. Here the "
                "sketch is replaced by the actions themselves."
            ),
            Figure(
                "fig1-teacher-student",
                partial(of_teacher.action_figure, actions),
                "Fig. 1a. Teacher-student: the leading -log p(q)/d of one neuron at its own "
                "self-consistent residual, thermodynamic limit, setting of Fig. 2. One minimum "
                "before birth; three as deep as each other at and past coexistence. The derived "
                "theory contracts r_perp at each q.",
                "Two panels of curves of the action against the overlap, published and derived: "
                "a single well at zero turns into three wells as the temperature falls.",
            ),
            Figure(
                "fig1-modular",
                partial(of_modular.landscape_figure, landscapes),
                r"Fig. 1b. Modular addition: the action of one mode along $|w_k| = |v_k|$ at its "
                r"self-consistent residual, $P \to \infty$, setting of Fig. 3. In the derived "
                "theory the ring stays as deep as zero at every temperature below coexistence: "
                "there the last line covers that of coexistence.",
                "Two panels of curves of a mode's action against the squared modulus: a second "
                "well appears at a modulus near 170 and comes down to the level of zero.",
            ),
        ],
    )


def _marks(earlier: Data) -> of_teacher.Networks:
    def networks(mode: str, setting: Mapping[str, float]) -> Points:
        return points(earlier, mode, "sigma2", setting)

    return networks


def _densities(earlier: Data) -> law_figures.Networks:
    """-log p(q)/d relative to the networks' own value at the smallest |q|."""

    def networks(setting: Mapping[str, float]) -> Points:
        found = densities(earlier, setting)
        if not found:
            return found
        height = (found.y[0] - found.y) / setting["d"]
        return Points(found.x, height, np.hypot(found.error, found.error[0]) / setting["d"])

    return networks


def _second(events: teacher.Events, request: Request) -> tuple[Part, list[dict[str, Any]]]:
    count = 25 if request.quick else 61
    curves = {theory: teacher.residual_curves(theory, count) for theory in THEORIES}
    places = {theory: teacher.place(found["coexistence"]) for theory, found in events.items()}
    epsilon = float(preset(teacher.PRESET)["epsilon"])
    part = Part(
        "Fig. 2: the teacher-student transition",
        [
            Figure(
                "fig2-law",
                partial(
                    law_figures.law_figure,
                    law_data.panels_of_scaling(),
                    _densities(request.earlier),
                ),
                "Fig. 2a, b. Law of a neuron's overlap before (left) and after (right) the "
                "transition, computed at the d of each beta (M.11 with alpha = beta, sizes rounded "
                "to integers). Which temperatures the paper shows is not stated where its numbers "
                "are; these two are from its list (C.43). Published: M.13. Derived: the joint law "
                "of (q, r_perp), r_perp integrated.",
                "Four panels of -log p(q)/d against the overlap: convex at the high temperature; "
                "at the low one a second minimum near q = 0.8 that deepens as the network grows.",
            ),
            Figure(
                "fig2-residual",
                partial(
                    of_teacher.residual_figure, curves, places, epsilon, _marks(request.earlier)
                ),
                "Fig. 2c. Cubic (top) and linear (bottom) mode of the mean residual against "
                "temperature. Finite beta is computed from the law at that d (converged, not "
                "proved). The limit has a kink at coexistence: before it the cubic mode is not "
                "learned at all. Dotted: coexistence, certified.",
                "The cubic residual leaves the value epsilon = -0.3 at coexistence, sharply in the "
                "limit and rounded for finite networks; the linear residual falls smoothly.",
            ),
        ],
    )
    return part, [
        _residual_document(theory, line) for theory, lines in curves.items() for line in lines
    ]


def _residual_document(theory: str, line: of_teacher.ResidualCurve) -> dict[str, Any]:
    return {
        "theory": theory,
        "beta": line.beta,
        "status": "converged",
        "sigma2": line.sigma2.tolist(),
        "b": _finite(line.b),
        "c": _finite(line.c),
    }


def _finite(values: Any) -> list[float | None]:
    """JSON has no NaN."""
    return [float(value) if value == value else None for value in values]


def _third(found: modular.Events, request: Request) -> tuple[Part, list[dict[str, Any]]]:
    count = 81 if request.quick else 201
    curves = {theory: modular.residual_curves(theory, count) for theory in THEORIES}
    places = {
        theory: {
            event: at
            for event in _EVENTS
            if (at := modular.place(found["thermodynamic", theory, event])) is not None
        }
        for theory in THEORIES
    }
    setting = {name: float(value) for name, value in preset(modular.PRESET).items()}
    networks = points(request.earlier, "a", "sigma2", setting)
    quoted = [float(value) for value in QUOTED.values()]
    draw = partial(of_modular.residual_figure, curves, places, quoted, int(setting["N"]), networks)
    part = Part(
        "Fig. 3: modular addition",
        [
            Figure(
                "fig3-modular",
                draw,
                "Fig. 3. Top: the residual a (the paper plots -a). It is pinned to a line from "
                "coexistence on, in both theories; the printed theory leaves the line where the "
                "ring has taken all of the probability. Triangles: the phase boundaries that the "
                "paper quotes. Bottom: how many of the N neurons sit on the ring of one mode on "
                "average. The printed lambda lacks the factor 4 P^2, so the printed ring needs all "
                "neurons for the lambda that the derived ring has with a millionth of them.",
                "The residual a is one above coexistence and falls along a straight line below it; "
                "the number of neurons on the ring rises to all N in the printed theory and stays "
                "below one hundredth of a neuron in the derived one.",
            ),
        ],
    )
    documents = [
        {
            "theory": theory,
            "limit": line.name,
            "status": "converged",
            "sigma2": line.sigma2.tolist(),
            "a": _finite(line.a),
            "neurons_per_mode": _finite(line.neurons),
        }
        for theory, lines in curves.items()
        for line in lines
    ]
    return part, documents


def _followed_in_time(earlier: Data) -> bool:
    """Whether a stored experiment holds losses against training time."""
    found = earlier.get("stored", {}).get("experiments", [])
    return any(name.endswith("train_loss") for each in found for name in each["curves"])


def _fourth_to_sixth(request: Request) -> Part:
    curves = law_data.width_curves(30 if request.quick else 90)
    widths = sorted(law_data.WIDTHS)
    epsilon = float(preset("app-d")["epsilon"])
    followed = _followed_in_time(request.earlier)
    course = "course in time: networks scaled down" if followed else "course in time: not run"
    where = (
        "of this size; that of networks scaled down is among the stored experiments"
        if followed
        else "not run"
    )
    time = (
        "The paper follows networks in training time; the theory speaks of equilibrium alone, so "
        "equilibrium against N is what can be redone without training. With n/d = 4 the data are "
        "few for an equivalent kernel."
    )
    return Part(
        "Figs. 4 to 6: the width as control parameter (D.44)",
        [
            Figure(
                "fig4-law",
                partial(
                    law_figures.law_figure, law_data.panels_of_width(), _densities(request.earlier)
                ),
                "Fig. 4. Law of the overlap at the three widths of D.44, at equilibrium, from the "
                "closure at d = 150; the readout variance is that of D.44 at every width. "
                + NOT_RUN,
                "Three panels, N = 2800, 1400, 700: the second minimum of -log p(q)/d moves from "
                "an overlap near 1.0 to 1.3 and the barrier in front of it rises.",
            ),
            Figure(
                "fig5-loss",
                partial(law_figures.loss_figure, curves, widths, course),
                r"Fig. 5. Test loss of the mean predictor at equilibrium, $b^2 + 6 c^2$, against "
                f"the width. Training loss and the course in time: {where}. {time}",
                "The test loss falls slowly as the width shrinks from 3000 to 350.",
            ),
            Figure(
                "fig6-projections",
                partial(law_figures.projection_figure, curves, epsilon, widths, course),
                "Fig. 6. Projections of the mean output on the target's linear and cubic part at "
                "equilibrium, as learned shares. The theory does not tell training inputs from "
                "others; the projections on the training set, and the course in time: not run.",
                "Both learned shares rise as the width shrinks, the cubic one from zero at "
                "coexistence to about a tenth at N = 700.",
            ),
        ],
    )
