"""One cell of a sweep, from a solution with all its saddles."""

from __future__ import annotations

from collections.abc import Mapping
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
        modes = {name: getattr(solution.closure, inner) for name, inner in of.closure}
        quantities |= {k: _middle(v) for k, v in _flat(modes).items() if k in quantities}
    curves = getattr(solution, "curves", None)
    if curves is not None:
        known = {"test_loss": curves.loss, "log_evidence": curves.log_evidence}
        quantities |= {
            name: _middle(value)
            for name, value in known.items()
            if name in of.columns and value is not None
        }
    if deepest is not None:
        places = of.places or ((of.order.name, order),)
        quantities |= {name: _middle(getattr(deepest, inner)) for name, inner in places}
        quantities["action"] = _middle(deepest.action)
    if solution.saddles:
        quantities["mass"] = float(sum(_middle(s.mass) for s in minima if s.mass is not None))
    quantities["phase"] = PHASES.index(solution.phase) if solution.phase in PHASES else -1
    quantities["state"] = STATES.index(str(solution.status))
    return quantities


def _flat(modes: Mapping[str, Any]) -> dict[str, Any]:
    """Modes that come by number under a name of their own, as t_3."""
    flat: dict[str, Any] = {}
    for name, value in modes.items():
        flat |= (
            {f"{name}_{k}": v for k, v in value.items()}
            if isinstance(value, Mapping)
            else {name: value}
        )
    return flat


def _middle(value: Any) -> float:
    return float(value.mid()) if hasattr(value, "mid") else float(Fraction(value))
