"""Single-index networks at first order in 1/N: modes of the residual, and averages over neurons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from binodal.models.single_index.numerics.finite_closure import FiniteState
from binodal.models.single_index.numerics.finite_width import More, first_order, means
from binodal.models.single_index.numerics.law_readings import averaged
from binodal.models.single_index.numerics.setting import Mode, Setting
from binodal.models.single_index.predictions.modes import named
from binodal.validate.expansion import Expansion, rows
from binodal.validate.prediction import Prediction

Solve = Callable[[], FiniteState]
_UNNUMBERED = 2
"""The number of modes that labels leave out."""


def finite_width(
    setting: Setting,
    orders: Sequence[Mode],
    complete: Sequence[Solve],
    on_axis: Sequence[Solve],
    further: Sequence[str] = (),
    more: More | None = None,
) -> Iterator[Prediction]:
    """Mean field of the ``complete`` closures, with the shifts of those with modes of w*.x alone.

    Each is a coarse closure and a finer one, whose difference is in the error, with the estimated
    size of the orders left out. ``more`` averages have the names ``further``. Rows say why there is
    nothing: no closure, or no small correction.
    """

    def fine_and_coarse() -> tuple[Expansion, Expansion]:
        parts = zip(complete, on_axis, strict=True)
        coarse, fine = (_expansion(orders, whole(), axis(), more) for whole, axis in parts)
        return fine, coarse

    names = [*(named(setting, k) for k in orders), *averaged(setting), *further]
    return rows(fine_and_coarse, names, _UNNUMBERED)


def _expansion(
    orders: Sequence[Mode], complete: FiniteState, on_axis: FiniteState, more: More | None
) -> Expansion:
    shifts, setting = first_order(on_axis, more), complete.law.setting
    names = {k: named(setting, k) for k in orders}
    start = means(complete, complete.chances, more)
    start |= {name: complete.residual[k] for k, name in names.items()}
    shift = {**shifts.averages, **{name: shifts.modes[k] for k, name in names.items()}}
    return Expansion(start, shift, shifts.freedom, complete.law.at["N"])
