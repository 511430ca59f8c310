"""The saddles of S/d at any residual by a search in double precision, without a proof."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from binodal.models.single_index.numerics.float_landscape import FloatLandscape
from binodal.models.single_index.numerics.law import NeuronLaw
from binodal.models.single_index.numerics.window import Array

_SIDE = 401
_REACH, _SMALLEST, _LARGEST = 6.0, -4.0, 4.0
_SAME, _SETTLED, _NEAR = 1e-6, 1e-9, 0.5


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


def float_saddles(law: NeuronLaw, modes: Array, rows: int = _SIDE) -> list[FloatSaddle]:
    """All that a grid of (h, v) shows, by m; m >= 0 alone where -m is its image."""
    on = landscape_of(law, modes)
    rest = np.log(law.at["sigma_w2"]) / 2
    h = np.linspace(-_REACH, _REACH, 2 * rows)
    v = np.linspace(rest + _SMALLEST, rest + _LARGEST, rows)
    places = (side.ravel() for side in np.meshgrid(h, v, indexing="ij"))
    slopes = (np.reshape(slope, (2 * rows, rows)) for slope in on.values(*places))
    i, k = np.nonzero(np.logical_and.reduce([_changes(slope) for slope in slopes]))
    saddles: list[FloatSaddle] = []
    for place in settled(on, (h[i] + h[i + 1]) / 2, (v[k] + v[k + 1]) / 2):
        near = any(np.hypot(*np.subtract(place.place, each.place)) < _SAME for each in saddles)
        if not near and not (law.even and place.m < 0):
            saddles.append(place)
    return sorted(saddles, key=lambda s: s.m)


def landscape_of(law: NeuronLaw, modes: Array) -> FloatLandscape:
    """The action at infinite d in the residual of a law."""
    return FloatLandscape(law.setting, law.orders, law.u, law.at["sigma_w2"], list(modes))


def _changes(values: Array) -> Array:
    """Cells at whose corners a slope has both signs."""
    corners = [values[:-1, :-1], values[1:, :-1], values[:-1, 1:], values[1:, 1:]]
    return np.asarray((np.min(corners, 0) <= 0) & (np.max(corners, 0) >= 0))


def settled(on: FloatLandscape, h: Array, v: Array) -> list[FloatSaddle]:
    """Newton's method from every place at once; those that settle nearby."""
    saddles = on.settled(h, v)
    near = np.maximum(np.abs(saddles.h - h), np.abs(saddles.v - v)) < _NEAR
    near &= saddles.moved < _SETTLED
    rows = zip(
        saddles.h, saddles.v, saddles.det, saddles.trace, saddles.action, saddles.slack, strict=True
    )
    return [
        FloatSaddle(float(np.tanh(x)), float(np.exp(y)), float(s), _kind(d, t), float(e))
        for (x, y, d, t, s, e), close in zip(rows, near, strict=True)
        if close
    ]


def _kind(det: float, trace: float) -> str:
    return "saddle" if det < 0 else "minimum" if trace > 0 else "maximum"
