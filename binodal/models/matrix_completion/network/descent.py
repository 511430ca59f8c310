"""Factors U and V that descend on the entries seen, with weight decay: by plain steps, by flow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from binodal.models.matrix_completion.setting import Setting

Array = NDArray[np.float64]
_BEYOND = 2.5
"""The flow is followed until lambda t is log(alpha) and so much more."""


def _data(of: Setting) -> tuple[Array, Array]:
    """Which entries are seen, and their values."""
    seen, values = np.zeros((2, of.size, of.size))
    for (i, j), value in zip(of.places, of.values, strict=True):
        seen[[i, j], [j, i]], values[[i, j], [j, i]] = 1.0, float(value)
    return seen, values


def halfway(
    of: Setting, alpha: float, decay: float, level: float, step: float, until: float
) -> float:
    """When the timed entry of U U^T - V V^T crosses a level for the last time; U = V = alpha 1.

    NaN where it does not. The loss is half the squares on all that is seen, i,j and j,i both.
    """
    seen, values = _data(of)
    left, right = (alpha * np.eye(of.size) for _ in range(2))
    before, last = 0.0, float("nan")
    for k in range(round(until / step)):
        whole = left @ left.T - right @ right.T
        now = float(whole[of.entry]) - level
        if before * now < 0:
            last = step * (k - now / (now - before))
        before, push = now, 2 * seen * (whole - values)
        left, right = (
            left - step * (push @ left + decay * left),
            right - step * (decay * right - push @ right),
        )
    return last


def flowed(of: Setting, alpha: float, decay: float, level: float, accuracy: float) -> float:
    """lambda t of the same crossing by gradient flow of all entries of U and V, without any law."""
    from scipy.integrate import solve_ivp

    seen, values = _data(of)
    shape = 2, of.size, of.size

    def whole(both: Array) -> Array:
        left, right = both.reshape(shape)
        return np.asarray(left @ left.T - right @ right.T)

    def slope(passed: float, both: Array) -> Array:
        left, right = both.reshape(shape)
        push = 2 * seen * (whole(both) - values) / decay
        return np.stack((-push @ left - left, push @ right - right)).ravel()

    def off(passed: float, both: Array) -> float:
        return float(whole(both)[of.entry]) - level

    start = alpha * np.stack((np.eye(of.size),) * 2).ravel()
    until = float(np.log(alpha)) + _BEYOND
    tolerances = {"rtol": accuracy, "atol": accuracy}
    course = solve_ivp(slope, (0.0, until), start, method="LSODA", events=off, **tolerances)
    return float(course.t_events[0][-1])
