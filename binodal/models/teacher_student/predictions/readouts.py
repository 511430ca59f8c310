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
_MASKED = "circuit_complexity"
READ = (*_SINGLE, _MASKED)
Told = tuple[float, float]


def read(
    known: Orders, finer: Curvature, beside: Array
) -> tuple[dict[str, Told], dict[str, float]]:
    """Numbers with their errors, and those of mean field by the finer quadrature.

    ``beside`` moves the modes of the residual, and is in the error as well.
    """
    of = Readouts(known.of, beside)
    coarse, fine = of.mean_field(), Readouts(finer, beside).mean_field()
    plain = {name: term.start for name, term in coarse.items()}
    starts = {name: term.start for name, term in fine.items()}
    apart = {name: abs(start - starts[name]) for name, start in plain.items()}
    told = with_errors(of.orders(known.shift, known.data), plain, apart, _ahead(known))
    return measures(told), {name: value for name, (value, _) in measures(exactly(starts)).items()}


def with_errors(
    terms: Mapping[str, Terms],
    plain: Mapping[str, float],
    apart: Mapping[str, float],
    ahead: tuple[float, float] | None,
) -> dict[str, Told]:
    """With both orders; where ``ahead``, the next over the first ones, is none since they are not
    small, mean field with an error of their size.

    ``plain`` is mean field without what lies beside it, and ``apart`` the error of quadratures.
    """
    told = {}
    for name, term in terms.items():
        left = hypot(*term.sizes) if ahead is None else _left_out(term, *ahead)
        error = apart[name] + abs(term.start - plain[name]) + left
        told[name] = plain[name] if ahead is None else term.value, error
    return told


def measures(of: Mapping[str, Told]) -> dict[str, Told]:
    """By the names of measures what there is."""
    named = {name: of[source] for name, source in _SINGLE.items() if source in of}
    pairs = zip(of[UNITS], of[OUTPUTS], strict=True)
    value, error = (masked(*pair) for pair in pairs)
    return {**named, _MASKED: (value, error)}


def exactly(values: Mapping[str, float]) -> dict[str, Told]:
    """Without an error."""
    return {name: (value, 0.0) for name, value in values.items()}


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
