"""The conditions of features and of a condensate in double precision, a column a cell."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from binodal.models.single_index.forms.orders import orders
from binodal.models.single_index.numerics.grid_search import Neurons
from binodal.models.single_index.numerics.joint import Joint
from binodal.models.single_index.numerics.setting import Setting
from binodal.numerics.codegen.forms import Compiled, Forms
from binodal.numerics.grids import Array

FEATURE, INSIDE = 2.0, 0.0
"""Kinds of places: a feature at (m, log r), and m alone where c_k = g_k r. Any other kind is the m,
1 or -1, of neurons without a bound of their norm.
"""
_COORDINATES = {FEATURE: 2, INSIDE: 1}
_STEPS, _SETTLED, _LONGEST = 80, 1e-12, 0.5
_ROWS = Forms("binodal.models.single_index.forms.droplets")
_UNHELD, _FEATURE = _ROWS.functions("unheld", "numpy"), _ROWS.functions("feature", "numpy")
_DIRECTION = Forms("binodal.models.single_index.forms.condensate").functions("feature", "numpy")


@dataclass(frozen=True)
class Couplings:
    """u, G, sigma_w^2 and c_1 in the zero state of many cells."""

    setting: Setting
    u: Array
    gain: Array
    norm: Array
    resting: Array

    def part(self, index: NDArray[np.int64]) -> Couplings:
        """Some of them."""
        columns = (self.u, self.gain, self.norm, self.resting)
        return Couplings(self.setting, *(column[index] for column in columns))

    def neurons(self, amplitudes: Array) -> Neurons:
        """Those whose residual has these modes (K, cells)."""
        return Neurons(self.setting, self.u, self.norm, amplitudes)

    @property
    def moves(self) -> bool:
        """Whether the zero state moves the linear mode."""
        return 1 in self.setting.acting

    @property
    def targets(self) -> Array:
        """y_k of the acting modes."""
        return np.array([float(y) for y in self.setting.acting.values()])

    @property
    def slopes(self) -> Array:
        """g_k of the acting modes."""
        every = self.setting.slopes(max(self.setting.modes) + 1)
        return np.array([float(every[k].mid()) for k in self.setting.modes])


class _Columns(ABC):
    """Rows and slopes of compiled functions, each an array over the cells."""

    def __init__(self, of: Couplings, functions: Mapping[str, Compiled]) -> None:
        self.of, self._functions = of, functions

    @abstractmethod
    def arguments(self, box: Sequence[Array]) -> list[Array | float]:
        """What the functions take at a box."""

    def value(self, box: Sequence[Array]) -> list[Array]:
        return list(self._functions["values"](*self.arguments(box)))

    def jacobian(self, box: Sequence[Array]) -> list[list[Array]]:
        flat = self._functions["slopes"](*self.arguments(box))
        return [list(flat[k : k + len(box)]) for k in range(0, len(flat), len(box))]


class _Unheld(_Columns):
    def __init__(self, of: Couplings) -> None:
        super().__init__(of, _UNHELD(of.setting.modes, of.moves))

    def arguments(self, box: Sequence[Array]) -> list[Array | float]:
        of = self.of
        return [*box, of.u, of.gain, of.resting, *of.targets]


class _Feature(_Columns):
    coordinates = _COORDINATES[FEATURE]

    def __init__(self, of: Couplings) -> None:
        super().__init__(of, _FEATURE(of.setting.modes))

    def arguments(self, box: Sequence[Array]) -> list[Array | float]:
        of, r, needed = self.of, np.exp(box[1]), orders(self.of.setting.modes, 2)
        table = of.setting.overlaps.floats(r, max(needed) + 1)
        return [box[0], r, *box[2:], of.u, of.gain, of.norm, *(table[k] for k in needed)]


class _Direction(_Columns):
    def __init__(self, of: Couplings, kind: float) -> None:
        super().__init__(of, _DIRECTION(of.setting.modes, kind == INSIDE))
        self.coordinates = _COORDINATES.get(kind, 0)
        self._edge = [] if self.coordinates else [kind]

    def arguments(self, box: Sequence[Array]) -> list[Array | float]:
        of = self.of
        return [*self._edge, *box, of.u, of.gain, of.norm, *of.slopes]


def newton(of: Couplings, kinds: Sequence[float], start: Array) -> tuple[Array, NDArray[np.bool_]]:
    """(coordinates of all places, t_k, masses) by cells, from a start, and where it settled."""
    points, settled = start.copy(), np.zeros(start.shape[1], dtype=bool)
    cosines = [rows[0] for rows in coordinate_rows(kinds) if rows]
    active = np.flatnonzero(np.isfinite(points).all(0))
    for _ in range(_STEPS):
        if not active.size:
            break
        step = _step(of.part(active), kinds, points[:, active])
        size = np.abs(step).max(0)
        moved = points[:, active] - step * np.minimum(1.0, _LONGEST / np.maximum(size, 1e-300))
        for row in cosines:
            inside = np.abs(moved[row]) < 1
            moved[row] = np.where(inside, moved[row], 0.999 * np.sign(moved[row]))
        points[:, active], settled[active] = moved, size < _SETTLED
        active = active[size >= _SETTLED]  # not where it is no number
    return points, settled


def coordinate_rows(kinds: Sequence[float]) -> list[list[int]]:
    """Which unknowns are the coordinates of each place."""
    rows, start = [], 0
    for kind in kinds:
        rows.append(list(range(start, start + _COORDINATES.get(kind, 0))))
        start += len(rows[-1])
    return rows


def _step(of: Couplings, kinds: Sequence[float], places: Array) -> Array:
    """Newton's, NaN where the conditions are singular or no numbers."""
    parts = [_Feature(of) if kind == FEATURE else _Direction(of, kind) for kind in kinds]
    joint = Joint(parts, _Unheld(of), len(of.setting.modes), np.zeros_like(of.u))
    box = list(places)
    rows = _stacked(joint.value(box), of)
    matrices = np.stack([_stacked(row, of) for row in joint.jacobian(box)]).transpose(2, 0, 1)
    sound = np.flatnonzero(np.isfinite(rows).all(0) & np.isfinite(matrices).all((1, 2)))
    sound = sound[np.abs(np.linalg.det(matrices[sound])) > 0]
    step = np.full_like(rows, np.nan)
    step[:, sound] = np.linalg.solve(matrices[sound], rows.T[sound][:, :, None])[:, :, 0].T
    return step


def _stacked(rows: Sequence[Array], of: Couplings) -> Array:
    return np.stack([np.broadcast_to(row, of.u.shape) for row in rows])
