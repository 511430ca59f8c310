"""The first orders in 1/N and in 1/n beside a closure, or why there are none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from binodal.models.teacher_student.numerics.finite_data import first_order_data
from binodal.models.teacher_student.numerics.finite_width import Curvature, first_order
from binodal.numerics.errors import Undecided

SHOWN = ("b", "c", "q2", "r_perp2")
_DERIVED_ONLY = "first orders are those of the derived action"


def corrections(parameters: Mapping[str, Fraction], theory: str) -> dict[str, object]:
    """The shifts of b, c, <q^2> and <r_perp^2> at the given N and n, each order by its name."""
    if theory != "derived":
        return {"1/N": None, "1/n": None, "why": _DERIVED_ONLY}
    at = {name: float(value) for name, value in parameters.items()}
    found: dict[str, object] = {}
    doubts = []
    for name, shifts in (("1/N", _width), ("1/n", _data)):
        try:
            found[name] = _shown(shifts, at)
        except Undecided as doubt:
            found[name] = None
            doubts.append(str(doubt))
    return {**found, "why": "; ".join(dict.fromkeys(doubts))} if doubts else found


def _shown(
    shifts: Callable[[Mapping[str, float]], Mapping[str, float]], at: Mapping[str, float]
) -> dict[str, float]:
    values = shifts(at)
    return {name: values[name] for name in SHOWN}


def _width(at: Mapping[str, float]) -> Mapping[str, float]:
    found = first_order(Curvature(at))
    found.require_small(at["N"])
    return found.shift


def _data(at: Mapping[str, float]) -> Mapping[str, float]:
    found = first_order_data(Curvature(at))
    found.left_out(at["n"])
    return found.shift.shift
