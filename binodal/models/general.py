"""What a model offers that is nothing but a neuron: all of it follows from the general theory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from binodal.derive.neuron import Neuron
from binodal.errors import RequestError
from binodal.models.protocol import Expressions, Grid, Limit, Solver
from binodal.numerics.parameters import Exponents, Parameters

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from binodal.derive.derivation import Derivation
    from binodal.numerics.critical import CriticalPoints

THEORY = "derived"


def require_theory(theory: str) -> None:
    """Raise RequestError for another theory than the one that is derived."""
    if theory != THEORY:
        raise RequestError(f"theory {theory!r}: nothing is published here, choose {THEORY}")


def exponents(neuron: Neuron) -> Exponents:
    """The scaling as powers of beta; there is no alpha."""
    powers = neuron.scaling.items()
    return {str(s): (Fraction(str(power)), Fraction(0)) for s, power in powers}


def limits(neuron: Neuron, notes: Sequence[str]) -> Mapping[str, Limit]:
    """Both limits of a neuron with one order parameter; ``notes`` are what its law rests on."""
    stated = tuple(notes)

    def assumptions(theory: str) -> tuple[str, ...]:
        require_theory(theory)
        return stated

    def solve() -> Solver:
        from binodal.numerics.balls import bits_of
        from binodal.numerics.neuron.limit import solve_limit

        def solver(parameters: Parameters, theory: str, digits: int) -> Any:
            require_theory(theory)
            return solve_limit(neuron, parameters, theory, bits_of(digits), stated)

        return solver

    def solve_at_size() -> Solver:
        from binodal.numerics.neuron.finite import solve_finite

        def solver(parameters: Parameters, theory: str, digits: int) -> Any:
            require_theory(theory)
            return solve_finite(neuron, parameters, theory, stated)

        return solver

    def critical() -> CriticalPoints[Any]:
        from binodal.numerics.neuron.critical import NeuronCriticalPoints

        return NeuronCriticalPoints(neuron, (THEORY,), stated)

    return {
        "thermodynamic": Limit(assumptions, solve, critical, grid=lambda: _grid(neuron, False)),
        "finite": Limit(assumptions, solve_at_size, grid=lambda: _grid(neuron, True)),
    }


def _grid(neuron: Neuron, finite: bool) -> Grid:
    from binodal.numerics.neuron.grid import finite_grid, limit_grid

    name, table = str(neuron.order[0]), finite_grid if finite else limit_grid

    def grid(columns: Mapping[str, NDArray[np.float64]], theory: str) -> Mapping[str, NDArray[Any]]:
        require_theory(theory)
        columns_found = table(neuron, columns)
        return {name if column == "order" else column: v for column, v in columns_found.items()}

    return grid


def expressions(neuron: Neuron, notes: Sequence[str]) -> Mapping[str, Callable[[str], Expressions]]:
    """Action, gradient, log weight and closure, ready for code generation."""
    from binodal.derive.neuron_derivation import neuron_derivation

    results = neuron_derivation(neuron).results

    def table(*names: str) -> Callable[[str], Expressions]:
        def quantity(theory: str) -> Expressions:
            require_theory(theory)
            values = {name: results[name] for name in names}
            free = sorted(set().union(*(v.free_symbols for v in values.values())), key=str)
            unknowns = [s for s in free if s not in neuron.parameters]
            arguments = (*unknowns, *(s for s in neuron.parameters if s in free))
            return Expressions(values, arguments, tuple(notes))

        return quantity

    closure = [name for name in results if name.startswith("closure_")]
    slopes = [name for name in results if name.startswith("slope_")]
    return {
        "action": table("action"),
        "gradient": table(*slopes),
        "law": table("log_weight"),
        "closure": table(*closure),
    }


def derivations(neuron: Neuron) -> Mapping[str, Callable[[str], Derivation]]:
    """The derivation of the whole theory, by the one name that it has."""

    def derivation(theory: str) -> Derivation:
        from binodal.derive.neuron_derivation import neuron_derivation

        require_theory(theory)
        return neuron_derivation(neuron)

    return {"neuron": derivation}
