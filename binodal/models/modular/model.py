"""The modular-addition model as the commands see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

from binodal.models.late import Late
from binodal.models.modular.parameters import SPACE
from binodal.models.modular.subset import PAIRS, chosen, on_subset
from binodal.models.protocol import Family, Limit, Model, OrderParameter, Solver
from binodal.numerics.parameters import Parameters

COMPOSITE = (
    "composite P: symmetry alone ties all (k,k), k != 0, only for prime P; here they share one "
    "eigenvalue because the closure has one solution, and that is of this form"
)
EVEN = (
    "even P: the mode P/2 is its own conjugate, hence real, and obeys another closure; it is one "
    "of P/2 modes and left out as P -> infinity"
)


def _assumptions(theory: str) -> tuple[str, ...]:
    from binodal.models.modular.numerics.critical import notes
    from binodal.models.modular.numerics.results import ACTION_UNITS

    return (*notes(theory), ACTION_UNITS[theory])


def _solve() -> Solver:
    from binodal.models.modular.numerics.solve import solve_thermodynamic

    return _with_order(solve_thermodynamic, (EVEN,))


def _solve_finite() -> Solver:
    from binodal.models.modular.numerics.finite import solve_finite
    from binodal.models.modular.predictions.finite_width import corrections

    def solve(parameters: Parameters, theory: str, bits: int) -> Any:
        solution = solve_finite(parameters, theory, bits)
        if solution.closure is None:
            return solution
        return replace(solution, corrections=partial(corrections, parameters, theory))

    return _with_order(solve, ())


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
        "thermodynamic": Limit(
            _assumptions,
            _solve,
            Late("binodal.models.modular.numerics.critical", "critical"),
            Late("binodal.models.modular.numerics.boundary", "boundary"),
            Late("binodal.models.modular.numerics.grid", "thermodynamic"),
        ),
        "finite": Limit(
            Late("binodal.models.modular.numerics.finite", "finite_notes").of,
            _solve_finite,
            Late("binodal.models.modular.numerics.finite_critical", "critical_finite"),
            Late("binodal.models.modular.numerics.boundary_finite", "boundary_finite"),
            Late("binodal.models.modular.numerics.grid", "finite"),
        ),
    },
    derivations=Late("binodal.models.modular.derivations.quantities", "QUANTITIES"),
    complete=Late("binodal.models.modular.derivations.quantities", "complete").of,
    expressions=Late("binodal.models.modular.expressions", "EXPRESSIONS"),
    cells=Late("binodal.models.modular.numerics.phase_cell", "CELLS"),
    branches=Late("binodal.models.modular.numerics.hysteresis", "solved"),
    approach=Late("binodal.models.modular.numerics.ladder", "APPROACH"),
    dynamics=Late("binodal.models.modular.numerics.dynamics", "dynamics"),
    report=Late("binodal.models.modular.report.content", "REPORT"),
    landscape=Late("binodal.models.modular.report.landscape", "landscape"),
    explorer=Late("binodal.models.modular.explorer.content", "EXPLORER"),
    selftest=Late("binodal.models.modular.selftest", "checks").of,
    at_order=Late("binodal.models.modular.exact_checks", "exact_checks"),
    dropped=Late("binodal.models.modular.numerics.dropped", "Terms.of").of,
    network=Late("binodal.models.modular.network.network_model", "NETWORK"),
    experiments={
        "modular-transition": Late(
            "binodal.models.modular.experiments.modular_transition", "MODULAR_TRANSITION"
        ),
        "closing-gaps": Late("binodal.models.modular.experiments.closing_gaps", "CLOSING_GAPS"),
        "measures-in-equilibrium": Late(
            "binodal.models.modular.experiments.measures_in_equilibrium", "MEASURES_IN_EQUILIBRIUM"
        ),
    },
    courses={
        "measures-in-time": Late(
            "binodal.models.modular.experiments.measures_in_time", "MEASURES_IN_TIME"
        )
    },
    trials={
        "network-delays": Late(
            "binodal.models.modular.experiments.network_delays", "NETWORK_DELAYS"
        ),
        "partial-data": Late("binodal.models.modular.experiments.partial_data", "PARTIAL_DATA"),
    },
)


def _member(settings: Mapping[str, str]) -> Model:
    """The model on all pairs, or on a random subset of them."""
    return chosen(settings, MODEL, _on_subset)


def _on_subset() -> Model:
    """With a grid and networks, which other models on a subset do not have."""
    model = on_subset(MODEL)
    grid = Late("binodal.models.modular.numerics.subset_grid", "grid_on_subset")
    return replace(
        model,
        limits={name: replace(limit, grid=grid) for name, limit in model.limits.items()},
        network=Late("binodal.models.modular.network.subset_model", "NETWORK"),
    )


FAMILY = Family(MODEL.name, (PAIRS,), _member)
