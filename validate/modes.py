"""Do networks fall into two groups?  Hartigans' dip test of their means.

The dip of a sample is the distance, in the largest difference of distribution functions, from the
nearest law with one mode. It asks nothing else of that law: skewed and long-tailed luck of the data
sets is not held against it. Of all laws with one mode the uniform one has the largest dips, as far
as many numbers tell, so its quantile is the limit.

Source: J. A. Hartigan and P. M. Hartigan, Ann. Statist. 13, 70; the algorithm is P. M. Hartigan's,
Appl. Statist. 34, 320.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Places = NDArray[np.int64]

LIMITS = {8: 0.564, 16: 0.605, 64: 0.670, 300: 0.693}
"""Of sqrt(n) dip, by n: what uniform numbers exceed once in a thousand times, by simulation."""


def two_groups(numbers: Array) -> float:
    """sqrt(n) dip over its limit: above one, there are two groups.

    Two equal groups without any width have sqrt(n)/4 before the division; of fewer than eight
    numbers none can be told, and the answer is zero.

    >>> groups = np.concatenate([np.linspace(0, 0.1, 32), np.linspace(3, 3.1, 32)])
    >>> two_groups(groups) > 1 > two_groups(np.linspace(0, 3, 64) ** 3)
    True
    """
    if numbers.size < min(LIMITS):
        return 0.0
    limit = float(np.interp(numbers.size, list(LIMITS), list(LIMITS.values())))
    return sqrt(numbers.size) * dip(numbers) / limit


def dip(numbers: Array) -> float:
    """The dip of n numbers, from 1/(2 n) to 1/4.

    Left of the mode the nearest law follows the greatest convex minorant of the sample's
    distribution function, right of it the least concave majorant; the interval in which the mode
    may lie shrinks until the two are nowhere farther apart than what was found outside it.

    >>> dip(np.arange(10.0)), dip(np.array([0.0, 0.0, 1.0, 1.0]))
    (0.05, 0.25)
    """
    places, counts = np.unique(numbers, return_counts=True)
    above = np.cumsum(counts) / numbers.size
    below = above - counts / numbers.size
    distance = 1 / numbers.size
    while True:
        convex, left = _minorant(places, below)
        concave, right = _majorant(places, above)
        apart = concave - convex
        at_left, at_right = apart[left].max(), apart[right].max()
        if at_left > at_right:
            first = int(left[apart[left].argmax()])
            last = int(right[right >= first][0])
        else:
            last = int(right[len(right) - 1 - apart[right][::-1].argmax()])
            first = int(left[left <= last][-1])
        if max(at_left, at_right) <= distance:
            return float(distance / 2)
        # Not at its ends: equal numbers there are the mode's own.
        outside = (above - convex)[:first], (concave - below)[last + 1 :]
        distance = max([distance, *(float(part.max()) for part in outside if part.size)])
        if first == 0 and last == len(places) - 1:
            return float(distance / 2)
        kept = slice(first, last + 1)
        places, below, above = places[kept], below[kept], above[kept]


def _minorant(x: Array, y: Array) -> tuple[Array, Places]:
    """The greatest convex function below (x, y), at every x, and where it touches."""
    touching: list[int] = []
    for k in range(len(x)):
        while len(touching) > 1 and _above(x, y, touching[-2], touching[-1], k):
            touching.pop()
        touching.append(k)
    places = np.array(touching)
    return np.interp(x, x[places], y[places]), places


def _above(x: Array, y: Array, first: int, middle: int, last: int) -> bool:
    """Whether the middle point is not below the chord of the others."""
    rise = (y[last] - y[first]) * (x[middle] - x[first])
    return bool((y[middle] - y[first]) * (x[last] - x[first]) >= rise)


def _majorant(x: Array, y: Array) -> tuple[Array, Places]:
    """The least concave function above (x, y), and where it touches."""
    values, places = _minorant(x, -y)
    return -values, places
