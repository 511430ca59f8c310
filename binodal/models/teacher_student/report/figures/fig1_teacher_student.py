"""Fig. 1a: the leading -log p(q)/d of one neuron, before, at and past the transition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from binodal.derive.symbols import b, c, kappa, q, rho, sigma_w2
from binodal.models.registry import preset
from binodal.models.report import PHASES
from binodal.models.teacher_student.derivations.action import published_in_q
from binodal.models.teacher_student.derivations.continuum import coupling
from binodal.models.teacher_student.derivations.overlap_law import (
    contracted_action,
    contracted_overlap2,
)
from binodal.models.teacher_student.report.data import (
    FIGURE_DIGITS,
    PRESET,
    TITLES,
    Events,
    Solutions,
    critical_points,
    saddles,
)
from binodal.numerics.codegen.load import compiled
from binodal.numerics.parameters import Parameters
from binodal.page.blocks import Figure
from binodal.page.section import Request, Section
from binodal.page.style import COLOURS, DASHES, figure

Array = NDArray[np.float64]
UNDER = PHASES
_POINTS = 400


@dataclass(frozen=True)
class ActionCurve:
    """S/d against q >= 0 at one temperature, with a word on what happens there."""

    sigma2: float
    word: str
    q: Array
    action: Array


def write(request: Request) -> Section:
    """The figure, at the temperatures around each theory's own transition."""
    events = critical_points(request.critical, FIGURE_DIGITS)
    curves = action_curves(events, saddles(request.solve, events, FIGURE_DIGITS))
    return Section(
        [
            Figure(
                "fig1-teacher-student",
                partial(action_figure, curves),
                "Fig. 1a. Teacher-student: the leading -log p(q)/d of one neuron at its own "
                "self-consistent residual, thermodynamic limit, setting of Fig. 2. One minimum "
                "before birth; three as deep as each other at and past coexistence. The derived "
                "theory contracts r_perp at each q.",
                "Two panels of curves of the action against the overlap, published and derived: "
                "a single well at zero turns into three wells as the temperature falls.",
            )
        ]
    )


@cache
def _action_functions(theory: str) -> Any:
    """(t, b, c, kappa, sigma_w2) -> q and S/d; t is q if published, rho if derived.

    Both are the leading -log p(q)/d of their theory: the derived one contracts r_perp at fixed q.
    """
    parameter, values = rho, {"q": sp.sqrt(contracted_overlap2()), "S": contracted_action()}
    if theory == "published":
        parameter, values = q, {"q": q, "S": published_in_q()}
    return compiled("curve", values, (parameter, b, c, kappa, sigma_w2), "numpy")


def _coupling_at(parameters: Parameters) -> float:
    return float(parameters.put_into(coupling()))


def action_curves(events: Events, solved: Solutions) -> dict[str, list[ActionCurve]]:
    """S/d against q at the temperatures of ``solved`` and at coexistence, coldest last."""
    curves: dict[str, list[ActionCurve]] = {}
    for theory, results in solved.items():
        at_transition = events[theory]["coexistence"]
        states = [(word, of["params"]["sigma2"], of["closure"]) for word, of in results]
        residual = {
            "b": at_transition["at"]["b"],
            "c": {"mid": str(float(preset(PRESET)["epsilon"]))},
        }
        states.append(("coexistence", at_transition["value"]["mid"], residual))
        states.sort(key=lambda state: -float(Fraction(state[1])))
        # The feature that is drawn last would hide the others: skip the one that nearly coincides.
        curves[theory] = [
            _action_curve(theory, *state) for state in states if state[0] != "past coexistence"
        ]
    return curves


def _action_curve(
    theory: str, word: str, sigma2: str, closure: Mapping[str, Mapping[str, str]]
) -> ActionCurve:
    parameters = preset(PRESET).replace(sigma2=Fraction(sigma2))
    modes = [float(closure[name]["mid"]) for name in ("b", "c")]
    ends = np.linspace(0, 1.3, _POINTS) if theory == "published" else np.linspace(0, 0.42, _POINTS)
    overlaps, value = _action_functions(theory)(
        ends, *modes, _coupling_at(parameters), float(parameters["sigma_w2"])
    )
    return ActionCurve(float(Fraction(sigma2)), word, np.asarray(overlaps), np.asarray(value))


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
