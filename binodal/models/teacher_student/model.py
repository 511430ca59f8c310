"""The teacher-student model as the commands see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from binodal.models.protocol import Expressions, Model
from binodal.models.teacher_student.parameters import SPACE
from binodal.numerics.parameters import Parameters

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from binodal.derive.derivation import Derivation
    from binodal.models.report import Report
    from binodal.numerics.critical import CriticalPoints
    from binodal.numerics.dropped import Dropped

PHASES = ("GFL", "GMFL-I", "GMFL-II", "undecided")


def quantities() -> Mapping[str, Callable[[str], Derivation]]:
    """Derivations by name."""
    from binodal.models.teacher_student.derivations.quantities import QUANTITIES

    return QUANTITIES


def complete(theory: str) -> Derivation:
    """The whole chain of derivations."""
    from binodal.models.teacher_student.derivations.quantities import complete as chain

    return chain(theory)


def solve(parameters: Parameters, theory: str, limit: str, digits: int) -> Any:
    """The closure and all saddles in a limit."""
    if limit == "finite":
        from binodal.models.teacher_student.numerics.finite import solve_finite

        return solve_finite(parameters, theory)
    from binodal.models.teacher_student.numerics.thermodynamic import solve_thermodynamic
    from binodal.numerics.balls import bits_of

    solution = solve_thermodynamic(parameters, theory, bits_of(digits))
    return replace(solution, assumptions=solution.assumptions or assumptions(theory, limit))


def critical(limit: str) -> CriticalPoints[Any]:
    """What finds the critical points of an event along a parameter."""
    if limit == "finite":
        from binodal.models.teacher_student.numerics.finite_critical import critical_finite

        return critical_finite
    from binodal.models.teacher_student.numerics.critical import critical as thermodynamic

    return thermodynamic


def assumptions(theory: str, limit: str) -> tuple[str, ...]:
    """What a theory rests on in a limit, in words."""
    if limit == "finite":
        from binodal.models.teacher_student.numerics.finite import finite_notes

        return finite_notes(theory)
    from binodal.models.teacher_student.numerics.functions import assumptions as named

    return tuple(a.value for a in named(theory))


def dropped(parameters: Parameters, found: Any) -> Sequence[Dropped]:
    """The terms that a solution or an event leaves out, with their sizes."""
    from binodal.models.teacher_student.numerics.dropped import dropped_terms

    return dropped_terms(parameters, found)


def grid(columns: Mapping[str, NDArray[np.float64]], theory: str) -> Mapping[str, NDArray[Any]]:
    """Closure, deepest feature minimum and phase on a grid of parameters, in double precision."""
    import numpy as np

    from binodal.models.teacher_student.numerics.grid import PHASES as OF_GRID
    from binodal.models.teacher_student.numerics.grid import thermodynamic_grid

    found = thermodynamic_grid(columns, theory)
    codes = np.array([PHASES.index(name) for name in OF_GRID], dtype=np.int8)
    return {**found, "phase": codes[found["phase"].astype(int)]}


def expressions() -> Mapping[str, Callable[[str], Expressions]]:
    """What code can be generated for."""
    from binodal.models.teacher_student.expressions import EXPRESSIONS

    return EXPRESSIONS


def report() -> Report:
    """The model's part of the report."""
    from binodal.models.teacher_student.report.content import REPORT

    return REPORT


MODEL = Model(
    SPACE,
    quantities,
    complete,
    solve=solve,
    critical=critical,
    expressions=expressions,
    grid=grid,
    report=report,
    events=("birth", "coexistence", "instability", "mass"),
    phases=PHASES,
    closure=(("b", "b"), ("c", "c")),
    coordinates=(("u", "u"), ("q", "q"), ("b", "b")),
    columns={
        "b": "linear mode of the mean residual",
        "c": "cubic mode of the mean residual",
        "q": "overlap at the deepest feature minimum",
        "action": "S/d there, relative to the zero state",
        "mass": "probability of the feature minima",
    },
    assumptions=assumptions,
    dropped=dropped,
)
