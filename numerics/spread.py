"""What the mean of few units is off by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Array = NDArray[np.float64]
_ONE_SIGMA = 0.6827


def spread_of(units: Array) -> Array:
    """What the mean of few units (rows) is off by with the chance of one standard deviation.

    Student's law makes it wider than sqrt(variance / units).

    >>> bool(abs(spread_of(np.array([[0.0], [2.0]]))[0] - 1.837) < 1e-3)
    True
    """
    count = len(units)
    factor = stdtrit(count - 1, (1 + _ONE_SIGMA) / 2)
    return np.asarray(factor * units.std(0, ddof=1) / count**0.5)
