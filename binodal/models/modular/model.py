"""The modular-addition model as the commands see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from binodal.models.modular.parameters import SPACE
from binodal.models.modular.subset import PAIRS, chosen, on_subset
from binodal.models.protocol import (
    Check,
    Expressions,
    Family,
    Grid,
    Limit,
    Model,
    OrderParameter,
    Plotted,
    Solver,
)
from binodal.numerics.parameters import Parameters

if TYPE_CHECKING:
    from binodal.derive.derivation import Derivation
    from binodal.models.explorer import Explorer
    from binodal.models.report import Report
    from binodal.numerics.continuation.boundaries import Boundaries
    from binodal.numerics.critical import CriticalPoints
    from binodal.numerics.dropped import Dropped
    from binodal.numerics.phases.hysteresis import Solver as Branches
    from binodal.numerics.phases.ladder import Approach
    from binodal.numerics.phases.phase_map import Cells
    from binodal.validate.experiments.experiment import Experiment
    from binodal.validate.experiments.in_time import InTime
    from binodal.validate.network_model import NetworkModel

COMPOSITE = (
    "composite P: symmetry alone ties all (k,k), k != 0, only for prime P; here they share one "
    "eigenvalue because the closure has one solution, and that is of this form"
)
EVEN = (
    "even P: the mode P/2 is its own conjugate, hence real, and obeys another closure; it is one "
    "of P/2 modes and left out as P -> infinity"
)


def _derivations() -> Mapping[str, Callable[[str], Derivation]]:
    from binodal.models.modular.derivations.quantities import QUANTITIES

    return QUANTITIES


def _complete(theory: str) -> Derivation:
    from binodal.models.modular.derivations.quantities import complete

    return complete(theory)


def _assumptions(theory: str) -> tuple[str, ...]:
    from binodal.models.modular.numerics.critical import notes
    from binodal.models.modular.numerics.results import ACTION_UNITS

    return (*notes(theory), ACTION_UNITS[theory])


def _solve() -> Solver:
    from binodal.models.modular.numerics.solve import solve_thermodynamic

    return _with_order(solve_thermodynamic, (EVEN,))


def _solve_finite() -> Solver:
    from binodal.models.modular.numerics.finite import solve_finite

    return _with_order(solve_finite, ())


def _with_order(solve: Callable[[Parameters, str, int], Any], at_even: tuple[str, ...]) -> Solver:
    """A solver whose statements say what an even or a composite P changes in them."""
    from binodal.numerics.balls import bits_of

    def solved(parameters: Parameters, theory: str, digits: int) -> Any:
        solution = solve(parameters, theory, bits_of(digits))
        notes = _of_order(parameters["P"], at_even)
        return replace(solution, assumptions=(*solution.assumptions, *notes))

    return solved


def _of_order(order: Fraction, at_even: tuple[str, ...]) -> tuple[str, ...]:
    if order.denominator != 1:
        return ()
    from flint import fmpz

    even = at_even if order % 2 == 0 else ()
    return even if fmpz(int(order)).is_prime() else (*even, COMPOSITE)


def _critical() -> CriticalPoints[Any]:
    from binodal.models.modular.numerics.critical import critical

    return critical


def _boundary() -> Boundaries:
    from binodal.models.modular.numerics.boundary import boundary

    return boundary


def _grid() -> Grid:
    from binodal.models.modular.numerics.columns import thermodynamic

    return thermodynamic


def _finite_assumptions(theory: str) -> Sequence[str]:
    from binodal.models.modular.numerics.finite import finite_notes

    return finite_notes(theory)


def _critical_finite() -> CriticalPoints[Any]:
    from binodal.models.modular.numerics.finite_critical import critical_finite

    return critical_finite


def _boundary_finite() -> Boundaries:
    from binodal.models.modular.numerics.boundary_finite import boundary_finite

    return boundary_finite


def _grid_finite() -> Grid:
    from binodal.models.modular.numerics.columns import finite

    return finite


def _expressions() -> Mapping[str, Callable[[str], Expressions]]:
    from binodal.models.modular.expressions import EXPRESSIONS

    return EXPRESSIONS


def _cells() -> Cells:
    from binodal.models.modular.numerics.phase_cell import CELLS

    return CELLS


def _branches() -> Branches:
    from binodal.models.modular.numerics.hysteresis import solved

    return solved


def _approach() -> Approach:
    from binodal.models.modular.numerics.ladder import APPROACH

    return APPROACH


def _landscape() -> Plotted:
    from binodal.models.modular.report.landscape import landscape

    return landscape


def _report() -> Report:
    from binodal.models.modular.report.content import REPORT

    return REPORT


def _explorer() -> Explorer:
    """The model's part of the explorer."""
    from binodal.models.modular.explorer.content import EXPLORER

    return EXPLORER


def _selftest() -> Iterable[Check]:
    from binodal.models.modular.selftest import checks

    return checks()


def _at_order() -> Callable[[int], Iterable[Check]]:
    from binodal.models.modular.exact_checks import exact_checks

    return exact_checks


def _dropped(parameters: Mapping[str, Fraction], result: Any) -> Sequence[Dropped]:
    from binodal.models.modular.numerics.dropped import Terms

    return Terms.of(parameters, result)


def _network() -> NetworkModel:
    from binodal.models.modular.network.network_model import NETWORK

    return NETWORK


def _modular_transition() -> Experiment:
    from binodal.models.modular.experiments.modular_transition import MODULAR_TRANSITION

    return MODULAR_TRANSITION


def _closing_gaps() -> Experiment:
    from binodal.models.modular.experiments.closing_gaps import CLOSING_GAPS

    return CLOSING_GAPS


def _measures_in_time() -> InTime:
    from binodal.models.modular.experiments.measures_in_time import MEASURES_IN_TIME

    return MEASURES_IN_TIME


MODEL = Model(
    SPACE,
    size="P",
    order=OrderParameter("x", "x", r"$x = |w_k|^2$"),
    closure=(("a", "a"), ("lambda", "lam")),
    coordinates=(("u", "u"), ("x", "x"), ("a", "a")),
    columns={
        "a": "target part of the mean residual, in units of the target",
        "lambda": "eigenvalue of the kernel on the target",
        "x": "|w_k|^2 = |v_k|^2 on the ring of droplets",
        "action": "S/P of a mode there, relative to the zero state",
        "mass": "probability of the ring",
        "test_loss": "squared error of the mean predictor on a pair",
        "log_evidence": "log evidence per neuron",
    },
    events=("birth", "coexistence", "instability", "mass", "gmfl2"),
    limits={
        "thermodynamic": Limit(_assumptions, _solve, _critical, _boundary, _grid),
        "finite": Limit(
            _finite_assumptions, _solve_finite, _critical_finite, _boundary_finite, _grid_finite
        ),
    },
    derivations=_derivations,
    complete=_complete,
    expressions=_expressions,
    cells=_cells,
    branches=_branches,
    approach=_approach,
    report=_report,
    landscape=_landscape,
    explorer=_explorer,
    selftest=_selftest,
    at_order=_at_order,
    dropped=_dropped,
    network=_network,
    experiments={
        "modular-transition": _modular_transition,
        "closing-gaps": _closing_gaps,
    },
    courses={"measures-in-time": _measures_in_time},
)


def _member(settings: Mapping[str, str]) -> Model:
    """The model on all pairs, or on a random subset of them."""
    return chosen(settings, MODEL, lambda: on_subset(MODEL))


FAMILY = Family(MODEL.name, (PAIRS,), _member)
