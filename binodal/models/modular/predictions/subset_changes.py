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
from scipy import special

from binodal.models.modular.predictions.mode_law import Array
from binodal.models.modular.predictions.subset_field import SEED, Field, OnSubset
from binodal.numerics.errors import Undecided

LARGEST = 7
"""Largest P: a subset takes some ten seconds there."""
_SUBSETS, _COUNT = 5, 4000
"""Subsets that are drawn, and neurons of each."""
_ONE_SIGMA = 0.6827


class Changes(NamedTuple):
    """a and lambda on subsets over those with all pairs, and a on the others itself.

    ``start`` is mean field, ``shift`` the first order in 1/N; ``unsure`` and ``shift_unsure`` are
    their errors.
    """

    start: OnSubset
    unsure: OnSubset
    shift: OnSubset
    shift_unsure: OnSubset


def changes(parameters: Mapping[str, float], share: float) -> Changes:
    """What a share of the pairs changes, at N.

    An error is what is removed for the number of draws, and the spread of subsets and of draws.
    Raises :class:`binodal.numerics.errors.Undecided` for even or large P, and where the branch is
    lost.

    >>> changes({"N": 500.0, "P": 29.0, "sigma2": 0.1, "sigma_a2": 0.1, "gamma": 2.0}, 0.9)
    Traceback (most recent call last):
    binodal.numerics.errors.Undecided: P = 29: mean field on a subset is offered for odd P up to 7
    """
    order, width = int(parameters["P"]), parameters["N"]
    if order % 2 == 0 or order > LARGEST:
        raise Undecided(f"P = {order}: mean field on a subset is offered for odd P up to {LARGEST}")
    # Only N sigma_a^2 and N sigma^2 count.
    noise, spread = (float(f"{width * parameters[name]:.12g}") for name in ("sigma2", "sigma_a2"))
    changes = _changes(order, noise, spread, parameters["gamma"], round(share * order**2))
    per_width = (OnSubset(*(value / width for value in of)) for of in changes[2:])
    return Changes(*changes[:2], *per_width)


@cache
def _changes(order: int, noise: float, spread: float, gamma: float, kept: int) -> Changes:
    """At N = 1."""
    point = {"N": 1.0, "P": order, "sigma2": noise, "sigma_a2": spread, "gamma": gamma}
    seeds = range(SEED, SEED + _SUBSETS)
    few, many = (
        np.array([_compared(Field.drawn(point, count, seed), kept, seed) for seed in seeds])
        for count in (_COUNT // 2, _COUNT)
    )
    value, removed = 2 * many - few, np.abs((many - few).mean(0))
    errors = removed + spread_of(value)
    by_order = zip(value.mean(0), errors, strict=True)
    return Changes(*(OnSubset(*row.tolist()) for of in by_order for row in of))


def spread_of(units: Array) -> Array:
    """What the mean of few units (rows) is off by with the chance of one standard deviation.

    >>> bool(abs(spread_of(np.array([[0.0], [2.0]]))[0] - 1.837) < 1e-3)
    True
    """
    count = len(units)
    factor = special.stdtrit(count - 1, (1 + _ONE_SIGMA) / 2)
    return np.asarray(factor * units.std(0, ddof=1) / count**0.5)


def _compared(field: Field, kept: int, seed: int) -> tuple[OnSubset, OnSubset]:
    """One subset over all pairs: mean field, and the first order."""
    pairs = field.features.shape[1]
    seen = np.zeros(pairs, dtype=bool)
    seen[np.random.default_rng(seed).permutation(pairs)[:kept]] = True
    every, some = field.solved(np.ones(pairs, dtype=bool)), field.followed(seen)
    whole, before = every.mean_field, every.shift
    own, after = (
        OnSubset(*np.mean(rows, axis=0).tolist())
        for rows in ([of.mean_field for of in some], [of.shift for of in some])
    )
    start = OnSubset(own.a / whole.a, own.a_test, own.level / whole.level)
    moves = (after.a - before.a) / whole.a, (after.level - before.level) / whole.level
    return start, OnSubset(moves[0], after.a_test, moves[1])
