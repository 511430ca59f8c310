"""The deepest feature of many neurons at once: a lattice of (h, v), then Newton's method.

Doubt is told, not hidden: where the action does not rise towards an end of the lattice, and where
it is lower on the lattice than at any minimum that Newton's method finds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from binodal.models.single_index.numerics.cells import FORMS
from binodal.models.single_index.numerics.float_landscape import FloatLandscape
from binodal.models.single_index.numerics.setting import Setting
from binodal.numerics.grids import Array
from binodal.numerics.overlaps.wide import with_derivatives

_BLOCK = 16
_STEP = 1 / 10
_BELOW, _ABOVE = -5.0, 6.0
_FINEST, _FARTHEST, _SIDE = 0.05, 9.0, 72
_BEHIND = 4
_SETTLED, _SHALLOW = 1e-9, 1e-10
_PARTS = FORMS.functions("cost_parts", "numpy")
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Features:
    """The deepest minimum away from m = 0 a cell, NaN where none was found.

    Not to be trusted where the lattice is ``lower`` somewhere, or ``open`` to lower places beyond.
    """

    h: Array
    v: Array
    action: Array
    lower: NDArray[np.bool_]
    open: NDArray[np.bool_]

    @property
    def doubt(self) -> NDArray[np.bool_]:
        """Either."""
        return self.lower | self.open


@dataclass(frozen=True)
class Neurons:
    """u, sigma_w^2 and the acting modes (K, cells) of many neurons."""

    setting: Setting
    u: Array
    norm: Array
    amplitudes: Array

    def part(self, index: NDArray[np.int64]) -> Neurons:
        """Some of them."""
        return Neurons(self.setting, self.u[index], self.norm[index], self.amplitudes[:, index])

    @property
    def landscape(self) -> FloatLandscape:
        """Their actions."""
        return FloatLandscape(
            self.setting, self.setting.modes, self.u, self.norm, list(self.amplitudes)
        )


def features(of: Neurons) -> Features:
    """The deepest feature of each."""
    lattice = _Lattice(of)
    lowest, beyond = np.full(of.u.size, np.inf), np.zeros(of.u.size, dtype=bool)
    starts: list[tuple[Places, Array, Array]] = []
    for begin in range(0, of.u.size, _BLOCK):
        block = lattice.order[begin : begin + _BLOCK]
        h, v, action = lattice.actions(block)
        lowest[block] = action.min(axis=(1, 2))
        beyond[block] = lattice.cut[block] & _open_ended(action, of.setting.symmetric)
        for cell, i, k in (_hollows(h, action), _dips(h, action)):
            starts.append((block[cell], h[i], v[k]))
    cell, h, v = (np.concatenate(column) for column in zip(*starts, strict=True))
    h, v, depth = _deepest(of, cell, h, v)
    lower = np.minimum(np.nan_to_num(depth, nan=0.0), 0.0) > lowest + _SHALLOW
    return Features(h, v, depth, lower, beyond)


class _Lattice:
    """S/d on steps that are equal in log r, and in h finest at 0, as far as minima can be.

    ``order`` puts neurons with a similar range beside each other; where minima can be at an end of
    all that there is, a range is ``cut``.
    """

    def __init__(self, of: Neurons) -> None:
        self._of, self._rest = of, np.log(of.norm) / 2
        ends = self._rest.min() + _BELOW, self._rest.max() + _ABOVE
        self._v = _STEP * np.arange(np.floor(ends[0] / _STEP), np.ceil(ends[1] / _STEP) + 1)
        whole = of.setting.overlaps.floats(np.exp(self._v), max(of.setting.modes) + 3)
        self._overlaps, self._raised = (
            np.stack(with_derivatives(list(whole), of.setting.modes, 1))
            .reshape(len(of.setting.modes), 2, -1)
            .swapaxes(0, 1)
        )
        self._side = _FINEST * np.sinh(np.linspace(0.0, np.arcsinh(_FARTHEST / _FINEST), _SIDE))
        self._find_ends()
        self.order = np.lexsort((self._low, self._high))

    def _find_ends(self) -> None:
        """First and last row of v, and rows of |h|, between which all minima lie.

        S_l = r^2/sigma_w^2 - 1 - u F F_l vanishes at a minimum, and so does
        S_m/m = cosh^2 h - u (F/m) F_m.
        """
        of, sizes = self._of, np.abs(self._of.amplitudes)
        field = sizes.T @ np.abs(self._overlaps)
        pull = of.u[:, None] * field * (sizes.T @ np.abs(self._raised))
        spring = np.exp(2 * (self._v - self._rest[:, None])) - 1
        possible = np.abs(spring) <= pull + 2 * _STEP  # never empty
        self.cut = possible[:, 0] | possible[:, -1]
        self._low = np.maximum(possible.argmax(axis=1) - 3, 0)
        self._high = self._v.size - np.maximum(possible[:, ::-1].argmax(axis=1) - 3, 0)
        weights = np.array(of.setting.modes)[:, None] * sizes
        turn = of.u[:, None] * field * (weights.T @ np.abs(self._overlaps))
        most = np.where(possible, turn, 0.0).max(axis=1)
        self._rows = np.searchsorted(self._side, np.arccosh(np.sqrt(1 + most))) + 3
        self.cut |= self._rows > _SIDE

    def actions(self, cells: Places) -> tuple[Array, Array, Array]:
        """h, log r, and S/d of some cells there, of shape (cells, h, v)."""
        side = self._side[: self._rows[cells].max()]
        h = side if self._of.setting.symmetric else np.concatenate([-side[:0:-1], side])
        part = slice(self._low[cells].min(), self._high[cells].max())
        m, _, along = _PARTS()["angular"](h)
        powers = np.stack([m**k for k in self._of.setting.modes])
        basis = powers[:, :, None] * self._overlaps[:, None, part]
        strength = np.sqrt(self._of.u[cells] / 2) * self._of.amplitudes[:, cells]
        force = (strength.T @ basis.reshape(len(basis), -1)).reshape(len(cells), *basis.shape[1:])
        _, radial = _PARTS()["radial"](self._v[part] - self._rest[cells, None])
        np.multiply(force, force, out=force)
        np.subtract(radial[:, None, :], force, out=force)
        force += along[:, None]
        return h, self._v[part], force


def _open_ended(action: Array, symmetric: bool) -> NDArray[np.bool_]:
    """Whether S falls towards an end of the lattice somewhere."""
    falls = (action[:, :, -1] < action[:, :, -2]).any(1) | (action[:, :, 0] < action[:, :, 1]).any(
        1
    )
    falls |= (action[:, -1] < action[:, -2]).any(1)
    if not symmetric:
        falls |= (action[:, 0] < action[:, 1]).any(1)
    return np.asarray(falls)


def _hollows(h: Array, action: Array) -> tuple[Places, Places, Places]:
    """Points of the lattice that are lower than all around, but those at m = 0."""
    inner = action[:, 1:-1, 1:-1]
    valley = (inner <= action[:, 1:-1, :-2]) & (inner <= action[:, 1:-1, 2:])
    cell, i, k = np.unravel_index(np.flatnonzero(valley), inner.shape)
    here = action[cell, i + 1, k + 1]
    lower = h[i + 1] != 0
    for row in (i, i + 2):
        for column in (k, k + 1, k + 2):
            lower &= here <= action[cell, row, column]
    return cell[lower], i[lower] + 1, k[lower] + 1


def _dips(h: Array, action: Array) -> tuple[Places, Places, Places]:
    """On either side of m = 0: behind the place where S, least over r, rises least with |h|.

    Just past its birth a minimum is too narrow for the lattice; Newton's method reaches it from
    behind, where S rises convexly.
    """
    sides = [np.flatnonzero(h >= 0)]
    if h[0] < 0:
        sides.append(np.flatnonzero(h <= 0)[::-1])
    parts = [_dips_on(np.abs(h[side]), action[:, side]) for side in sides]
    cells, norms = (np.concatenate([part[column] for part in parts]) for column in (0, 2))
    rows = np.concatenate([side[p[1]] for side, p in zip(sides, parts, strict=True)])
    return cells, rows, norms


def _dips_on(h: Array, action: Array) -> tuple[Places, Places, Places]:
    least, where = _valley(action)
    slope = np.diff(least, axis=1) / np.diff(h)
    dip = (slope[:, 1:-1] < slope[:, :-2]) & (slope[:, 1:-1] <= slope[:, 2:])
    cell, row = np.nonzero(dip)
    row = np.minimum(row + _BEHIND, h.size - 1)
    return cell, row, where[cell, row]


def _valley(action: Array) -> tuple[Array, Places]:
    """S least over v, by a parabola through three points, and where."""
    where = np.clip(action.argmin(axis=2), 1, action.shape[2] - 2)
    left, middle, right = (
        np.take_along_axis(action, (where + k)[:, :, None], 2)[:, :, 0] for k in (-1, 0, 1)
    )
    bend = left - 2 * middle + right
    convex = bend > 0
    return middle - convex * (right - left) ** 2 / (8 * np.where(convex, bend, 1.0)), where


def _deepest(of: Neurons, cell: Places, h: Array, v: Array) -> Array:
    """h, v and S/d of the deepest minimum that Newton's method reaches from a cell's starts."""
    landscape = of.part(cell).landscape.settled(h, v)
    sound = (
        (landscape.moved < _SETTLED)
        & (landscape.det > 0)
        & (landscape.trace > 0)
        & (landscape.h != 0)
    )
    order = np.flatnonzero(sound)
    order = order[np.argsort(-landscape.action[order], kind="stable")]
    deepest = np.full((3, of.u.size), np.nan)
    deepest[:, cell[order]] = np.stack([landscape.h, landscape.v, landscape.action])[:, order]
    return deepest
