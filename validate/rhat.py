"""R-hat for networks on different data sets, whose posteriors differ.

nested R-hat    each data set's mean is taken off first; the starts' halves are then superchains,
                averages over all members, and their spread is compared with that of the draws
                (C. C. Margossian et al., Bayesian Analysis 2024, eq. 8). It sees a bias of a
                start, or a drift, that is common to all networks and as large as a fifth of a
                draw's spread. Starts that share no data set differ by their data too: of them it
                sees the halves alone.
worst R-hat     rank-normalised split R-hat of each data set (A. Vehtari et al., Bayesian Analysis
                16, 667), held against what chance gives among so many. It sees a single network
                that is stuck, which the average hides. What moves in rare events only (a neuron
                that visits a droplet) stands still in most pieces of a chain: its R-hat is
                infinite after one event, chance gives it no limit, and it is not judged; chains
                of one data set that stand still and disagree are stuck whatever moves elsewhere:
                what tells them apart lasts longer than the run, by bad luck or not.
"""

from __future__ import annotations

from math import sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

LARGEST_RHAT = 1.01
MOVING = 0.9
"""Share of the pieces of chains that must move for the R-hat of single data sets to mean anything.
"""

FALSE_ALARM = 1e-3
"""Chance that the worst R-hat of a settled ensemble exceeds its limit, an approximation."""

Array = NDArray[np.float64]
Labels = NDArray[Any]


def nested_limit(superchains: int, effective: float) -> float:
    """What the nested R-hat of settled networks exceeds by chance once in 1/FALSE_ALARM times.

    ``superchains`` of ``effective`` draws together: R-hat^2 - 1 is about m F/e, with F as for
    :func:`worst_rhat`. It is :data:`LARGEST_RHAT` where there are many draws.

    >>> round(nested_limit(4, 100.0), 3), nested_limit(4, 2000.0)
    (1.111, 1.01)
    """
    from scipy.special import fdtri

    left = max(effective - superchains, 1.0)
    quantile = float(fdtri(superchains - 1, left, 1 - FALSE_ALARM))
    return max(LARGEST_RHAT, sqrt(1 + superchains * quantile / max(effective, 1.0)))


class Worst(NamedTuple):
    """The data set whose R-hat comes out highest against the ``limit`` that chance allows it.

    The limit is infinite, and R-hat 1, where single data sets cannot be judged.
    """

    rhat: float
    data_set: int
    limit: float


def nested_rhat(values: Array, data_sets: Labels, starts: Labels) -> float:
    """R-hat between the starts' halves, averages over members, of ``values`` (chain, draw).

    ``data_sets`` and ``starts`` (chain,). Superchains of unequal size are cut to the shortest.

    >>> rng, sets = np.random.default_rng(0), np.tile(np.arange(20), 2)
    >>> starts = np.repeat(["prior", "feature"], 20)
    >>> calm = np.tile(rng.normal(size=(20, 1)), (2, 1)) + rng.normal(size=(40, 100))
    >>> bool(nested_rhat(calm, sets, starts) < 1.01)
    True
    >>> shifted = calm + np.where(starts == "prior", 0.0, 0.5)[:, None]
    >>> bool(nested_rhat(shifted, sets, starts) > 1.01)
    True
    """
    if np.ptp(values) == 0:
        return 1.0
    half = values.shape[1] // 2
    centred = values.astype(float)
    for k in np.unique(data_sets):
        centred[data_sets == k] -= values[data_sets == k].mean()
    groups = [centred[starts == name] for name in np.unique(starts)]
    size = min(len(group) for group in groups)
    halves = [part for g in groups for part in (g[:size, :half], g[:size, -half:])]
    chains = np.concatenate(halves)
    if not (np.ptp(chains, axis=1) > 0).any():
        return float("inf")
    with _quiet():
        return float(_stats().rhat_nested(chains, np.repeat(np.arange(len(halves)), size)))


def worst_rhat(values: Array, data_sets: Labels, effective: float) -> Worst:
    """Of ``values`` (chain, draw), where a chain has ``effective`` draws on average.

    >>> rare = np.zeros((50, 40))
    >>> rare[7, 20:] = 1.0
    >>> worst_rhat(rare, np.arange(50), 30.0)
    Worst(rhat=1.0, data_set=0, limit=inf)
    """
    if not _moves(values, data_sets):
        stuck = [int(k) for k in np.unique(data_sets) if _stuck(values[data_sets == k])]
        if stuck:
            return Worst(float("inf"), stuck[0], LARGEST_RHAT)
        return Worst(1.0, int(data_sets[0]), float("inf"))
    chosen = np.unique(data_sets)
    rows = [values[data_sets == k] for k in chosen]
    worst = [Worst(_rhat(r), int(k), 0.0) for r, k in zip(rows, chosen, strict=True)]
    allowed = {n: _limit(effective, n, len(chosen)) for n in {len(r) for r in rows}}
    judged = [w._replace(limit=allowed[len(r)]) for w, r in zip(worst, rows, strict=True)]
    # NaN counts as the worst.
    return max(judged, key=lambda w: float("inf") if np.isnan(w.rhat) else w.rhat / w.limit)


def _moves(values: Array, data_sets: Labels) -> bool:
    """Whether most pieces move, or none does anywhere and chains of a data set may be compared."""
    pieces = 2 if np.unique(data_sets).size < len(data_sets) else 4
    length = values.shape[1] // pieces
    cut = [values[:, k * length : (k + 1) * length] for k in range(pieces)]
    share = float(np.mean([np.ptp(piece, axis=1) > 0 for piece in cut]))
    return share >= MOVING or not np.ptp(values, axis=1).any()


def _stuck(chains: Array) -> bool:
    """Whether none of the chains of a data set moves and they disagree."""
    return bool(np.ptp(chains) > 0) and not np.ptp(chains, axis=1).any()


def _rhat(chains: Array) -> float:
    """Rank-normalised split R-hat; one chain is cut twice, since a lone half is no comparison."""
    if np.ptp(chains) == 0:
        return 1.0
    if len(chains) == 1:
        half = chains.shape[1] // 2
        chains = np.concatenate([chains[:, :half], chains[:, -half:]])
    with _quiet():
        return float(_stats().rhat(chains))


def _limit(effective: float, chains: int, data_sets: int) -> float:
    """What the worst R-hat of ``data_sets`` exceeds by chance once in 1/FALSE_ALARM ensembles.

    For m pieces of e effective draws each R-hat^2 - 1 is about F/e, and F, the ratio of the
    variances between and within pieces, has m - 1 and m (e - 1) degrees of freedom: pieces of a
    few draws scatter more than the chi^2 of long ones.
    """
    from scipy.special import fdtri

    pieces = max(4, 2 * chains)
    each = max(effective * chains / pieces, 1.0)
    # Bulk and tail are two looks at each data set.
    quantile = float(fdtri(pieces - 1, max(pieces * (each - 1), 1.0), _chance(data_sets)))
    return max(LARGEST_RHAT, sqrt(1 + quantile / each))


def _chance(data_sets: int) -> float:
    return 1 - FALSE_ALARM / (2 * data_sets)


def _quiet() -> np.errstate:
    """A half chain that does not move divides by zero; the infinity or NaN is then the answer."""
    return np.errstate(divide="ignore", invalid="ignore")


def _stats() -> Any:
    from arviz_stats.base.array import array_stats  # scipy.stats behind it costs a second

    return array_stats
