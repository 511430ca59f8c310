"""Grids of modular addition as the columns of a table: what is absent is zero or NaN."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.models.modular.numerics.grid import finite_grid, thermodynamic_grid
from binodal.numerics.errors import ParameterError
from binodal.numerics.phases.rule import PHASES

Columns = Mapping[str, NDArray[Any]]


def thermodynamic(columns: Mapping[str, NDArray[np.float64]], theory: str) -> Columns:
    """Closure, ring and phase on a grid of parameters, in double precision."""
    return _complete(thermodynamic_grid(columns, theory))


def finite(columns: Mapping[str, NDArray[np.float64]], theory: str) -> Columns:
    """The same at the given P, by the integrals of a mode's law. Raises ParameterError at P = 2."""
    if (columns["P"] < 3).any():
        raise ParameterError(
            "P=2: the closure of a complex mode (k different from P-k) needs P >= 3"
        )
    return _complete(finite_grid(columns, theory))


def _complete(columns: Columns) -> Columns:
    """No ring means mass 0; where there is no solution there is no closure either."""
    solved = columns["phase"] != PHASES.index("undecided")
    closure = {name: np.where(solved, columns[name], np.nan) for name in ("a", "lambda")}
    phase, mass = columns["phase"].astype(np.int8), np.nan_to_num(columns["mass"], nan=0.0)
    return {**columns, **closure, "mass": mass, "phase": phase}
