"""Slopes of the action and Newton's method in double precision, for one neuron or for many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.system import ROWS
from binodal.numerics.overlaps.wide import with_derivatives

Array = NDArray[np.float64]

_SADDLE = ROWS.functions("saddle", "numpy")
_STEPS, _LONGEST = 60, 0.1
_SETTLED, _ROUNDING = 1e-13, 1e-14


@dataclass(frozen=True)
class Settled:
    """Where Newton's method ended in (h, v) = (artanh m, log r), and what the action is there.

    ``moved`` is the last step's size, ``slack`` how far rounding may have moved the place.
    """

    h: Array
    v: Array
    action: Array
    det: Array
    trace: Array
    moved: Array
    slack: Array


@dataclass(frozen=True)
class FloatLandscape:
    """S/d at couplings and modes (in the order of ``modes``) that are numbers, or one a place."""

    setting: Setting
    modes: tuple[int, ...]
    u: Array | float
    norm: Array | float
    amplitudes: Sequence[Array | float]

    def part(self, index: NDArray[np.int64]) -> FloatLandscape:
        """The landscapes of some of the places."""

        def some(x: Array | float) -> Array | float:
            return x[index] if isinstance(x, np.ndarray) else x

        amplitudes = [some(t) for t in self.amplitudes]
        return FloatLandscape(self.setting, self.modes, some(self.u), some(self.norm), amplitudes)

    def values(self, h: Array, v: Array) -> tuple[Array, Array]:
        """S_m and S_l."""
        by_m, by_l = self._called("values", np.tanh(h), v)
        return by_m, by_l

    def shape(self, h: Array, v: Array) -> tuple[Array, Array, Array]:
        """Determinant and trace of the second derivatives in m and log r, and S/d."""
        det, trace, action = self._called("shape", np.tanh(h), v)
        return det, trace, action

    def settled(self, h: Array, v: Array) -> Settled:
        """Newton's method in h and v from all places at once, until each stays where it is."""
        h, v, moved = h.copy(), v.copy(), np.full(h.shape, np.inf)
        active = np.arange(h.size)
        for _ in range(_STEPS):
            step = self.part(active)._step(h[active], v[active])
            h[active] -= step[0]
            v[active] -= step[1]
            moved[active] = np.abs(step).max(0)
            active = active[moved[active] > _SETTLED]
            if not active.size:
                break
        h = np.where(np.abs(h) < 1e-12, 0.0, h)
        det, trace, action = self.shape(h, v)
        return Settled(h, v, action, det, trace, moved, moved + self._slack(h, v))

    def _step(self, h: Array, v: Array) -> Array:
        slope, (hh, hv, vv) = self.derivatives(h, v)
        with np.errstate(all="ignore"):
            moved = np.stack([vv * slope[0] - hv * slope[1], hh * slope[1] - hv * slope[0]])
            moved = moved / (hh * vv - hv**2)
        return np.clip(np.nan_to_num(moved, nan=_LONGEST), -_LONGEST, _LONGEST)

    def derivatives(self, h: Array, v: Array) -> tuple[list[Array], list[Array]]:
        """Slopes and second derivatives (hh, hv, vv), from those in m."""
        m = np.tanh(h)
        rise = 1 - m**2
        by_m, by_v = self._called("values", m, v)
        mm, mv, vv = self.seconds(h, v)
        return [by_m * rise, by_v], [mm * rise**2 - 2 * m * rise * by_m, mv * rise, vv]

    def seconds(self, h: Array, v: Array) -> tuple[Array, Array, Array]:
        """S_mm, S_ml and S_ll."""
        mm, mv, _, vv = self._called("slopes", np.tanh(h), v)
        return mm, mv, vv

    def _slack(self, h: Array, v: Array) -> Array:
        """Rounding over the smaller curvature."""
        _, (hh, hv, vv) = self.derivatives(h, v)
        least = np.abs(np.abs(hh + vv) / 2 - np.hypot((hh - vv) / 2, hv))
        return _ROUNDING / np.maximum(least, _ROUNDING)

    def _called(self, name: str, m: Array, v: Array) -> list[Array]:
        r = np.exp(v)
        table = self.setting.overlaps.floats(r, max(self.modes) + 5)
        overlaps = with_derivatives(list(table), self.modes, 2)
        values = _SADDLE(self.modes)[name](m, r, self.u, self.norm, *self.amplitudes, *overlaps)
        return [np.broadcast_to(x, m.shape) for x in values]
