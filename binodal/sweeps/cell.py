"""One cell of a sweep, from a solution with all its saddles."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from binodal.models.protocol import Model
from binodal.numerics.errors import Undecided
from binodal.numerics.parameters import Parameters
from binodal.numerics.phases.rule import PHASES
from binodal.sweeps.arrays import STATES


def solved_cell(
    of: Model, parameters: Parameters, theory: str, limit: str, digits: int
) -> dict[str, float]:
    """The model's quantities at the deepest feature minimum, ``phase`` and ``state``.

    A cell whose solution could not be decided is undecided; the sweep goes on.
    """
    quantities: dict[str, float] = {name: float("nan") for name in of.columns}
    try:
        solution = of.offer("solve", limit)(parameters, theory, digits)
    except Undecided:
        return {**quantities, "phase": -1, "state": STATES.index("undecided")}
    order = of.order.attribute
    minima = [
        s for s in solution.saddles if s.kind == "minimum" and _middle(getattr(s, order)) != 0
    ]
    deepest = min(
        minima, key=lambda s: (_middle(s.action), -_middle(getattr(s, order))), default=None
    )
    if solution.closure is not None:
        quantities |= {
            name: _middle(getattr(solution.closure, inner)) for name, inner in of.closure
        }
    if deepest is not None:
        quantities |= {
            of.order.name: _middle(getattr(deepest, order)),
            "action": _middle(deepest.action),
        }
    if solution.saddles:
        quantities["mass"] = float(sum(_middle(s.mass) for s in minima if s.mass is not None))
    quantities["phase"] = PHASES.index(solution.phase) if solution.phase in PHASES else -1
    quantities["state"] = STATES.index(str(solution.status))
    return quantities


def _middle(value: Any) -> float:
    return float(value.mid()) if hasattr(value, "mid") else float(Fraction(value))
