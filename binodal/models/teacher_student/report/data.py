"""The numbers of the teacher-student report: critical points, saddles and curves."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from binodal.api import critical, solve
from binodal.derive.symbols import b, c, kappa, q, rho, sigma_w2
from binodal.models.teacher_student.derivations.action import published_in_q
from binodal.models.teacher_student.derivations.continuum import coupling
from binodal.models.teacher_student.derivations.overlap_law import contracted_action, contracted_overlap2
from binodal.derive.theories import THEORIES
from binodal.models.registry import model
from binodal.numerics.codegen.load import compiled
from binodal.numerics.errors import Undecided
from binodal.numerics.parameters import Parameters
from binodal.models.registry import preset
from binodal.numerics.rescale import rescale, whole_sizes
from binodal.models.teacher_student.numerics.finite import float_closure
from binodal.models.teacher_student.numerics.grid import thermodynamic_grid
from binodal.models.teacher_student.report.figures import ActionCurve, ResidualCurve
from binodal.result import Result

MODEL, PRESET = "teacher-student", "fig2"
EVENTS = ("birth", "coexistence", "instability")
BETAS = (Fraction(1, 8), Fraction(1, 2), Fraction(1), Fraction(2))
"""Sizes of C.43, with alpha = beta."""

_POINTS = 400

Events = dict[str, dict[str, Result]]
"""Results by theory and event."""


def critical_points(digits: int) -> Events:
    """All events along sigma^2 in both theories."""
    return {
        theory: {
            event: critical(MODEL, event, preset=PRESET, theory=theory, digits=digits)
            for event in EVENTS
        }
        for theory in THEORIES
    }


def place(found: Result) -> float:
    """sigma^2 of a critical point. Raises Undecided when none was proved."""
    if found.document["value"] is None:
        raise Undecided(f"{found.document['event']}: {found.document['reason']}")
    return float(found.document["value"]["mid"])


def around(events: Mapping[str, Result]) -> list[tuple[Fraction, str]]:
    """Temperatures before, between and after the events, in three decimals, with a word each."""
    birth, coexistence = place(events["birth"]), place(events["coexistence"])
    values = (
        (1.08 * birth, "before birth"),
        ((birth + coexistence) / 2, "metastable feature"),
        (0.97 * coexistence, "past coexistence"),
        (0.8 * coexistence, "far past coexistence"),
    )
    return [(Fraction(round(1000 * value), 1000), word) for value, word in values]


def saddles(events: Events, digits: int) -> dict[str, list[tuple[str, Result]]]:
    """Solutions around each theory's transition. Raises Undecided when one is not proved."""
    return {
        theory: [(word, _solved(value, theory, digits)) for value, word in around(found)]
        for theory, found in events.items()
    }


def _solved(sigma2: Fraction, theory: str, digits: int) -> Result:
    found = solve(MODEL, preset=PRESET, sigma2=sigma2, theory=theory, digits=digits)
    if found.document["closure"] is None:
        raise Undecided(f"sigma2={sigma2}: {found.document['reason']}")
    return found


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


def action_curves(
    events: Events, solved: Mapping[str, list[tuple[str, Result]]]
) -> dict[str, list[ActionCurve]]:
    """S/d against q at the temperatures of ``solved`` and at coexistence, coldest last."""
    curves: dict[str, list[ActionCurve]] = {}
    for theory, results in solved.items():
        at_transition = events[theory]["coexistence"].document
        states = [
            (word, r.document["params"]["sigma2"], r.document["closure"]) for word, r in results
        ]
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
    at, value = _action_functions(theory)(
        ends, *modes, _coupling_at(parameters), float(parameters["sigma_w2"])
    )
    return ActionCurve(float(Fraction(sigma2)), word, np.asarray(at), np.asarray(value))


def residual_curves(theory: str, points: int) -> list[ResidualCurve]:
    """b and c against sigma^2 along M.11 for finite beta, and in the limit."""
    base = preset(PRESET)
    sigma2 = np.linspace(0.05, 0.35, points)
    curves = []
    for beta in BETAS:
        sized, _ = whole_sizes(rescale(base, beta)[0])
        floats = {name: float(value) for name, value in sized.items()}
        modes = np.array(
            [float_closure({**floats, "sigma2": float(at)}, theory)[0] for at in sigma2]
        )
        curves.append(ResidualCurve(str(beta), sigma2, modes[:, 0], modes[:, 1], floats))
    fine = np.linspace(0.05, 0.35, 8 * points)
    columns = {name: float(value) for name, value in base.items()}
    limit = thermodynamic_grid({**columns, "sigma2": fine}, theory)
    return [*curves, ResidualCurve("infinity", fine, limit["b"], limit["c"], {"beta": np.inf})]
