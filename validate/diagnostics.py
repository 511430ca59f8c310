"""Have the networks forgotten where they started?  One verdict for runs and for comparisons.

An observable counts as settled when seven things hold, of which none covers another:

motion          no chain stands still where no moving chain ever is (see ``stillness``). What does
                not move is no evidence: its draws do not count;
effective draws over all chains are enough for the rest to mean anything;
nested R-hat    of starts and halves (see ``rhat``): no bias as large as the draws' spread;
worst R-hat     of each data set: no single network is stuck;
drift           Student's t of each chain's change from its first half to its second, over the
                chains of a start. Chains are independent and their changes have mean zero at
                equilibrium whatever data they saw. The nested R-hat of halves does not cover it:
                a drift of a tenth of a draw's spread in 200 networks leaves R-hat below 1.005
                and moves their mean by many standard errors;
starts          the prior starts' chain means against the feature starts'. Starts that share data
                sets are compared on each of them; others as two groups of data sets (Welch), which
                needs many, since the data sets' luck does not cancel. What difference this would
                have missed is part of the verdict;
one group       where data sets were seen by one network each, their means are not in two groups
                (see ``modes``), the data's luck or networks that are stuck. Where
                several networks of each data set agree, groups are the data's, and are reported.

Drift and starts each alarm falsely with chance T_TEST for an observable, the worst R-hat with
:data:`binodal.validate.rhat.FALSE_ALARM`, two groups with at most as much.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.validate.modes import two_groups
from binodal.validate.rhat import LARGEST_RHAT, MOVING, Worst, nested_limit, nested_rhat, worst_rhat
from binodal.validate.stillness import frozen, moving
from binodal.validate.t_tests import POWER, Difference, mean_of, welch

LEAST_ESS = 100.0
"""Below it chance allows starts and halves to differ by half a draw's spread."""
T_TEST = 1e-4
"""p-value below which a drift, or a difference of starts, is more than chance."""

LEAST_DRAWS = 8
_LEAST_FOR_ESS = 4

SAME, OTHER = "the same data sets", "different data sets"

Array = NDArray[np.float64]
Labels = NDArray[Any]


@dataclass(frozen=True)
class Diagnosis:
    """Of one observable. ``autocorrelation`` is the mean integrated time in steps.

    ``rhat`` is the nested R-hat and ``allowed`` its limit at so many effective draws; ``worst`` is
    the R-hat of the data set that stands out, and ``limit`` what chance allows it;
    ``drift`` a p-value. ``gap`` is the p-value of the starts' difference (NaN: not compared), seen
    on ``compared`` data sets, ``missed`` the difference that it finds nine times in ten, and
    ``spread`` the standard deviation over all networks and draws, to hold it against. ``moving`` is
    the share of the chains that move, ``frozen`` how many stand still elsewhere than those;
    ``groups`` the size of two groups of chains against what chance allows one, above one if there
    are two, and ``of_data`` whether several chains of each data set put them down to the data.
    """

    rhat: float
    worst: float
    worst_data_set: int
    limit: float
    ess: float
    autocorrelation: float
    drift: float = nan
    gap: float = nan
    missed: float = nan
    spread: float = nan
    compared: str = ""
    allowed: float = LARGEST_RHAT
    moving: float = 1.0
    frozen: int = 0
    groups: float = nan
    of_data: bool = False

    @property
    def rare(self) -> bool:
        """Most chains stand still, none at a value of its own: it is seen too rarely to judge."""
        return self.moving < MOVING and not self.frozen and self.worst != inf


@dataclass(frozen=True)
class Equilibration:
    """Whether all observables say that the ensemble is at equilibrium, and why not or how far."""

    equilibrated: bool
    reason: str


def effective_draws(chains: Array) -> Array:
    """(chain,): effective draws of each chain's mean; none where nothing moves.

    ``chains`` (chain, draw). NaN for chains with a draw that is not finite, or of fewer than four.

    >>> noise = np.random.default_rng(1).normal(size=(1, 1000))
    >>> bool(700 < effective_draws(noise)[0] < 1300)
    True
    """
    if chains.shape[1] < _LEAST_FOR_ESS:
        return np.full(chains.shape[0], nan)
    draws, moves = np.zeros(chains.shape[0]), moving(chains)
    if moves.any():
        from arviz_stats.base.array import array_stats  # scipy.stats behind it costs a second

        stats: Any = array_stats
        with np.errstate(divide="ignore", invalid="ignore"):
            draws[moves] = stats.ess(
                chains[moves][:, None, :], chain_axis=1, draw_axis=2, method="mean"
            )
    return draws


