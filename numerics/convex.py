"""The minimum of a strictly convex potential, by Newton's method with backtracking."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from binodal.numerics.errors import Undecided

Array = NDArray[np.float64]
Potential = Callable[[Array], tuple[float, Array, Array]]
"""A value, its gradient and its Hessian; infinite values say where the potential has no number."""

_MAX_NEWTON = 200
_TOLERANCE = 1e-13


class AtEdge(Undecided):
    """The potential falls up to where it has no number any more."""


def least(potential: Potential, start: Array) -> Array:
    """Where the potential is least, from any start at which it is finite.

    Raises :class:`Undecided` when Newton does not reach its tolerance, with how far it got, and
    :class:`AtEdge` where steps lead to no number.

    >>> least(lambda x: (float(np.cosh(x[0])), np.sinh(x), np.cosh(x)[None]), np.array([2.0]))
    array([0.])
    """
    point = start
    value, gradient, hessian = potential(point)
    for _ in range(_MAX_NEWTON):
        try:
            step = np.linalg.solve(hessian, -gradient)
        except np.linalg.LinAlgError as reason:
            raise Undecided(f"the closure's Hessian is singular at {point}") from reason
        if float(np.abs(step).max()) < _TOLERANCE:
            return np.asarray(point + step)
        length, slope = 1.0, float(gradient @ step)
        while length > 1e-8:
            trial = potential(point + length * step)
            if trial[0] <= value + 1e-4 * length * slope + 1e-12 * abs(value):
                break
            length /= 2
        if not np.isfinite(trial[0]):
            raise AtEdge(f"the closure's potential is least at its edge, near {point}")
        point = point + length * step
        value, gradient, hessian = trial
    raise Undecided(f"the closure's Newton iteration stopped at {point} with gradient {gradient}")
