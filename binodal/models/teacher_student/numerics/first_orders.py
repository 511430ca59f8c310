"""What finite N and n add to mean field: first orders, and the closure that holds both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from binodal.models.teacher_student.numerics.both_orders import SHOWN
from binodal.models.teacher_student.numerics.finite_data import DataShift, first_order_data
from binodal.models.teacher_student.numerics.finite_width import Curvature, Shift, first_order
from binodal.models.teacher_student.numerics.losses import Losses, losses
from binodal.models.teacher_student.numerics.renormalised_noise import renormalised
from binodal.numerics.corrections import DERIVED_ONLY, WIDTH
from binodal.numerics.errors import Undecided

ORDERS = (WIDTH, "1/n", "renormalised")


def corrections(parameters: Mapping[str, Fraction], theory: str) -> dict[str, object]:
    """The shifts at the given N and n, each order by its name: b, c, averages over neurons, losses.

    "renormalised" has both orders and all that closing the noise of unlearned modes on itself adds,
    with the size of what is left out. ``why`` says what is missing.
    """
    if theory != "derived":
        return {**dict.fromkeys(ORDERS), "why": DERIVED_ONLY}
    point = {name: float(value) for name, value in parameters.items()}
    try:
        of = Curvature(point)
        width, data = first_order(of), first_order_data(of)
        lost = losses(of, width, data.shift)
    except Undecided as doubt:
        return {**dict.fromkeys(ORDERS), "why": str(doubt)}
    orders: dict[str, Callable[[], dict[str, object]]] = {
        WIDTH: lambda: _small(width, point["N"], lost.width),
        "1/n": lambda: _small(data, point["n"], lost.data),
        "renormalised": lambda: _closed(of, width, data, lost),
    }
    shifts: dict[str, object] = {}
    doubts = []
    for name, known in orders.items():
        try:
            shifts[name] = known()
        except Undecided as doubt:
            shifts[name] = None
            doubts.append(str(doubt))
    return {**shifts, "why": "; ".join(doubts)} if doubts else shifts


def _small(order: Shift | DataShift, count: float, lost: Mapping[str, float]) -> dict[str, object]:
    order.require_small(count)
    shift = order.shift if isinstance(order, Shift) else order.shift.shift
    return {**{name: shift[name] for name in SHOWN}, **lost}


def _closed(of: Curvature, width: Shift, data: DataShift, lost: Losses) -> dict[str, object]:
    """What 1/N and 1/n add together, and the estimated size of what is left out."""
    width.require_small(of.at["N"])
    closure = renormalised(of, width, data, lost)
    return {**closure.shift, "left_out": dict(closure.left_out)}
