"""What networks of finite width are predicted to show: first orders and their errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from binodal.models.teacher_student.numerics.finite_width import (
    MODES,
    OBSERVABLES,
    STEP,
    Curvature,
)
from binodal.models.teacher_student.numerics.finite_width import first_order as shifts
from binodal.validate.expansion import Expansion, rows
from binodal.validate.prediction import Prediction


def first_order(parameters: Mapping[str, float], refine: int = 1, step: float = STEP) -> Expansion:
    """b, c, t5, t7 and q2 to first order in 1/N.

    Raises :class:`binodal.numerics.errors.Undecided` as mean field, and where 1/N is not small.
    """
    found, width = shifts(Curvature(parameters, refine), step), float(parameters["N"])
    found.require_small(width)
    return Expansion(found.start, found.shift, found.freedom, width)


def predictions(parameters: Mapping[str, float]) -> Iterator[Prediction]:
    """All observables at first order in 1/N, with the error of quadrature and differences.

    A row says why there is none: no closure, or a correction that is not small.
    """

    def width() -> tuple[Expansion, Expansion]:
        return first_order(parameters, 2), first_order(parameters, 1, 2 * STEP)

    yield from rows(width, OBSERVABLES, MODES)
