"""Grids of modular addition as the columns of a table: what is absent is zero or NaN."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.models.modular.numerics.functions import PARAMETERS
from binodal.models.modular.numerics.grid import finite_grid, thermodynamic_grid
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import ParameterError
from binodal.numerics.phases.rule import PHASES

_FORMS = Forms("binodal.models.modular.forms.curves")
Columns = Mapping[str, NDArray[Any]]


def thermodynamic(columns: Mapping[str, NDArray[np.float64]], theory: str) -> Columns:
    """Closure, ring and phase on a grid of parameters, in double precision."""
    return _learned(columns, _complete(thermodynamic_grid(columns, theory)), theory)


def finite(columns: Mapping[str, NDArray[np.float64]], theory: str) -> Columns:
    """The same at the given P, by the integrals of a mode's law. Raises ParameterError at P = 2."""
    if (columns["P"] < 3).any():
        raise ParameterError(
            "P=2: the closure of a complex mode (k different from P-k) needs P >= 3"
        )
    return _complete(finite_grid(columns, theory))


def _learned(columns: Mapping[str, NDArray[np.float64]], solved: Columns, theory: str) -> Columns:
    """With the loss, and the log evidence per neuron where the theory has one."""
    exact = [columns[name] for name in PARAMETERS]
    loss, _ = _FORMS.floats("level")()(solved["a"], *exact)
    if theory == "published":
        return {**solved, "test_loss": loss}
    state = (solved["a"], solved["u"], np.nan_to_num(solved["x"]), *exact)
    full, some = (_FORMS.floats("evidence")(last)(*state)[0] for last in (True, False))
    evidence = np.where(solved["phase"] == PHASES.index("GMFL-II"), full, some)
    return {**solved, "test_loss": loss, "log_evidence": evidence}


def _complete(columns: Columns) -> Columns:
    """No ring means mass 0; where there is no solution there is no closure either."""
    solved = columns["phase"] != PHASES.index("undecided")
    closure = {name: np.where(solved, columns[name], np.nan) for name in ("a", "lambda")}
    phase, mass = columns["phase"].astype(np.int8), np.nan_to_num(columns["mass"], nan=0.0)
    return {**columns, **closure, "mass": mass, "phase": phase}
