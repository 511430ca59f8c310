"""Have the networks forgotten where they started?  R-hat, autocorrelation, and a verdict.

Networks on different data sets have different posteriors, so only chains of one data set may be
compared: its starts (prior and feature), its members, and the two halves of each chain. One data
set alone gives a blunt answer, since an R-hat of two chains with e effective draws each scatters
around sqrt(1 + 1/e). Two statistics use all data sets:

nested R-hat    each data set's mean is taken off first; the starts' halves are then superchains,
                averages over all members, and their spread is compared with that of the draws
                (C. C. Margossian et al., Bayesian Analysis 2024, eq. 8). It sees a common bias
                of a start or a drift as small as the ensemble's own error.
worst R-hat     rank-normalised split R-hat of each data set (A. Vehtari et al., Bayesian Analysis
                16, 667), held against what chance gives among so many: with m half-chains of e
                effective draws, R-hat^2 - 1 is about chi^2_{m-1}/((m - 1) e). It sees a single
                network that is stuck, which the average hides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGEST_RHAT = 1.01
LEAST_ESS = 400.0
"""Below it the nested R-hat of four superchains scatters past 1.01 by chance."""
FALSE_ALARM = 1e-3
"""Chance that the worst R-hat of a settled ensemble exceeds its limit, an approximation."""

LEAST_DRAWS = 8

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Diagnosis:
    """Of one observable. ``autocorrelation`` is the mean integrated time in steps.

    ``worst`` is the largest R-hat of a data set, ``limit`` what chance allows it.
    """

    rhat: float
    worst: float
    worst_data_set: int
    limit: float
    ess: float
    autocorrelation: float


@dataclass(frozen=True)
class Equilibration:
    """Whether all observables say that the ensemble is at equilibrium, and why not or how far."""

    equilibrated: bool
    reason: str


def effective_draws(chains: Array) -> Array:
    """(chain,): effective draws of each chain's mean; every draw counts where nothing moves.

    ``chains`` (chain, draw). NaN for chains with a draw that is not finite.

    >>> noise = np.random.default_rng(1).normal(size=(1, 1000))
    >>> bool(700 < effective_draws(noise)[0] < 1300)
    True
    """
    found = np.full(chains.shape[0], float(chains.shape[1]))
    moving = np.ptp(chains, axis=1) != 0
    if moving.any():
        with _quiet():
            found[moving] = _stats().ess(
                chains[moving][:, None, :], chain_axis=1, draw_axis=2, method="mean"
            )
    return found


def diagnose(values: Array, data_sets: NDArray[np.int64], thin: int = 1) -> Diagnosis:
    """All statistics of one observable.

    ``values`` (start, member, draw); ``data_sets`` (member,) says which members share one; members
    with a start that was lost are left out. NaN where there is nothing to judge by.
    """
    there = np.isfinite(values).all(axis=(0, 2))
    values, data_sets = values[:, there], data_sets[there]
    if not there.any() or values.shape[2] < LEAST_DRAWS:
        return Diagnosis(np.nan, np.nan, -1, np.nan, 0.0, np.nan)
    ess = effective_draws(values.reshape(-1, values.shape[2]))
    per_chain = float(ess.mean())
    worst, where, chains = _worst(values, data_sets)
    return Diagnosis(
        nested_rhat(values, data_sets),
        worst,
        where,
        _limit(per_chain / 2, 2 * chains, len(np.unique(data_sets))),
        float(ess.sum()),
        thin * values.shape[2] / per_chain,
    )


def nested_rhat(values: Array, data_sets: NDArray[np.int64]) -> float:
    """R-hat between the starts' halves, each an average over members, of (start, member, draw).

    >>> rng, sets = np.random.default_rng(0), np.arange(20)
    >>> luck = rng.normal(size=(1, 20, 1))
    >>> calm = luck + rng.normal(size=(2, 20, 100))
    >>> bool(nested_rhat(calm, sets) < 1.01)
    True
    >>> shifted = calm + np.array([0.0, 0.5])[:, None, None]
    >>> bool(nested_rhat(shifted, sets) > 1.01)
    True
    """
    if np.ptp(values) == 0:
        return 1.0
    half = values.shape[2] // 2
    centred = values.astype(float).copy()
    for k in np.unique(data_sets):
        centred[:, data_sets == k] -= values[:, data_sets == k].mean()
    halves = np.stack([centred[..., :half], centred[..., -half:]], axis=1)
    superchains = np.repeat(np.arange(2 * values.shape[0]), values.shape[1])
    chains = halves.reshape(superchains.size, half)
    if not (chains.std(axis=1) > 0).any():
        return float("inf")
    with _quiet():
        return float(_stats().rhat_nested(chains, superchains))


def _worst(values: Array, data_sets: NDArray[np.int64]) -> tuple[float, int, int]:
    """The largest R-hat of a data set, its number, and the chains that one data set has."""
    worst, where, most = 1.0, int(data_sets[0]), 1
    for k in np.unique(data_sets):
        chains = values[:, data_sets == k].reshape(-1, values.shape[2])
        most = max(most, chains.shape[0])
        rhat = _rhat(chains)
        # The comparison is turned round so that NaN counts as the worst.
        if not rhat <= worst:
            worst, where = rhat, int(k)
    return worst, where, most


def _rhat(chains: Array) -> float:
    """Rank-normalised split R-hat; one chain is compared with itself, half by half."""
    if np.ptp(chains) == 0:
        return 1.0
    if chains.shape[0] == 1:
        half = chains.shape[1] // 2
        chains = np.concatenate([chains[:, :half], chains[:, -half:]])
    with _quiet():
        return float(_stats().rhat(chains))


def _limit(effective: float, half_chains: int, data_sets: int) -> float:
    """What the worst R-hat of ``data_sets`` exceeds by chance once in 1/FALSE_ALARM ensembles."""
    from scipy.stats import chi2

    freedom = half_chains - 1
    # Bulk and tail are two looks at each data set.
    quantile = float(chi2.isf(FALSE_ALARM / (2 * data_sets), freedom))
    return max(LARGEST_RHAT, sqrt(1 + quantile / (freedom * max(effective, 1.0))))


def _quiet() -> np.errstate:
    """A half chain that does not move divides by zero; the infinity or NaN is then the answer."""
    return np.errstate(divide="ignore", invalid="ignore")


def _stats() -> Any:
    from arviz_stats.base.array import array_stats  # scipy.stats behind it costs a second

    return array_stats


def equilibrated(
    found: Mapping[str, Diagnosis], starts: Iterable[str] = ("prior",), lost: int = 0
) -> Equilibration:
    """The verdict of all observables together; the reason names the first that objects.

    >>> good = Diagnosis(1.001, 1.02, 3, 1.2, 900.0, 5.0)
    >>> equilibrated({"b": good}).reason
    'R-hat at most 1.001 (b), at least 900 effective draws (b); all from one start: a barrier \
would not show'
    >>> equilibrated({"b": good, "c": Diagnosis(float("nan"), 1.0, 0, 1.2, 900.0, 5.0)}).reason
    'not equilibrated: c has R-hat nan > 1.01 between starts and halves; lengthen the burn-in'
    """
    if not found:
        return Equilibration(False, "nothing was measured")
    for name, d in found.items():
        objection = _objection(name, d)
        if objection:
            return Equilibration(False, f"not equilibrated: {objection}")
    if lost:
        return Equilibration(
            False, f"not equilibrated: {lost} networks diverged, the rest are a selection"
        )
    return Equilibration(True, _praise(found, tuple(starts)))


def _objection(name: str, d: Diagnosis) -> str:
    if not d.ess >= LEAST_ESS:
        return f"{name} has {d.ess:.0f} effective draws of at least {LEAST_ESS:.0f}; draw more"
    if not d.rhat <= LARGEST_RHAT:
        return (
            f"{name} has R-hat {d.rhat:.4g} > {LARGEST_RHAT} between starts and halves; "
            "lengthen the burn-in"
        )
    if not d.worst <= d.limit:
        return (
            f"{name} has R-hat {d.worst:.4g} on data set {d.worst_data_set}, where chance gives "
            f"at most {d.limit:.4g}; lengthen the burn-in"
        )
    return ""


def _praise(found: Mapping[str, Diagnosis], starts: tuple[str, ...]) -> str:
    loud = max(found, key=lambda name: found[name].rhat)
    few = min(found, key=lambda name: found[name].ess)
    text = (
        f"R-hat at most {found[loud].rhat:.4g} ({loud}), at least {found[few].ess:.0f} "
        f"effective draws ({few})"
    )
    return text if len(starts) > 1 else f"{text}; all from one start: a barrier would not show"
