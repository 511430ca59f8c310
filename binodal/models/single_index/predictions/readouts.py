"""Measures that are quadratic in readouts, with both first orders, and what 1/n adds to others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import hypot

import numpy as np

from binodal.models.single_index.numerics.finite_closure import FiniteState
from binodal.models.single_index.numerics.finite_data import (
    DataShift,
    DataTerm,
    first_order_data,
    next_over_first,
    training_slope,
)
from binodal.models.single_index.numerics.finite_width import Curvature, More
from binodal.models.single_index.numerics.readouts import JUMPS, LOST, Readouts
from binodal.models.single_index.numerics.setting import Mode, Setting
from binodal.models.single_index.numerics.window import Array
from binodal.models.single_index.predictions.modes import named
from binodal.models.teacher_student.numerics.readouts import GRADIENTS
from binodal.models.teacher_student.predictions.readouts import Told, measures, with_errors
from binodal.numerics.errors import Undecided

LOSS, TRAINED = "test_loss", "train_loss"
_BEYOND = 2, 4
"""Degrees that are resolved beyond the closure's, by the coarser quadrature and by the finer."""


@dataclass(frozen=True)
class Known:
    """Measures by name, or why there are none; what 1/n moves of t_k and of averages."""

    values: Mapping[str, Told]
    silent: Mapping[str, str]
    shifts: Mapping[str, float]
    sizes: Mapping[str, float]
    ahead: float | None

    def moved(self, name: str, value: float, error: float) -> Told:
        """With the order in 1/n, or an error of its size where it is not small."""
        size = self.sizes[name]
        if self.ahead is None:
            return value, error + size
        return value + self.shifts[name], error + size * self.ahead


def of_readouts(axis: Sequence[FiniteState], whole: FiniteState, more: More) -> Known:
    """Of closures with modes of w*.x alone, a coarser and a finer one, and of one with all.

    ``more`` averages have names.
    """
    fine = axis[1]
    terms = [DataTerm(Curvature(*of)) for of in zip(axis, _BEYOND, strict=True)]
    shifts = [first_order_data(*of, more) for of in zip(terms, axis, strict=True)]
    rough, exact = (
        Readouts(term, np.zeros(len(term.mean))).orders(shift)
        for term, shift in zip(terms, shifts, strict=True)
    )
    found = Readouts(terms[1], _beside(terms[1], fine, whole)).orders(shifts[1])
    plain = {name: term.start for name, term in exact.items()}
    apart = {name: abs(term.value - rough[name].value) for name, term in exact.items()}
    slope = training_slope(axis[0], _BEYOND[0])
    found[TRAINED] = replace(found[LOST], data=(slope,))
    for by_name in (plain, apart):
        by_name[TRAINED] = by_name[LOST]
    data, ahead = shifts[1], _ahead(terms[1], shifts[1])
    told = with_errors(found, plain, apart, ahead)
    values = {**measures(told), LOSS: told[LOST], TRAINED: told[TRAINED]}
    silent = {} if GRADIENTS in told else {"agop_trace": JUMPS}
    moved, sizes = (_named(fine.law.setting, of) for of in (data.shifts, data.sizes))
    return Known(values, silent, moved, sizes, ahead and ahead[1])


def _named(setting: Setting, of: Mapping[Mode | str, float]) -> dict[str, float]:
    return {
        key if isinstance(key, str) else named(setting, key): value for key, value in of.items()
    }


def _ahead(term: DataTerm, data: DataShift) -> tuple[float, float] | None:
    """Next orders over the first ones, of 1/N and of 1/n, where these are small."""
    try:
        data.require_small()
    except Undecided:
        return None
    width, freedom = term.of.law.at["N"], term.here.freedom
    return next_over_first(freedom, width), hypot(data.left_out, freedom / width)


def _beside(term: DataTerm, axis: FiniteState, whole: FiniteState) -> Array:
    """What residuals that are no functions of w*.x alone move of it, normalised."""
    moved = {k: value - axis.residual.get(k, value) for k, value in whole.residual.items()}
    return np.asarray(term.sizes * [moved.get(k, 0.0) for k in term.of.modes])
