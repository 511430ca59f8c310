"""The steepest way down the action of a neuron, in double precision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.integrate import solve_ivp

from binodal.models.single_index.numerics.window import Array
from binodal.numerics.errors import Undecided

NEAR = 0.01
"""A way that is so near a minimum ends there."""
_LONGEST = 1e6


@dataclass(frozen=True)
class _Arrives:
    """The event of a way that comes near a goal."""

    apart: Callable[[Array], float]
    terminal: ClassVar[bool] = True

    def __call__(self, _: float, at: Array) -> float:
        return self.apart(at) - NEAR


def way_down(
    falls: Callable[[float, Array], Array], start: Array, apart: Callable[[Array], float]
) -> Array:
    """Places (steps, coordinates) of d at/dt = falls(t, at) from ``start`` until it is near a
    minimum, ``apart`` being the distance to the nearest.

    Raises :class:`Undecided` where it comes near none.

    >>> way = way_down(lambda _, at: -at, np.array([1.0]), lambda at: abs(float(at[0])))
    >>> round(float(way[-1, 0]), 6)
    0.01
    """
    way = solve_ivp(falls, (0.0, _LONGEST), start, method="LSODA", events=_Arrives(apart))
    if not way.t_events[0].size:
        raise Undecided("a way down from a saddle ends at no minimum")
    return np.asarray(way.y.T)
