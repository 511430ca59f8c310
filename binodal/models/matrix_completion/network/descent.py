"""Factors U and V that descend by plain steps on the entries seen, with weight decay."""

from __future__ import annotations

import numpy as np

from binodal.models.matrix_completion.setting import Setting


def halfway(
    of: Setting, alpha: float, decay: float, level: float, step: float, until: float
) -> float:
    """When the timed entry of U U^T - V V^T crosses a level for the last time; U = V = alpha 1.

    NaN where it does not. The loss is half the squares on all that is seen, i,j and j,i both.
    """
    left = alpha * np.eye(of.size)
    right, seen, values = left.copy(), np.zeros(left.shape), np.zeros(left.shape)
    for (i, j), value in zip(of.places, of.values, strict=True):
        seen[[i, j], [j, i]], values[[i, j], [j, i]] = 1.0, float(value)
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
