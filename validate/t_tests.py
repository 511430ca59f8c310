"""Student's t on independent numbers: is a mean zero, are two means the same, what was missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import special

POWER = 0.9
"""Chance with which a difference of the size called missed would have been found."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """An estimated difference, its standard error and its degrees of freedom (NaN: no error)."""

    value: float
    error: float
    freedom: float

    @property
    def p(self) -> float:
        """Two-sided p-value of no difference; NaN without an error.

        >>> round(Difference(4.303, 1.0, 2.0).p, 3)
        0.05
        """
        if self.error == 0:
            return 1.0 if self.value == 0 else 0.0
        return two_sided(self.value / self.error, self.freedom)

    def missed(self, rate: float) -> float:
        """The true difference that a test at false-alarm rate ``rate`` finds with POWER.

        (t_{1 - rate/2} + t_{POWER}) error, which is close to the noncentral t's answer.

        >>> round(Difference(0.0, 1.0, 1e6).missed(0.05), 2)
        3.24
        """
        if isnan(self.error):
            return nan
        reach = special.stdtrit(self.freedom, 1 - rate / 2) + special.stdtrit(self.freedom, POWER)
        return float(reach) * self.error


def two_sided(t: float, freedom: float) -> float:
    """p-value of Student's t; NaN without degrees of freedom."""
    if not freedom > 0 or isnan(t):
        return nan
    return float(2 * special.stdtr(freedom, -abs(t)))


def critical(p: float, freedom: float) -> float:
    """The |t| whose two-sided p-value is ``p``; NaN without degrees of freedom.

    >>> round(critical(0.05, 2.0), 3)
    4.303
    """
    return -float(special.stdtrit(freedom, p / 2)) if freedom > 0 else nan


def mean_of(changes: Array) -> Difference:
    """The mean of independent numbers, to be held against zero.

    >>> mean_of(np.array([1.0, 2.0, 3.0])).value
    2.0
    """
    if changes.size < 2:
        return Difference(float(changes.mean()), nan, nan)
    error = float(changes.std(ddof=1)) / sqrt(changes.size)
    return Difference(float(changes.mean()), error, changes.size - 1.0)


def welch(strata: Sequence[tuple[Array, Array]]) -> Difference:
    """The mean over strata of the difference of two groups' means, each with its own variance.

    Error and degrees of freedom as B. L. Welch (Biometrika 34, 28) gives them for a sum of means
    with unequal variances. NaN where a group has fewer than two numbers.

    >>> found = welch([(np.array([1.0, 2.0, 3.0]), np.array([0.0, 4.0]))])
    >>> found.value, round(found.freedom, 3)
    (0.0, 1.17)
    """
    value = float(np.mean([a.mean() - b.mean() for a, b in strata]))
    groups = [group for pair in strata for group in pair]
    if min(group.size for group in groups) < 2:
        return Difference(value, nan, nan)
    parts = np.array([g.var(ddof=1) / g.size for g in groups]) / len(strata) ** 2
    total = float(parts.sum())
    if total == 0:
        return Difference(value, 0.0, float(sum(g.size - 1 for g in groups)))
    spread = sum(part**2 / (g.size - 1) for part, g in zip(parts, groups, strict=True))
    return Difference(value, sqrt(total), total**2 / float(spread))
