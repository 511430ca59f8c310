"""Grids, maps and loops of a group: those of the mode that its irreps equal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.models.group.numerics.block_grid import block_grid
from binodal.models.group.numerics.cyclic import CyclicTwin, common_block, common_twin, is_mode
from binodal.models.group.numerics.escape import block_escapes
from binodal.models.group.parameters import ORDER
from binodal.models.group.setting import Setting
from binodal.models.modular.numerics import grid as cyclic_grid
from binodal.models.modular.numerics.hysteresis import branches, escapes
from binodal.models.modular.numerics.phase_cell import CELLS
from binodal.numerics.balls import ball, precision
from binodal.numerics.phases.escape import Feature
from binodal.numerics.phases.hysteresis import Solved, Solver
from binodal.numerics.phases.phase_map import Cells

Columns = Mapping[str, NDArray[Any]]


class GroupGrid:
    """(columns of parameters, theory) -> columns of results, in double precision."""

    def __init__(self, setting: Setting, limit: str) -> None:
        self.finite = limit == "finite"
        block = common_block(setting) if self.finite else None
        self.twin = common_twin(setting) if block is None else CyclicTwin(setting, block)

    def __call__(self, columns: Mapping[str, NDArray[np.float64]], theory: str, /) -> Columns:
        """Those of the twin, in units of the block."""
        own = self.twin.scaled(columns, np.float64)
        if self.finite and not is_mode(self.twin.block):
            whole = {**columns, ORDER: np.array(float(self.twin.setting.size))}
            return block_grid(self.twin, whole)
        solve = cyclic_grid.finite if self.finite else cyclic_grid.thermodynamic
        cells = dict(solve(own, theory))
        cells["action"] = cells["action"] * float(self.twin.first_depth)
        cells["u"] = cells["u"] * self.twin.felt_rank
        return cells


def cells(setting: Setting) -> Cells:
    """How the stages of a cell are proved: on the twin's box."""
    return CELLS.by(common_twin(setting).parameters)


def loop(setting: Setting) -> Solver:
    """Both branches of an irrep's loop, and escape times."""
    twin = common_twin(setting)

    def solved(parameters: Mapping[str, Fraction], theory: str, bits: int) -> Solved:
        own = twin.parameters(parameters)
        phase, cooling, heating = branches(own, theory, bits)
        with precision(bits):
            unit = ball(twin.first_depth)
            rings = (_in_units(cooling, unit), _in_units(heating, unit))
        if is_mode(twin.block):
            return phase, *rings, escapes(own, theory, bits)
        whole = {**parameters, ORDER: Fraction(setting.size)}
        return phase, *rings, block_escapes(twin, whole, theory, bits)

    return solved


def _in_units(feature: Feature | None, unit: arb) -> Feature | None:
    if feature is None:
        return None
    return replace(feature, action=unit * feature.action, barrier=unit * feature.barrier)
