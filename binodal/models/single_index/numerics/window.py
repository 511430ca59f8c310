"""Windows on the law of one neuron: equal steps along each axis, and what is seen on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided

Array = NDArray[np.float64]
Ends = list[tuple[float, float]]

FORMS = Forms("binodal.models.single_index.forms.finite")
_directions = FORMS.floats("directions")

_NATS, _NATS_OF_MANY = 50.0, 25.0
"""How far below its peak a density ends: e^-25 is enough where points are many."""
_RELEVANT = 0.9
_POINTS_PER_WIDTH = 1.25
_MOST_POINTS = 6_000_000


@dataclass(frozen=True, eq=False)
class Window:
    """Equal steps in each h, in v, and in the bias if neurons have one of their own.

    The first h is from 0 on where the law is even. Points are listed (H, V): all heights, and all
    of v with the bias.
    """

    axes: Sequence[Array]
    directions: int = 1

    @property
    def h(self) -> Array:
        """artanh of the first direction's cosine."""
        return self.axes[0]

    @property
    def v(self) -> Array:
        """log r."""
        return self.axes[self.directions]

    @property
    def steps(self) -> tuple[float, ...]:
        """Along each axis."""
        return tuple(float(axis[1] - axis[0]) for axis in self.axes)

    @cached_property
    def cosines(self) -> Array:
        """m_1 ... m_J (J, H)."""
        return cosines_at([np.tanh(h) for h in self.axes[: self.directions]])

    @property
    def m(self) -> Array:
        """The cosines with the first direction."""
        return np.asarray(self.cosines[0])

    @cached_property
    def across(self) -> list[Array]:
        """v, and the bias if there is one, at every point (V)."""
        meshes = np.meshgrid(*self.axes[self.directions :], indexing="ij")
        return [of.ravel() for of in meshes]

    @cached_property
    def r(self) -> Array:
        """The norms (V)."""
        return np.exp(self.across[0])

    @property
    def bias(self) -> Array:
        """The biases (V)."""
        return self.across[1] if len(self.across) > 1 else np.zeros_like(self.across[0])


def cosines_at(shares: Sequence[Array]) -> Array:
    """(J, H) of all combinations of s_1, ..., s_J."""
    along = [of.ravel() for of in np.meshgrid(*shares, indexing="ij")]
    cosines = _directions(len(shares))(*along)
    return np.stack([np.broadcast_to(m, along[0].shape) for m in cosines])


@dataclass(frozen=True)
class Seen:
    """The ends of what matters, the steps that resolve it, and which ends it touches."""

    kept: Ends
    wanted: list[float]
    touched: list[tuple[bool, bool]]


def seen(window: Window, logs: Array, refine: float, folded: bool) -> Seen:
    """What a density's logarithm (H, V) on a window shows; ``folded``: the first h is from 0 on.

    Second differences tell how high a peak between two points can be, and how narrow it is.
    """
    whole = logs.reshape([axis.size for axis in window.axes])
    bends = [_bends(whole, axis) for axis in range(whole.ndim)]
    heights = whole - whole.max()
    for bend in bends:
        heights += bend
    depth = _NATS if whole.ndim == 2 else _NATS_OF_MANY
    inside = heights > -depth * (1 + refine) / 2
    relevant = heights > -_RELEVANT * depth
    kept: Ends = []
    touched: list[tuple[bool, bool]] = []
    for axis, points in enumerate(window.axes):
        others = tuple(k for k in range(whole.ndim) if k != axis)
        (there,) = np.nonzero(inside.any(axis=others))
        first, last = max(there[0] - 1, 0), min(there[-1] + 1, points.size - 1)
        kept.append((float(points[first]), float(points[last])))
        low = bool(there[0] == 0) and not (folded and axis == 0)
        touched.append((low, bool(there[-1] == points.size - 1)))
    widths = [
        step / np.sqrt(sharpest) if (sharpest := float((bend * relevant).max())) > 0 else step
        for step, bend in zip(window.steps, bends, strict=True)
    ]
    return Seen(kept, [width / (_POINTS_PER_WIDTH * refine) for width in widths], touched)


def _bends(logs: Array, axis: int) -> Array:
    """How far each point lies above the line between its neighbours along an axis, at least 0.

    Neighbours are a fixed number of places apart in memory, also beyond the ends of the axis.
    """
    apart = int(np.prod(logs.shape[axis + 1 :]))
    slopes = logs.ravel()
    slopes = slopes[apart:] - slopes[:-apart]
    bends = np.zeros(logs.size)
    inner = bends[apart:-apart]
    np.subtract(slopes[:-apart], slopes[apart:], out=inner)
    np.maximum(inner, 0.0, out=inner)
    shaped = np.moveaxis(bends.reshape(logs.shape), axis, 0)
    shaped[0] = shaped[-1] = 0.0
    return bends.reshape(logs.shape)


def window_on(ends: Ends, steps: list[float], directions: int) -> Window:
    """A window with these ends and at most these steps. Raises :class:`Undecided` for too many."""
    counts = [
        int(np.ceil((high - low) / step)) + 1 for (low, high), step in zip(ends, steps, strict=True)
    ]
    if np.prod(counts, dtype=float) > _MOST_POINTS:
        raise Undecided(
            f"the law of one neuron needs {np.prod(counts, dtype=float):.3g} points, more than "
            f"{_MOST_POINTS}"
        )
    sides = zip(ends, counts, strict=True)
    return Window([np.linspace(*of, max(count, 3)) for of, count in sides], directions)
