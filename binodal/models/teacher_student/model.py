"""The teacher-student model as the commands see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from binodal.models.protocol import (
    Check,
    Expressions,
    Grid,
    Limit,
    Model,
    OrderParameter,
    Plotted,
    Solver,
)
from binodal.models.teacher_student.parameters import SPACE
from binodal.numerics.parameters import Parameters

if TYPE_CHECKING:
    from binodal.derive.derivation import Derivation
    from binodal.models.explorer import Explorer
    from binodal.models.report import Report
    from binodal.numerics.continuation.boundaries import Boundaries
    from binodal.numerics.critical import CriticalPoints
    from binodal.numerics.dropped import Dropped
    from binodal.numerics.dynamics.course import Dynamics
    from binodal.numerics.phases.hysteresis import Solver as Branches
    from binodal.numerics.phases.ladder import Approach
    from binodal.numerics.phases.phase_map import Cells
    from binodal.validate.experiments.experiment import Experiment
    from binodal.validate.network_model import NetworkModel


def _derivations() -> Mapping[str, Callable[[str], Derivation]]:
    from binodal.models.teacher_student.derivations.quantities import QUANTITIES

    return QUANTITIES


def _complete(theory: str) -> Derivation:
    from binodal.models.teacher_student.derivations.quantities import complete

    return complete(theory)


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


def _critical() -> CriticalPoints[Any]:
    from binodal.models.teacher_student.numerics.critical import critical

    return critical


def _boundary() -> Boundaries:
    from binodal.models.teacher_student.numerics.boundary import boundary

    return boundary


def _grid() -> Grid:
    from binodal.models.teacher_student.numerics.columns import thermodynamic

    return thermodynamic


def _finite_assumptions(theory: str) -> Sequence[str]:
    from binodal.models.teacher_student.numerics.finite import finite_notes

    return finite_notes(theory)


def _solve_finite() -> Solver:
    from binodal.models.teacher_student.numerics.finite import solve_finite
    from binodal.models.teacher_student.numerics.first_orders import corrections

    def solve(parameters: Parameters, theory: str, digits: int) -> Any:
        solution = solve_finite(parameters, theory)
        if solution.closure is None:
            return solution
        return replace(solution, corrections=corrections(parameters, theory))

    return solve


def _critical_finite() -> CriticalPoints[Any]:
    from binodal.models.teacher_student.numerics.finite_critical import critical_finite

    return critical_finite


def _boundary_finite() -> Boundaries:
    from binodal.models.teacher_student.numerics.boundary_finite import boundary_finite

    return boundary_finite


def _expressions() -> Mapping[str, Callable[[str], Expressions]]:
    from binodal.models.teacher_student.expressions import EXPRESSIONS

    return EXPRESSIONS


def _cells() -> Cells:
    from binodal.models.teacher_student.numerics.phase_cell import CELLS

    return CELLS


def _branches() -> Branches:
    from binodal.models.teacher_student.numerics.hysteresis import solved

    return solved


def _approach() -> Approach:
    from binodal.models.teacher_student.numerics.ladder import APPROACH

    return APPROACH


def _dynamics() -> Dynamics:
    from binodal.models.teacher_student.numerics.dynamics import dynamics

    return dynamics


def _landscape() -> Plotted:
    from binodal.models.teacher_student.report.landscape import landscape

    return landscape


def _report() -> Report:
    from binodal.models.teacher_student.report.content import REPORT

    return REPORT


def _explorer() -> Explorer:
    """The model's part of the explorer."""
    from binodal.models.teacher_student.explorer.content import EXPLORER

    return EXPLORER


def _selftest() -> Iterable[Check]:
    from binodal.models.teacher_student.selftest import checks

    return checks()


def _dropped(parameters: Mapping[str, Fraction], result: Any) -> Sequence[Dropped]:
    from binodal.models.teacher_student.numerics.dropped import Terms

    return Terms.of(parameters, result)


def _network() -> NetworkModel:
    from binodal.models.teacher_student.network.network_model import NETWORK

    return NETWORK


def _overlap_law() -> Experiment:
    from binodal.models.teacher_student.experiments.overlap_law import OVERLAP_LAW

    return OVERLAP_LAW


def _width_and_time() -> Experiment:
    from binodal.models.teacher_student.experiments.width_and_time import WIDTH_AND_TIME

    return WIDTH_AND_TIME


def _closing_gaps() -> Experiment:
    from binodal.models.teacher_student.experiments.closing_gaps import CLOSING_GAPS

    return CLOSING_GAPS


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
        "thermodynamic": Limit(_of_the_action, _solve, _critical, _boundary, _grid),
        "finite": Limit(_finite_assumptions, _solve_finite, _critical_finite, _boundary_finite),
    },
    derivations=_derivations,
    complete=_complete,
    expressions=_expressions,
    cells=_cells,
    branches=_branches,
    approach=_approach,
    dynamics=_dynamics,
    report=_report,
    landscape=_landscape,
    explorer=_explorer,
    selftest=_selftest,
    dropped=_dropped,
    network=_network,
    experiments={
        "overlap-law": _overlap_law,
        "width-and-time": _width_and_time,
        "closing-gaps": _closing_gaps,
    },
)
