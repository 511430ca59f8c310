"""Two phases of neurons told apart by the law of their order parameter."""

from __future__ import annotations

import numpy as np

from binodal.validate.measures.inputs import Array

ONE_PHASE = "the law of the order parameter has one maximum: there are no droplets"

_ROUNDED = 1e-12
"""Of the largest density: less is no second maximum."""


def least_between(places: Array, density: Array) -> tuple[float, float] | None:
    """Where a density has its least value between the maximum at the origin and a later one.

    ``places`` ascend from zero. The second number is the share beyond; None where the density only
    falls.

    >>> q = np.linspace(0, 2, 201)
    >>> at, share = least_between(q, np.exp(-50 * q**2) + np.exp(-50 * (q - 1) ** 2))
    >>> round(at, 2), round(share, 3)
    (0.5, 0.667)
    """
    rising = np.flatnonzero((density[1:-1] < density[:-2]) & (density[1:-1] <= density[2:])) + 1
    least = _ROUNDED * density.max()
    rising = np.array([k for k in rising if density[k:].max() > max(density[k], least)], int)
    if not rising.size:
        return None
    heights = [min(density[:k].max(), density[k:].max()) / max(density[k], 1e-300) for k in rising]
    lowest = int(rising[int(np.argmax(heights))])
    whole = np.trapezoid(density, places)
    beyond = np.trapezoid(density[lowest:], places[lowest:])
    return float(places[lowest]), float(beyond / whole)
