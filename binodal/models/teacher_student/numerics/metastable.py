"""The zero state at finite d, kept by its barrier: the closure over the zero basin alone.

With the neuron's law cut at the barrier the closure is still the minimum of a strictly convex
potential, which is convex for any law of the weights: one solution for one cut. The cut is the
barrier of that solution's own action.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np
from flint import arb

from binodal.models.teacher_student.numerics.law import (
    POINTS_PER_WIDTH,
    Array,
    Law,
    scales,
    solve_law,
    solved_law,
)
from binodal.models.teacher_student.numerics.saddles import Closure, Saddle, saddles
from binodal.numerics.balls import precision
from binodal.numerics.errors import Undecided
from binodal.numerics.quadrature import float_rule

_NODES = 16
_PANELS_PER_WIDTH = 0.7
_ROUNDING = 1e-13
_SETTLED = 1e-11
_MOST_CUTS = 60
_BITS = 96


def over_barrier(points: list[Saddle]) -> tuple[Saddle, Saddle] | None:
    """The barrier nearest to zero with the outermost feature minimum; None without both."""
    right = [s for s in points if s.q > 0]
    tops = [s for s in right if s.kind == "maximum"]
    minima = [s for s in right if s.kind == "minimum"]
    return (tops[0], minima[-1]) if tops and minima else None


def zero_basin(parameters: Mapping[str, Fraction], theory: str) -> Closure | None:
    """(b, c) while every neuron is in the zero basin; None where that basin has no barrier.

    Balls are midpoint and error estimate, not proofs: the change on a finer quadrature, plus the
    change when the cut moves inwards by the width of the barrier, over which a state that leaks
    differs from a cut one. Raises :class:`Undecided` where the closure is not solved.
    """
    floats = {name: float(value) for name, value in parameters.items()}
    whole, residual = solved_law(floats, theory)
    modes, cut = residual / scales(2), 0.0
    for _ in range(_MOST_CUTS):
        ahead = barrier_place(parameters, modes, theory)
        if ahead is None:
            return None
        before, cut = cut, ahead
        if abs(cut - before) <= _SETTLED * cut:
            return _with_errors(whole, modes, cut)
        modes = _solved(whole, cut)
    raise Undecided(f"the barrier of the zero basin did not settle near y = {cut:.6g}")


def barrier_place(parameters: Mapping[str, Fraction], modes: Array, theory: str) -> float | None:
    """y = q/sqrt(1 + 2 r_perp^2) of the barrier in the action at given modes."""
    with precision(_BITS):
        pair = over_barrier(saddles(parameters, Closure(*map(arb, modes)), theory))
    if pair is None:
        return None
    rho = float(pair[0].rho.mid())
    return float(np.sqrt(rho / (1.0 - 2.0 * rho)))


def between(whole: Law, low: float, high: float, finer: int = 1) -> Law:
    """The law between two places, by Gauss panels that resolve the narrowest peak of its grid."""
    width = whole.y[1] * POINTS_PER_WIDTH / finer
    count = int(np.ceil((high - low) / width * _PANELS_PER_WIDTH))
    nodes, weights = float_rule(_NODES)
    half = (high - low) / count / 2.0
    points = low + half * (2.0 * np.arange(count)[:, None] + 1.0 + nodes)
    rule = np.broadcast_to(half * weights, points.shape)
    return replace(whole, y=points.ravel(), weights=np.ascontiguousarray(rule).ravel())


def _solved(whole: Law, cut: float, finer: int = 1) -> Array:
    """The closure's modes over y < cut."""
    return solve_law(between(whole, 0.0, cut, finer)) / scales(2)


def _with_errors(whole: Law, modes: Array, cut: float) -> Closure:
    inside = _solved(whole, cut - _layer(whole, modes, cut))
    finer = _solved(whole, cut, 2)
    errors = np.abs(finer - modes) + np.abs(inside - modes) + _ROUNDING
    return Closure(*(arb(mode, error) for mode, error in zip(finer, errors, strict=True)))


def _layer(whole: Law, modes: Array, cut: float) -> float:
    """The width 1/sqrt(-d^2 log p/dy^2) of the barrier in y, at most half of the basin."""
    step = cut / 20.0
    low, top, high = whole.at(cut + step * np.array([-1.0, 0.0, 1.0])).log_density(
        modes * scales(2)
    )
    bend = float(low + high - 2.0 * top) / step**2
    return min(cut / 2.0, 1.0 / float(np.sqrt(bend))) if bend > 0 else cut / 2.0
