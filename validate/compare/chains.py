"""Whether chains have settled: effective draws, R-hat pooled over data sets, drift of the mean."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from validate.compare.record import Array, averaged
from validate.compare.verdict import p_value

LARGEST_RHAT = 1.05
LEAST_ESS = 100.0
DRIFT = 1e-4
"""p-value below which the two halves of the draws differ by more than chance."""

_LEAST_DRAWS = 4


def effective_draws(values: Array) -> Array:
    """(member,): effective sample size of each member's mean; all draws where nothing moves.

    NaN for fewer than four draws.
    """
    if values.shape[1] < _LEAST_DRAWS:
        return np.full(values.shape[0], np.nan)
    from arviz_stats.base.array import array_stats  # scipy.stats behind it costs a second

    stats: Any = array_stats
    moving = values.std(axis=1) > 0
    found = np.full(values.shape[0], float(values.shape[1]))
    if moving.any():
        found[moving] = stats.ess(
            values[moving][:, None, :], chain_axis=1, draw_axis=2, method="mean"
        )
    return found


def pooled_rhat(values: Array, data_sets: NDArray[np.int64]) -> float:
    """Split R-hat with the chains of one data set compared with each other, pooled over data sets.

    Networks on different data sets have different posteriors, so their means may differ; halves of
    a chain, and chains of one data set, may not.

    >>> calm = np.random.default_rng(0).normal(size=(8, 400))
    >>> bool(pooled_rhat(calm, np.arange(8)) < 1.01)
    True
    >>> bool(pooled_rhat(calm + np.linspace(0, 3, 400), np.arange(8)) > 1.1)
    True
    """
    half = values.shape[1] // 2
    if half < 2:
        return float("nan")
    parts = np.concatenate([values[:, :half], values[:, -half:]])
    groups = np.unique(np.concatenate([data_sets, data_sets]), return_inverse=True)[1]
    means = parts.mean(axis=1)
    within = float(parts.var(axis=1, ddof=1).mean())
    centred = means - averaged(means, groups)[groups]
    freedom = means.size - (int(groups.max()) + 1)
    between = float(np.square(centred).sum()) / freedom
    if within == 0:
        return 1.0 if between == 0 else float("inf")
    return float(np.sqrt((half - 1) / half + between / within))


def drift(values: Array, units: NDArray[np.int64]) -> float:
    """p-value of the paired difference between the halves of the draws, over independent units."""
    half = values.shape[1] // 2
    if half < 1:
        return float("nan")
    change = averaged(values[:, -half:].mean(axis=1) - values[:, :half].mean(axis=1), units)
    if change.size < 2:
        return float("nan")
    error = float(change.std(ddof=1)) / np.sqrt(change.size)
    return p_value(float(change.mean()) / error, change.size) if error > 0 else 1.0


def unsettled(ess: float, rhat: float, drift_p: float) -> str:
    """Why chains do not count as settled, or nothing. NaN counts against them.

    >>> unsettled(1e4, 1.2, 0.5)
    'not equilibrated: R-hat 1.2 > 1.05; train again with more --draws'
    """
    if not rhat <= LARGEST_RHAT:
        return f"not equilibrated: R-hat {rhat:.3g} > {LARGEST_RHAT}; train again with more --draws"
    if not ess >= LEAST_ESS:
        return (
            f"too few effective draws: {ess:.3g} < {LEAST_ESS:.0f}; train again with more --draws"
        )
    if drift_p < DRIFT:
        return f"not equilibrated: the mean drifts (p = {drift_p:.1g}); lengthen the burn-in"
    return ""
