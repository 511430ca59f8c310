"""The saddles of S/d at any residual by a search in double precision, without a proof."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from binodal.models.single_index.forms.orders import orders
from binodal.models.single_index.numerics.cells import FORMS
from binodal.models.single_index.numerics.law import Array, NeuronLaw

_SIDE, _STEPS = 401, 40
_REACH, _SMALLEST, _LARGEST = 6.0, -4.0, 4.0
_SAME, _SETTLED = 1e-6, 1e-9
_ROUNDING = 1e-14


@dataclass(frozen=True)
class FloatSaddle:
    """A stationary point: place, S/d, kind, and how far rounding may have moved the place."""

    m: float
    r: float
    action: float
    kind: str
    slack: float

    @property
    def place(self) -> tuple[float, float]:
        """(h, v) = (artanh m, log r)."""
        return float(np.arctanh(self.m)), float(np.log(self.r))


class _Landscape:
    def __init__(self, law: NeuronLaw, modes: Array) -> None:
        functions = FORMS.functions("saddle", "numpy")(law.orders)
        self.values, self.slopes, self.shape = (
            functions[name] for name in ("values", "slopes", "shape")
        )
        self._law, self._modes = law, modes
        self._needed = orders(law.orders, 2)

    def arguments(self, m: Array, v: Array) -> list[Array | float]:
        law, r = self._law, np.exp(v)
        table = law.setting.overlaps.floats(r, max(self._needed) + 1)
        return [m, r, law.u, law.at["sigma_w2"], *self._modes, *(table[k] for k in self._needed)]


def float_saddles(law: NeuronLaw, modes: Array) -> list[FloatSaddle]:
    """All that a grid of (h, v) shows, by m; m >= 0 alone where -m is its image."""
    on, rest = _Landscape(law, modes), np.log(law.at["sigma_w2"]) / 2
    h = np.linspace(-_REACH, _REACH, 2 * _SIDE)
    v = np.linspace(rest + _SMALLEST, rest + _LARGEST, _SIDE)
    m, v = (side.ravel() for side in np.meshgrid(np.tanh(h), v, indexing="ij"))
    crossing = np.logical_and.reduce(
        [
            _changes(np.reshape(slope, (2 * _SIDE, _SIDE)))
            for slope in on.values(*on.arguments(m, v))
        ]
    )
    i, k = np.nonzero(crossing)
    h, v = (h[i] + h[i + 1]) / 2, np.reshape(v, (2 * _SIDE, _SIDE))[0]
    v = (v[k] + v[k + 1]) / 2
    found: list[FloatSaddle] = []
    for at in _settled(on, h, v):
        near = any(np.hypot(*np.subtract(at.place, each.place)) < _SAME for each in found)
        if not near and not (law.even and at.m < 0):
            found.append(at)
    return sorted(found, key=lambda s: s.m)


def _changes(values: Array) -> Array:
    """Cells at whose corners a slope has both signs."""
    corners = [values[:-1, :-1], values[1:, :-1], values[:-1, 1:], values[1:, 1:]]
    return np.asarray((np.min(corners, 0) <= 0) & (np.max(corners, 0) >= 0))


def _settled(on: _Landscape, h: Array, v: Array) -> list[FloatSaddle]:
    """Newton's method from every place at once, in h and v; those that settle."""
    start = np.stack([h, v])
    for _ in range(_STEPS):
        slope, bend = _derivatives(on, h, v)
        det = bend[0] * bend[2] - bend[1] ** 2
        with np.errstate(all="ignore"):
            moved = (
                np.stack(
                    [
                        bend[2] * slope[0] - bend[1] * slope[1],
                        bend[0] * slope[1] - bend[1] * slope[0],
                    ]
                )
                / det
            )
        moved = np.clip(np.nan_to_num(moved), -0.1, 0.1)
        h, v = h - moved[0], v - moved[1]
    near = (np.abs(np.stack([h, v]) - start).max(0) < 0.5) & (np.abs(moved).max(0) < _SETTLED)
    h, v, moved, bend = h[near], v[near], moved[:, near], [b[near] for b in bend]
    h = np.where(np.abs(h) < 1e-12, 0.0, h)
    det, trace, action = on.shape(*on.arguments(np.tanh(h), v))
    spread = (bend[0] + bend[2]) / 2
    least = np.abs(np.abs(spread) - np.hypot((bend[0] - bend[2]) / 2, bend[1]))
    slack = np.abs(moved).max(0) + _ROUNDING / np.maximum(least, _ROUNDING)
    rows = zip(h, v, det, trace, np.broadcast_to(action, h.shape), slack, strict=True)
    return [
        FloatSaddle(float(np.tanh(x)), float(np.exp(y)), float(s), _kind(d, t), float(e))
        for x, y, d, t, s, e in rows
    ]


def _derivatives(on: _Landscape, h: Array, v: Array) -> tuple[list[Array], list[Array]]:
    """Slopes and second derivatives (hh, hv, vv), from those in m."""
    m = np.tanh(h)
    rise = 1 - m**2
    by_m, by_v = (np.broadcast_to(x, h.shape) for x in on.values(*on.arguments(m, v)))
    mm, mv, _, vv = (np.broadcast_to(x, h.shape) for x in on.slopes(*on.arguments(m, v)))
    return [by_m * rise, by_v], [mm * rise**2 - 2 * m * rise * by_m, mv * rise, vv]


def _kind(det: float, trace: float) -> str:
    return "saddle" if det < 0 else "minimum" if trace > 0 else "maximum"
