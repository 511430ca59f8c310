"""The teacher-student model as the commands see it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from binodal.models.late import Late
from binodal.models.protocol import Limit, Model, OrderParameter, Solver
from binodal.models.teacher_student.parameters import SPACE
from binodal.numerics.parameters import Parameters


def _of_the_action(theory: str) -> tuple[str, ...]:
    from binodal.models.teacher_student.numerics.functions import assumptions

    return tuple(a.value for a in assumptions(theory))


def _solve() -> Solver:
    from binodal.models.teacher_student.numerics.thermodynamic import solve_thermodynamic
    from binodal.numerics.balls import bits_of

    def solve(parameters: Parameters, theory: str, digits: int) -> Any:
        solution = solve_thermodynamic(parameters, theory, bits_of(digits))
        return replace(solution, assumptions=solution.assumptions or _of_the_action(theory))

    return solve


def _solve_finite() -> Solver:
    from binodal.models.teacher_student.numerics.finite import solve_finite
    from binodal.models.teacher_student.numerics.first_orders import corrections

    def solve(parameters: Parameters, theory: str, digits: int) -> Any:
        solution = solve_finite(parameters, theory)
        if solution.closure is None:
            return solution
        return replace(solution, corrections=partial(corrections, parameters, theory))

    return solve


MODEL = Model(
    SPACE,
    size="d",
    order=OrderParameter("q", "q", r"overlap $q$"),
    closure=(("b", "b"), ("c", "c")),
    coordinates=(("u", "u"), ("q", "q"), ("b", "b")),
    columns={
        "b": "linear mode of the mean residual",
        "c": "cubic mode of the mean residual",
        "q": "overlap at the deepest feature minimum",
        "action": "S/d there, relative to the zero state",
        "mass": "probability of the feature minima",
        "test_loss": "squared error of the mean predictor on new inputs",
        "log_evidence": "log evidence per neuron",
    },
    events=("birth", "coexistence", "instability", "mass"),
    limits={
        "thermodynamic": Limit(
            _of_the_action,
            _solve,
            Late("binodal.models.teacher_student.numerics.critical", "critical"),
            Late("binodal.models.teacher_student.numerics.boundary", "boundary"),
            Late("binodal.models.teacher_student.numerics.grid", "thermodynamic"),
        ),
        "finite": Limit(
            Late("binodal.models.teacher_student.numerics.finite", "finite_notes").of,
            _solve_finite,
            Late("binodal.models.teacher_student.numerics.finite_critical", "critical_finite"),
            Late("binodal.models.teacher_student.numerics.boundary_finite", "boundary_finite"),
        ),
    },
    derivations=Late("binodal.models.teacher_student.derivations.quantities", "QUANTITIES"),
    complete=Late("binodal.models.teacher_student.derivations.quantities", "complete").of,
    expressions=Late("binodal.models.teacher_student.expressions", "EXPRESSIONS"),
    cells=Late("binodal.models.teacher_student.numerics.phase_cell", "CELLS"),
    branches=Late("binodal.models.teacher_student.numerics.hysteresis", "solved"),
    approach=Late("binodal.models.teacher_student.numerics.ladder", "APPROACH"),
    dynamics=Late("binodal.models.teacher_student.numerics.dynamics", "dynamics"),
    report=Late("binodal.models.teacher_student.report.content", "REPORT"),
    landscape=Late("binodal.models.teacher_student.report.landscape", "landscape"),
    explorer=Late("binodal.models.teacher_student.explorer.content", "EXPLORER"),
    selftest=Late("binodal.models.teacher_student.selftest", "checks").of,
    dropped=Late("binodal.models.teacher_student.numerics.dropped", "Terms.of").of,
    network=Late("binodal.models.teacher_student.network.network_model", "NETWORK"),
    experiments={
        "overlap-law": Late(
            "binodal.models.teacher_student.experiments.overlap_law", "OVERLAP_LAW"
        ),
        "width-and-time": Late(
            "binodal.models.teacher_student.experiments.width_and_time", "WIDTH_AND_TIME"
        ),
        "closing-gaps": Late(
            "binodal.models.teacher_student.experiments.closing_gaps", "CLOSING_GAPS"
        ),
        "measures-in-equilibrium": Late(
            "binodal.models.teacher_student.experiments.measures_in_equilibrium",
            "MEASURES_IN_EQUILIBRIUM",
        ),
    },
    trials={
        "escape-times": Late(
            "binodal.models.teacher_student.experiments.escape_times", "ESCAPE_TIMES"
        )
    },
)