def diagnose(values: Array, data_sets: Labels, starts: Labels, thin: int = 1) -> Diagnosis:
    """All statistics of one observable.

    ``values`` (chain, draw), one chain a network; ``data_sets`` and ``starts`` (chain,) say what it
    saw and where it began. Chains with a draw that is not finite are left out. NaN where there is
    nothing to judge by.
    """
    there = np.isfinite(values).all(axis=1)
    values, data_sets, starts = values[there], data_sets[there], starts[there]
    if not there.any() or values.shape[1] < LEAST_DRAWS:
        return Diagnosis(nan, nan, -1, nan, 0.0, nan)
    ess, moves = effective_draws(values), moving(values)
    per_chain = float(ess[moves].mean()) if moves.any() else 0.0
    worst: Worst = worst_rhat(values, data_sets, per_chain)
    between, compared = start_difference(values.mean(axis=1), data_sets, starts)
    return Diagnosis(
        nested_rhat(values, data_sets, starts),
        worst.rhat,
        worst.data_set,
        worst.limit,
        float(ess.sum()),
        thin * values.shape[1] / per_chain if per_chain else inf,
        drift(values, starts),
        between.p,
        between.missed(T_TEST),
        float(values.std()),
        compared,
        nested_limit(2 * len(np.unique(starts)), float(ess.sum())),
        float(moves.mean()),
        frozen(values),
        two_groups(values.mean(axis=1)),
        bool(np.unique(data_sets, return_counts=True)[1].min() > 1),
    )


def drift(values: Array, starts: Labels) -> float:
    """p-value of no change between the halves of the draws; of the start that drifts most.

    Multiplied by the number of starts, which are as many tests. NaN with one chain for each.
    """
    half = values.shape[1] // 2
    change = values[:, -half:].mean(axis=1) - values[:, :half].mean(axis=1)
    names = np.unique(starts)
    chances = [mean_of(change[starts == name]).p for name in names]
    told = [p for p in chances if not np.isnan(p)]
    return min(1.0, len(names) * min(told)) if told else nan


def start_difference(means: Array, data_sets: Labels, starts: Labels) -> tuple[Difference, str]:
    """Second start minus first (in the alphabet) of the chains' means (chain,), and how it is seen.

    On data sets that both starts saw: the differences of the pairs, or, with at least two chains
    of each start on each, the chains' own scatter (they are independent given the data). Without
    such data sets: Welch's two samples, in which each data set counts once. Not compared, NaN and
    "", for one start or where there is no scatter to judge by.
    """
    nothing = Difference(nan, nan, nan), ""
    names = np.unique(starts)
    if len(names) != 2:
        return nothing
    first, second = (_by_data_set(means, data_sets, starts == name) for name in names)
    shared = sorted(first.keys() & second.keys())
    strata = [(second[k], first[k]) for k in shared]
    if not strata:
        groups = [np.array([m.mean() for m in group.values()]) for group in (second, first)]
        difference, how = welch([(groups[0], groups[1])]), OTHER
    elif min(group.size for pair in strata for group in pair) > 1:
        difference, how = welch(strata), SAME
    else:
        difference, how = mean_of(np.array([a.mean() - b.mean() for a, b in strata])), SAME
    return nothing if np.isnan(difference.error) else (difference, how)


def _by_data_set(means: Array, data_sets: Labels, chosen: Labels) -> dict[int, Array]:
    return {int(k): means[chosen & (data_sets == k)] for k in np.unique(data_sets[chosen])}


