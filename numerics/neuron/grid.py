"""Closures on a grid of parameters, in double precision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.derive.neuron import Neuron
from binodal.numerics.balls import precision
from binodal.numerics.errors import Undecided
from binodal.numerics.neuron.action import deepest, saddles
from binodal.numerics.neuron.floats import Array, FloatLaw, float_closure
from binodal.numerics.neuron.limit import solve_limit
from binodal.numerics.phases.rule import PHASES, phase_codes

_BITS = 64
_NAN = float("nan")
Cell = Callable[[Neuron, Mapping[str, float]], list[float]]
Columns = Mapping[str, NDArray[np.float64]]


def finite_grid(neuron: Neuron, columns: Columns) -> dict[str, NDArray[Any]]:
    """Columns of the modes, ``order`` and ``action`` of the deepest feature minimum, ``mass``.

    ``mass`` is the probability beyond the barrier before the feature, ``phase`` an index of the
    rule's names; what is not there is NaN, and the mass 0. Columns broadcast against each other.
    """
    return _table(neuron, columns, _finite_cell)


def limit_grid(neuron: Neuron, columns: Columns) -> dict[str, NDArray[Any]]:
    """The same at infinite size: the middles of proved balls."""
    return _table(neuron, columns, _limit_cell)


def _table(neuron: Neuron, columns: Columns, cell: Cell) -> dict[str, NDArray[Any]]:
    names = [str(s) for s in neuron.parameters]
    shape = np.broadcast_shapes(*(np.shape(columns[name]) for name in names))
    values = [np.broadcast_to(columns[name], shape).ravel().tolist() for name in names]
    rows = [cell(neuron, dict(zip(names, row, strict=True))) for row in zip(*values, strict=True)]
    held = (*(str(s) for s in neuron.modes), "order", "action", "mass", "phase")
    cells = np.array(rows).reshape(-1, len(held)).T.reshape(len(held), *shape)
    table: dict[str, NDArray[Any]] = dict(zip(held, cells, strict=True))
    return {**table, "phase": table["phase"].astype(np.int8)}


def _undecided(neuron: Neuron) -> list[float]:
    return [*([_NAN] * (len(neuron.modes) + 3)), PHASES.index("undecided")]


def _limit_cell(neuron: Neuron, parameters: Mapping[str, float]) -> list[float]:
    exact = {name: Fraction(value) for name, value in parameters.items()}
    solution = solve_limit(neuron, exact, bits=_BITS)
    if solution.closure is None:
        return _undecided(neuron)
    with precision(_BITS):
        feature = deepest(solution.saddles)
    modes = [float(t) for t in solution.closure.modes.values()]
    code = PHASES.index(solution.phase)
    if feature is None:
        return [*modes, _NAN, _NAN, 0.0, code]
    mass = _NAN if feature.mass is None else float(feature.mass)
    return [*modes, float(feature.order), float(feature.action), mass, code]


def _finite_cell(neuron: Neuron, parameters: Mapping[str, float]) -> list[float]:
    try:
        law, residual = float_closure(neuron, parameters)
        modes = [float(t) for t in law.amplitudes(residual)]
        with precision(_BITS):
            exact = {name: arb(value) for name, value in parameters.items()}
            points = saddles(neuron, exact, [arb(t) for t in modes])
            feature = deepest(points)
        barriers = [float(s.order) for s in points[1:] if s.kind == "maximum"]
    except Undecided:
        return _undecided(neuron)
    place, depth, beyond, before = _NAN, _NAN, 0.0, 1.0
    if feature is not None:
        place, depth = float(feature.order), float(feature.action)
        beyond, before = _masses(law, residual, min(barriers, default=0.0))
    code = phase_codes(*(np.array([v]) for v in (beyond, before, parameters["N"])))
    return [*modes, place, depth, beyond, float(code[0])]


def _masses(law: FloatLaw, residual: Array, cut: float) -> tuple[float, float]:
    """The probabilities beyond a place and up to it, each with its own relative accuracy."""
    chances = law.chances(residual)
    middles = np.sqrt(law.points[1:] * law.points[:-1])
    beyond, before = np.cumsum(chances[::-1])[::-1][1:], np.cumsum(chances)[:-1]
    held = (float(np.interp(cut, middles, sums)) for sums in (beyond, before))
    return next(held), next(held)
