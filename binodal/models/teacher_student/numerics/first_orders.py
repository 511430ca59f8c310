"""The first orders in 1/N and in 1/n beside a closure, or why there are none."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from binodal.models.teacher_student.numerics.finite_data import first_order_data
from binodal.models.teacher_student.numerics.finite_width import Curvature, Shift, first_order
from binodal.models.teacher_student.numerics.losses import losses
from binodal.numerics.errors import Undecided

SHOWN = ("b", "c", "q2", "r_perp2")
_DERIVED_ONLY = "first orders are those of the derived action"


def corrections(parameters: Mapping[str, Fraction], theory: str) -> dict[str, object]:
    """The shifts at the given N and n, each order by its name: b, c, averages over neurons, losses.

    ``why`` says what is missing.
    """
    if theory != "derived":
        return {"1/N": None, "1/n": None, "why": _DERIVED_ONLY}
    at = {name: float(value) for name, value in parameters.items()}
    try:
        of = Curvature(at)
        width, data = first_order(of), first_order_data(of)
        lost = losses(of, width, data.shift)
    except Undecided as doubt:
        return {"1/N": None, "1/n": None, "why": str(doubt)}
    found: dict[str, object] = {
        "1/N": {**_shown(width), **lost.width},
        "1/n": {**_shown(data.shift), **lost.data},
    }
    doubts = []
    for name, require_small, count in (
        ("1/N", width.require_small, at["N"]),
        ("1/n", data.require_small, at["n"]),
    ):
        try:
            require_small(count)
        except Undecided as doubt:
            found[name] = None
            doubts.append(str(doubt))
    return {**found, "why": "; ".join(doubts)} if doubts else found


def _shown(order: Shift) -> dict[str, float]:
    return {name: order.shift[name] for name in SHOWN}
