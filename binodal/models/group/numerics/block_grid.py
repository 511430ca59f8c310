"""Grids of one block at the group's own size: every point by the closure of the block's law."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.models.group.numerics.block_closure import Solved, share_of_values, solved
from binodal.models.group.numerics.cyclic import CyclicTwin
from binodal.models.group.numerics.results import Saddle
from binodal.models.modular.numerics.functions import PARAMETERS, coupling
from binodal.numerics.balls import ball, bits_of
from binodal.numerics.errors import Undecided
from binodal.numerics.phases.rule import PHASES

_DIGITS = 15
_UNDECIDED = {
    **dict.fromkeys(("a", "lambda", "u", "x", "action", "mass"), np.nan),
    "phase": PHASES.index("undecided"),
}


def block_grid(
    twin: CyclicTwin, columns: Mapping[str, NDArray[np.float64]]
) -> Mapping[str, NDArray[Any]]:
    """Results at all points of columns that broadcast; those of no solution are NaN."""
    given = np.broadcast_arrays(*(np.asarray(columns[name], float) for name in PARAMETERS))
    rows = [
        _point(twin, dict(zip(PARAMETERS, map(Fraction, place), strict=True)))
        for place in zip(*(column.ravel().tolist() for column in given), strict=True)
    ]
    shape = given[0].shape
    return {name: np.array([row[name] for row in rows]).reshape(shape) for name in _UNDECIDED}


def _point(twin: CyclicTwin, parameters: Mapping[str, Fraction]) -> Mapping[str, float]:
    try:
        return _numbers(solved(twin, parameters, bits_of(_DIGITS)), parameters)
    except Undecided:
        return _UNDECIDED


def _numbers(solution: Solved, parameters: Mapping[str, Fraction]) -> Mapping[str, float]:
    """Of a solved closure; where there is no ring its columns are NaN, and its mass is zero."""
    tau = ball(parameters["sigma2"]) / solution.closure.a
    minima = [saddle for saddle in solution.saddles if saddle.kind == "minimum"]
    first = minima[1:2]
    return {
        "a": float(solution.closure.a.mid()),
        "lambda": float(solution.closure.lam.mid()),
        "u": float(coupling(tau, parameters).mid()),
        "x": _of_first(first, "x"),
        "action": _of_first(first, "action"),
        "mass": float(share_of_values([s.mass for s in minima if s.mass is not None])[0].mid()),
        "phase": PHASES.index(solution.phase),
    }


def _of_first(first: list[Saddle], name: str) -> float:
    return float(getattr(first[0], name).mid()) if first else np.nan
