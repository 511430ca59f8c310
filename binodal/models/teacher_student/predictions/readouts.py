"""Measures that are quadratic in readouts, or ask what they tell, with orders in 1/N and 1/n."""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot

from binodal.models.teacher_student.numerics.finite_width import Curvature
from binodal.models.teacher_student.numerics.law import Array
from binodal.models.teacher_student.numerics.readouts import (
    GRADIENTS,
    INFORMATION,
    OUTPUTS,
    UNITS,
    Readouts,
    Terms,
)
from binodal.models.teacher_student.predictions.finite_width import Orders
from binodal.numerics.errors import Undecided
from binodal.validate.measures.definitions.circuit_complexity import masked

_SINGLE = {"agop_trace": GRADIENTS, "mutual_information": INFORMATION}
MASKED = "circuit_complexity"
READ = (*_SINGLE, MASKED)


def read(
    known: Orders, finer: Curvature, beside: Array
) -> tuple[dict[str, tuple[float, float]], dict[str, float]]:
    """Numbers with their errors, and those of mean field by the finer quadrature.

    Where orders are not small, mean field with an error of their size. ``beside`` moves the modes
    of the residual, and is in the error as well.
    """
    of = Readouts(known.of, beside)
    coarse, fine = of.mean_field(), Readouts(finer, beside).mean_field()
    terms = of.orders(known.shift, known.data)
    ahead = _ahead(known)
    values, errors = {}, {}
    for name, term in terms.items():
        start = coarse[name].start
        values[name] = start if ahead is None else term.value
        left = hypot(*term.sizes) if ahead is None else _left_out(term, *ahead)
        errors[name] = abs(start - fine[name].start) + abs(term.start - start) + left
    starts = {name: term.start for name, term in fine.items()}
    wanted, spread = _measures(values), _measures(errors)
    return {name: (wanted[name], spread[name]) for name in wanted}, _measures(starts)


def _ahead(known: Orders) -> tuple[float, float] | None:
    """Next orders over the first ones, of 1/N and of 1/n, where all are small."""
    try:
        known.both.require_small()
    except Undecided:
        return None
    return known.shift.next_over_first(known.at["N"]), known.both.data_ahead


def _left_out(terms: Terms, width: float, data: float) -> float:
    """1/N^2, 1/n^2 and 1/(nN), which both first orders have with the other."""
    one, other = terms.sizes
    return hypot(one * hypot(width, data), other * data)


def _measures(of: Mapping[str, float]) -> dict[str, float]:
    named = {name: of[source] for name, source in _SINGLE.items()}
    return named | {MASKED: masked(of[UNITS], of[OUTPUTS])}
