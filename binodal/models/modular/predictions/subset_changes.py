"""What a share of the pairs changes: mean field on subsets and its first order in 1/N, and errors.

What few draws do is mostly the same with all pairs, where the exact numbers are known by
quadrature: differences from there are taken, of which the first order in the inverse number of
draws is removed. Subsets are few, so their spread is taken as wide as Student's law makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np

from binodal.models.modular.predictions.mode_law import Array
from binodal.models.modular.predictions.subset_field import SEED, Field, OnSubset
from binodal.models.modular.predictions.subset_rule import Rule
from binodal.numerics.spread import spread_of

_SUBSETS, _COUNT = 5, 4000
"""Subsets that are drawn, and neurons of each."""


class Changes(NamedTuple):
    """Of a part of the target a and lambda on subsets over those with all pairs, and a on the
    others itself.

    ``start`` is mean field, ``shift`` the first order in 1/N; ``unsure`` and ``shift_unsure`` are
    their errors.
    """

    start: OnSubset
    unsure: OnSubset
    shift: OnSubset
    shift_unsure: OnSubset


def changes(rule: Rule, parameters: Mapping[str, float], share: float) -> list[Changes]:
    """What a share of the pairs changes, at N, of every part. ``rule`` is hashable.

    An error is what is removed for the number of draws, and the spread of subsets and of draws.
    Raises :class:`binodal.numerics.errors.Undecided` where the branch is lost.
    """
    width = parameters["N"]
    # Only N sigma_a^2 and N sigma^2 count.
    noise, spread = (float(f"{width * parameters[name]:.12g}") for name in ("sigma2", "sigma_a2"))
    kept = round(share * rule.target.shape[1])
    found = _changes(rule, noise, spread, parameters["gamma"], kept)
    per_width = np.array([1.0, 1.0, width, width])[:, None, None]
    return [
        Changes(*(OnSubset(*row) for row in part))
        for part in np.moveaxis(found / per_width, 1, 0).tolist()
    ]


@cache
def _changes(rule: Rule, noise: float, spread: float, gamma: float, kept: int) -> Array:
    """At N = 1, (4, parts, 3)."""
    order = len(rule.target)
    point = {"N": 1.0, "P": order, "sigma2": noise, "sigma_a2": spread, "gamma": gamma}
    seeds = range(SEED, SEED + _SUBSETS)
    few, many = (
        np.array([_compared(Field.drawn(rule, point, count, seed), kept, seed) for seed in seeds])
        for count in (_COUNT // 2, _COUNT)
    )
    value, removed = 2 * many - few, np.abs((many - few).mean(0))
    (start, shift), (unsure, doubt) = value.mean(0), removed + spread_of(value)
    return np.array([start, unsure, shift, doubt])


def _compared(field: Field, kept: int, seed: int) -> Array:
    """One subset over all pairs, (2, parts, 3): mean field, and the first order."""
    pairs = field.features.shape[1]
    seen = np.zeros(pairs, dtype=bool)
    seen[np.random.default_rng(seed).permutation(pairs)[:kept]] = True
    every, some = field.solved(np.ones(pairs, dtype=bool)), field.followed(seen)
    own = np.array([[of.mean_field, of.shift] for of in some]).mean(0)
    whole, before = np.array([every.mean_field, every.shift])
    whole[:, 1], before[:, 1] = 1.0, 0.0  # a on the others, which all pairs do not have
    return np.asarray([own[0], own[1] - before] / whole)
