"""The modular-addition model as the commands see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from binodal.errors import RequestError
from binodal.models.modular.parameters import SPACE
from binodal.models.protocol import Expressions, Model
from binodal.numerics.parameters import Parameters

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from binodal.derive.derivation import Derivation
    from binodal.models.report import Report
    from binodal.numerics.critical import CriticalPoints
    from binodal.numerics.dropped import Dropped

PHASES = ("GFL", "GMFL-I", "GMFL-II", "undecided")
COMPOSITE = (
    "composite P: symmetry alone ties all (k,k), k != 0, only for prime P; here they share one "
    "eigenvalue because the closure has one solution, and that is of this form"
)
EVEN = (
    "even P: the mode P/2 is its own conjugate, hence real, and obeys another closure; it is one "
    "of P/2 modes and left out as P -> infinity"
)


def quantities() -> Mapping[str, Callable[[str], Derivation]]:
    """Derivations by name."""
    from binodal.models.modular.derivations.quantities import QUANTITIES

    return QUANTITIES


def complete(theory: str) -> Derivation:
    """The whole chain of derivations."""
    from binodal.models.modular.derivations.quantities import complete as chain

    return chain(theory)


def solve(parameters: Parameters, theory: str, limit: str, digits: int) -> Any:
    """The closure and all saddles in a limit."""
    from binodal.numerics.balls import bits_of

    if limit == "finite":
        from binodal.models.modular.numerics.finite import solve_finite

        solution = solve_finite(parameters, theory, bits_of(digits))
    else:
        from binodal.models.modular.numerics.solve import solve_thermodynamic

        solution = solve_thermodynamic(parameters, theory, bits_of(digits))
    said = (*solution.assumptions, *_said_of_order(parameters["P"], limit))
    return replace(solution, assumptions=said)


def _said_of_order(order: Fraction, limit: str) -> tuple[str, ...]:
    """What an even or a composite P changes in the statements that a number rests on."""
    if order.denominator != 1:
        return ()
    from flint import fmpz

    even = (EVEN,) if order % 2 == 0 and limit == "thermodynamic" else ()
    return even if fmpz(int(order)).is_prime() else (*even, COMPOSITE)


def critical(limit: str) -> CriticalPoints[Any]:
    """What finds the critical points of an event along a parameter."""
    if limit == "finite":
        from binodal.models.modular.numerics.finite_critical import critical_finite

        return critical_finite
    from binodal.models.modular.numerics.critical import critical as thermodynamic

    return thermodynamic


def assumptions(theory: str, limit: str) -> tuple[str, ...]:
    """What a theory rests on in a limit, in words."""
    from binodal.models.modular.numerics.critical import notes
    from binodal.models.modular.numerics.finite import finite_notes
    from binodal.models.modular.numerics.results import ACTION_UNITS

    return finite_notes(theory) if limit == "finite" else (*notes(theory), ACTION_UNITS[theory])


def dropped(parameters: Parameters, found: Any) -> Sequence[Dropped]:
    """The terms that a solution or an event leaves out, with their sizes."""
    from binodal.models.modular.numerics.dropped import dropped_terms

    return dropped_terms(parameters, found)


def grid(columns: Mapping[str, NDArray[np.float64]], theory: str) -> Mapping[str, NDArray[Any]]:
    """Closure, ring and phase on a grid of parameters, in double precision."""
    from binodal.models.modular.numerics.grid import thermodynamic_grid

    return _in_columns(thermodynamic_grid(columns, theory))


def finite_grid(
    columns: Mapping[str, NDArray[np.float64]], theory: str
) -> Mapping[str, NDArray[Any]]:
    """The same at the given P, by the integrals of a mode's law."""
    from binodal.models.modular.numerics.grid import finite_grid as at_given_size

    if (columns["P"] < 3).any():
        raise RequestError("P=2: the closure of a complex mode (k different from P-k) needs P >= 3")
    return _in_columns(at_given_size(columns, theory))


def _in_columns(found: Mapping[str, NDArray[Any]]) -> Mapping[str, NDArray[Any]]:
    """No ring means mass 0; where there is no solution there is no closure either."""
    import numpy as np

    solved = found["phase"] != PHASES.index("undecided")
    closure = {name: np.where(solved, found[name], np.nan) for name in ("a", "lambda")}
    phase, mass = found["phase"].astype(np.int8), np.nan_to_num(found["mass"], nan=0.0)
    return {**found, **closure, "mass": mass, "phase": phase}


def expressions() -> Mapping[str, Callable[[str], Expressions]]:
    """What code can be generated for."""
    from binodal.models.modular.expressions import EXPRESSIONS

    return EXPRESSIONS


def report() -> Report:
    """The model's part of the report."""
    from binodal.models.modular.report.content import REPORT

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
    finite_grid=finite_grid,
    events=("birth", "coexistence", "instability", "mass", "gmfl2"),
    phases=PHASES,
    closure=(("a", "a"), ("lambda", "lam")),
    coordinates=(("u", "u"), ("x", "x"), ("a", "a")),
    order_parameter=("x", "x"),
    columns={
        "a": "target part of the mean residual, in units of the target",
        "lambda": "eigenvalue of the kernel on the target",
        "x": "|w_k|^2 = |v_k|^2 on the ring of droplets",
        "action": "S/P of a mode there, relative to the zero state",
        "mass": "probability of the ring",
    },
    assumptions=assumptions,
    dropped=dropped,
)
