"""What networks of finite width, on finite data, are predicted to show: first orders and errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import hypot

from binodal.models.teacher_student.numerics.finite_data import DataShift, first_order_data
from binodal.models.teacher_student.numerics.finite_width import (
    MODES,
    OBSERVABLES,
    STEP,
    Curvature,
)
from binodal.models.teacher_student.numerics.finite_width import first_order as shifts
from binodal.models.teacher_student.numerics.first_orders import SHOWN
from binodal.validate.expansion import DATA_LIMIT, Expansion, Series, rows
from binodal.validate.prediction import Prediction


@dataclass(frozen=True)
class WidthAndData:
    """First orders in 1/N and in 1/n together; the product of both is left out."""

    width: Expansion
    data: DataShift
    size: float

    def value(self, name: str) -> float:
        """Mean field and both first orders."""
        return self.width.value(name) + self.data.shift.shift[name]

    def dropped(self, name: str) -> float:
        """1/N^2, 1/n^2, and 1/(nN) as degrees of freedom/N of 1/n: unrelated, squares add."""
        share = hypot(self.data.left_out(self.size), self.width.freedom / self.width.width)
        return hypot(self.width.dropped(name), self.data.shift.sizes[name] * share)

    def require_small(self) -> None:
        """Raises :class:`binodal.numerics.errors.Undecided` where an order is not small."""
        self.width.require_small()
        self.data.require_small(self.size)


def first_order(parameters: Mapping[str, float], refine: int = 1, step: float = STEP) -> Expansion:
    """b, c, t5, t7 and q2 to first order in 1/N.

    Raises :class:`binodal.numerics.errors.Undecided` as mean field, and where 1/N is not small.
    """
    found, width = shifts(Curvature(parameters, refine), step), float(parameters["N"])
    found.require_small(width)
    ratio = min(1.0, found.next_over_first(width))
    ahead = {name: size * ratio for name, size in found.sizes.items()}
    return Expansion(found.start, found.shift, found.freedom, width, ahead=ahead)


def predictions(parameters: Mapping[str, float]) -> Iterator[Prediction]:
    """All observables at first order in 1/N, and in 1/n as well, with the error of quadrature and
    differences.

    A row says why there is none: no closure, or a correction that is not small.
    """

    @cache
    def width() -> tuple[Expansion, Expansion]:
        return first_order(parameters, 2), first_order(parameters, 1, 2 * STEP)

    def both() -> tuple[Series, Series]:
        pairs = ((2, STEP), (1, 2 * STEP))
        data = (first_order_data(Curvature(parameters, refine), step) for refine, step in pairs)
        size = float(parameters["n"])
        fine, coarse = (WidthAndData(w, d, size) for w, d in zip(width(), data, strict=True))
        return fine, coarse

    yield from rows(width, OBSERVABLES, MODES)
    yield from rows(both, SHOWN, MODES, DATA_LIMIT)
