"""Error bars that respect the hierarchy: draws within networks within data sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from binodal.validate.compare.record import Array, Record, averaged

Statistic = Callable[..., float]
"""From averages over units (one argument a quantity) to a number."""


def jackknife(statistic: Statistic, *samples: Array) -> tuple[float, float]:
    """The statistic of the units' means, and its standard error by leaving out one unit a time.

    For a mean it is the usual standard error; for ratios and logarithms it is right to leading
    order. Each sample has shape (units,) or (units, places). NaN where fewer than two units are
    left.

    >>> value, error = jackknife(float, np.array([1.0, 2.0, 3.0]))
    >>> value, round(error, 9) == round(3**-0.5, 9)
    (2.0, True)
    """
    count = samples[0].shape[0]
    value = statistic(*(s.mean(axis=0) for s in samples))
    if count < 2:
        return value, float("nan")
    parted = left_out(statistic, *samples)
    spread = np.sqrt((count - 1) / count * np.square(parted - parted.mean()).sum())
    return value, float(spread)


def left_out(statistic: Statistic, *samples: Array) -> Array:
    """(unit,): the statistic of all units but one."""
    count = samples[0].shape[0]
    return np.array(
        [
            statistic(*((s.sum(axis=0) - s[unit]) / (count - 1) for s in samples))
            for unit in range(count)
        ]
    )


def skewness(values: Array) -> float:
    """m_3/m_2^{3/2} of a sample, NaN without any spread or below two values.

    >>> round(skewness(np.array([0.0, 0.0, 3.0])), 4)
    0.7071
    """
    moved = values - values.mean()
    variance = np.square(moved).mean()
    if values.size < 2 or not variance > 0:
        return float("nan")
    return float((moved**3).mean() / variance**1.5)


def jackknife_skewness(statistic: Statistic, *samples: Array) -> float:
    """Skewness of the units' shares in a statistic, which are minus its values without them.

    >>> units = np.array([0.0, 0.0, 3.0])
    >>> round(jackknife_skewness(float, units) - skewness(units), 12)
    0.0
    """
    return skewness(-left_out(statistic, *samples))


@dataclass(frozen=True)
class Shares:
    """The squared standard error of the mean by its origin; they add up to the whole.

    ``draws``: finite chains (autocorrelation included); ``members``: networks of one data set
    differ; ``data_sets``: data sets differ. A difference of estimates may be negative: zero then.
    """

    draws: float
    members: float
    data_sets: float

    @property
    def dominant(self) -> str:
        """The largest origin.

        >>> Shares(0.1, 0.5, 0.2).dominant
        'members'
        """
        sizes = {"draws": self.draws, "members": self.members, "data sets": self.data_sets}
        return max(sizes, key=lambda name: sizes[name])


def shares(record: Record, name: str, draw_variance: Array) -> Shares:
    """Split the squared standard error of a scalar's mean.

    ``draw_variance`` (member,) is the squared standard error of each member's mean over draws.
    Members of one data set tell seeds from data; with one member each (the efficient design) the
    two cannot be told apart and all that draws do not explain is put down to the data sets.
    """
    means = record.member_means(name)
    units = np.unique(record.data_sets, return_inverse=True)[1]
    total = _squared_error(averaged(means, record.units))
    draws = float(draw_variance.sum()) / record.members**2
    within = _within(means, units)
    if record.fixed_data:
        return Shares(min(draws, total), max(total - draws, 0.0), 0.0)
    if within is None:
        return Shares(min(draws, total), 0.0, max(total - draws, 0.0))
    seeds = max(within - draws, 0.0)
    return Shares(draws, seeds, max(total - max(within, draws), 0.0))


def _squared_error(units: Array) -> float:
    return float(units.var(ddof=1) / units.size) if units.size > 1 else float("nan")


def _within(means: Array, units: NDArray[np.int64]) -> float | None:
    """Squared error of the mean of units' means from the spread within units; None without any."""
    counts = np.bincount(units)
    repeated = counts > 1
    if not repeated.any():
        return None
    centred = means - averaged(means, units)[units]
    freedom = float((counts[repeated] - 1).sum())
    variance = float(np.square(centred).sum()) / freedom
    return float(variance * (1.0 / counts).sum()) / counts.size**2