def equilibrated(
    diagnoses: Mapping[str, Diagnosis], starts: Iterable[str] = ("prior",), lost: int = 0
) -> Equilibration:
    """The verdict of all observables together; the reason names the first that objects.

    What is seen too rarely to judge (:attr:`Diagnosis.rare`) has no say.

    >>> good = Diagnosis(1.001, 1.02, 3, 1.2, 900.0, 5.0)
    >>> equilibrated({"b": good}).reason
    'R-hat at most 1.001 (b), at least 900 effective draws (b); all from one start: a barrier \
would not show'
    >>> equilibrated({"b": good, "c": Diagnosis(float("nan"), 1.0, 0, 1.2, 900.0, 5.0)}).reason
    'not equilibrated: c has R-hat nan > 1.01 between halves; lengthen the burn-in'
    """
    if not diagnoses:
        return Equilibration(False, "nothing was measured")
    seen = {name: d for name, d in diagnoses.items() if not d.rare}
    if not seen:
        return Equilibration(False, "not equilibrated: hardly anything moves; draw more")
    for name, d in seen.items():
        problem = objection(name, d, lost)
        if problem:
            return Equilibration(False, problem)
    return Equilibration(True, _praise(seen, tuple(starts)))


def objection(name: str, d: Diagnosis, lost: int = 0) -> str:
    """Why an observable does not count as settled, or nothing. NaN counts against it.

    ``lost`` networks diverged; drifts and starts that cannot be told (NaN) do not object.
    """
    complaint = _unsettled(name, d)
    if not complaint and lost:
        complaint = f"{lost} networks diverged, the rest are a selection"
    return f"not equilibrated: {complaint}" if complaint else ""


def _unsettled(name: str, d: Diagnosis) -> str:
    if d.frozen:
        return f"{d.frozen} networks never move in {name}; look at their acceptance"
    if d.moving == 0 and d.worst != inf:
        return f"no network moves in {name}, so that nothing is known of its error; draw more"
    if d.worst != inf and not d.ess >= LEAST_ESS:
        return f"{name} has {int(d.ess)} effective draws of at least {LEAST_ESS:.0f}; draw more"
    if not d.rhat <= d.allowed:
        between = "starts and halves" if d.compared == SAME else "halves"
        doubt = f"{name} has R-hat {d.rhat:.4g} > {d.allowed:.4g} between {between}"
    elif d.worst == inf:
        doubt = f"chains of data set {d.worst_data_set} stand still at different values of {name}"
    elif not d.worst <= d.limit:
        doubt = (
            f"{name} has R-hat {d.worst:.4g} on data set {d.worst_data_set}, where chance gives "
            f"at most {d.limit:.4g}"
        )
    elif d.drift < T_TEST:
        doubt = f"the mean of {name} drifts (p = {d.drift:.1g})"
    elif d.gap < T_TEST:
        doubt = f"{name} differs between starts on {d.compared} (p = {d.gap:.1g})"
    elif _two(d) and not d.of_data:
        return (
            f"the networks fall into two groups of {name}, and with one network on each data set "
            "nothing tells the data's luck from networks that are stuck: train with --starts both"
        )
    else:
        return ""
    return f"{doubt}; lengthen the burn-in"


def _two(d: Diagnosis) -> bool:
    """Whether there are two groups of chains; of what most chains hardly show there is no word."""
    return d.groups > 1 and d.moving >= MOVING


def _praise(diagnoses: Mapping[str, Diagnosis], starts: tuple[str, ...]) -> str:
    loud = max(diagnoses, key=lambda name: diagnoses[name].rhat)
    few = min(diagnoses, key=lambda name: diagnoses[name].ess)
    text = (
        f"R-hat at most {diagnoses[loud].rhat:.4g} ({loud}), at least {diagnoses[few].ess:.0f} "
        f"effective draws ({few})"
    )
    groups = [name for name, d in diagnoses.items() if _two(d)]
    apart = f"; two groups of data sets differ in {groups[0]}" if groups else ""
    return f"{text}; {_on_starts(diagnoses, starts)}{apart}"


def _on_starts(diagnoses: Mapping[str, Diagnosis], starts: tuple[str, ...]) -> str:
    """What was compared, and how large a difference could hide behind it."""
    if len(starts) < 2:
        return "all from one start: a barrier would not show"
    both = " and ".join(starts)
    told = {name: d for name, d in diagnoses.items() if d.compared and d.spread > 0}
    if not told:
        return f"{both} starts are too few to be compared: a barrier would not show"
    worst = max(told, key=lambda name: told[name].missed / told[name].spread)
    d = told[worst]
    return (
        f"{both} starts agree on {d.compared}; a difference of {d.missed:.2g} in {worst} "
        f"({d.missed / d.spread:.2g} of its spread) would be missed once in "
        f"{round(1 / (1 - POWER))}"
    )
