"""The states past coexistence of many cells at once, in double precision."""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import NDArray

from binodal.models.single_index.forms.orders import orders
from binodal.models.single_index.numerics.grid_search import Neurons, features
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.grids import Array

_FORMS = Forms("binodal.models.single_index.forms.droplets")
_SYSTEM = _FORMS.functions("droplets", "numpy")
_SCALINGS, _STEPS, _SETTLED = 40, 80, 1e-12
_SAME, _HELD = 1e-6, 1e-9


@dataclass(frozen=True)
class Droplets:
    """The feature's place, all acting modes (K, cells), M with mass M/d, and where not to trust."""

    h: Array
    v: Array
    amplitudes: Array
    mass: Array
    doubt: NDArray[np.bool_]


def droplets(
    of: Neurons, gain: Array, resting: Array, branch: bool, h: Array, v: Array
) -> Droplets:
    """The state that holds a feature at S = 0, from a feature (h, v) below zero at ``of``.

    ``resting`` is c_1 in the zero state; ``branch`` tells whether that moves the linear mode.
    """
    system = _Pinned(of, gain, resting, branch)
    found, settled = system.solved(system.start(h, v))
    m, v, *modes, mass = found
    amplitudes, h = np.stack(modes), np.arctanh(m)
    moved = Neurons(of.setting, of.u, of.norm, amplitudes)
    deepest = features(moved)
    at_rest = moved.landscape.shape(np.zeros_like(h), np.log(of.norm) / 2)
    same = np.maximum(np.abs(np.abs(deepest.h) - np.abs(h)), np.abs(deepest.v - v)) < _SAME
    sound = settled & same & (np.abs(deepest.action) < _HELD) & ~deepest.doubt
    return Droplets(h, v, amplitudes, mass, ~(sound & (at_rest[0] > 0) & (mass > 0)))


class _Pinned:
    """S = S_m = S_l = 0 and the closure in (m, log r, t_k, M), a column a cell."""

    def __init__(self, of: Neurons, gain: Array, resting: Array, branch: bool) -> None:
        self._of, self._gain, self._resting = of, gain, resting
        self._functions = _SYSTEM(of.setting.modes, branch)
        self._targets = np.array([float(y) for y in of.setting.acting.values()])

    def start(self, h: Array, v: Array) -> Array:
        """The feature whose S vanishes as all modes shrink, and M by least squares.

        The least S is concave in the square of the modes' scale, so Newton's method comes down to
        its zero from the side on which the feature exists.
        """
        of, scale = self._of, np.ones_like(h)
        force = np.zeros_like(h)
        for _ in range(_SCALINGS):
            shrunk = Neurons(of.setting, of.u, of.norm, of.amplitudes * np.sqrt(scale))
            at = shrunk.landscape.settled(h, v)
            h, v = at.h, at.v
            basis = self._basis(h, v)
            force = (of.amplitudes * basis).sum(0)
            step = at.action / (of.u / 2 * force**2)
            scale = scale + step
            if not (np.abs(step) > _SETTLED).any():
                break
        modes = of.amplitudes * np.sqrt(scale)
        weights = np.array([float(factorial(k)) for k in of.setting.modes])[:, None]
        pull = self._gain * basis * (modes * basis).sum(0) / weights
        learned = self._targets[:, None] - modes
        mass = np.maximum((pull * learned).sum(0) / (pull**2).sum(0), 1e-3)
        return np.stack([np.tanh(h), v, *modes, mass])

    def solved(self, at: Array) -> tuple[Array, NDArray[np.bool_]]:
        """Newton's method with bounded steps, and where it settled."""
        at, settled = at.copy(), np.zeros(at.shape[1], dtype=bool)
        active = np.flatnonzero(np.isfinite(at).all(0))
        for _ in range(_STEPS):
            rows, slopes = self._system(at[:, active], active)
            sound = np.isfinite(rows).all(0) & np.isfinite(slopes).all((0, 1))
            active, rows, slopes = active[sound], rows[:, sound], slopes[:, :, sound]
            step = _solve(slopes, rows)
            size = np.abs(step).max(0)
            moved = at[:, active] - step * np.minimum(1.0, 0.5 / np.maximum(size, 1e-300))
            moved[0] = np.where(np.abs(moved[0]) < 1, moved[0], 0.999 * np.sign(moved[0]))
            at[:, active], settled[active] = moved, size < _SETTLED
            active = active[size >= _SETTLED]
            if not active.size:
                break
        return at, settled

    def _system(self, at: Array, cells: NDArray[np.int64]) -> tuple[Array, Array]:
        """Rows and Jacobian of some cells."""
        of, r = self._of, np.exp(at[1])
        needed = orders(of.setting.modes, 2)
        table = of.setting.overlaps.floats(r, max(needed) + 1)
        arguments = [
            at[0],
            r,
            *at[2:],
            of.u[cells],
            self._gain[cells],
            of.norm[cells],
            self._resting[cells],
            *self._targets,
            *(table[k] for k in needed),
        ]
        rows, slopes = (
            np.stack([np.broadcast_to(x, r.shape) for x in self._functions[name](*arguments)])
            for name in ("values", "slopes")
        )
        return rows, slopes.reshape(len(rows), len(rows), -1)

    def _basis(self, h: Array, v: Array) -> Array:
        """m^k c_k(r) of the acting modes."""
        modes = self._of.setting.modes
        table = self._of.setting.overlaps.floats(np.exp(v), max(modes) + 1)
        return np.stack([np.tanh(h) ** k * table[k] for k in modes])


def _solve(slopes: Array, rows: Array) -> Array:
    """A linear system a cell; NaN where it is singular."""
    matrices = slopes.transpose(2, 0, 1)
    sound = np.abs(np.linalg.det(matrices)) > 0
    found = np.full_like(rows, np.nan)
    found[:, sound] = np.linalg.solve(matrices[sound], rows.T[sound][:, :, None])[:, :, 0].T
    return found
