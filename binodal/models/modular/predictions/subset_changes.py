"""What a share of the pairs changes: mean field on subsets and its first order in 1/N, and errors.

Subsets without one or two pairs are taken kind by kind, so that nothing is left to chance but the
neurons that are drawn. Else some subsets are drawn, whose spread is taken as wide as Student's law
makes it for so few.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from binodal.models.modular.predictions.left_out import MOST, kinds
from binodal.models.modular.predictions.mode_law import Array
from binodal.models.modular.predictions.subset_field import SEED, Field, OnSubset
from binodal.models.modular.predictions.subset_rule import Rule
from binodal.numerics.spread import spread_of

_SUBSETS, _COUNT, _FEW = 5, 4000, 2000
"""Subsets that are drawn, neurons of each, and of each of several kinds."""
_ROUNDS, _LONG = 8, 40
"""How often averages are taken, and of all that are alike."""
_LEFT_OUT = 1 / 4
"""Of the first order in the inverse number of neurons, which is removed, what may still be there:
corrected values of 2000 and 4000 neurons differ by a tenth of it (S3)."""


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

    An error holds the spread of draws, and of subsets where these are drawn.
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
    order, pairs = rule.target.shape
    point = {"N": 1.0, "P": order, "sigma2": noise, "sigma_a2": spread, "gamma": gamma}
    missing = pairs - kept
    if missing <= MOST:
        alike = kinds(rule.target.argmax(0).reshape(order, order), missing)
        rounds, count = (_LONG, _COUNT) if len(alike) == 1 else (_ROUNDS, _FEW)
    else:
        draws = (np.random.default_rng(SEED + k).permutation(pairs) for k in range(_SUBSETS))
        alike = [(draw < kept, 1 / _SUBSETS) for draw in draws]
        rounds, count = _ROUNDS, _COUNT
    field = Field.drawn(rule, point, count)
    weights = np.array([weight for _, weight in alike])
    values, errors, removed = (
        np.array(of) for of in zip(*(_told(field, seen, rounds) for seen, _ in alike), strict=True)
    )
    value = np.tensordot(weights, values, 1)
    unsure = np.sqrt(np.tensordot(weights**2, errors**2, 1))
    if missing > MOST:
        unsure = spread_of(values)
    unsure += _LEFT_OUT * np.abs(np.tensordot(weights, removed, 1))
    (_, before), (_, doubt), _ = _told(field, np.ones(pairs, dtype=bool), _ROUNDS)
    known = np.insert(rule.known(point), 1, 1.0, axis=1)  # a on the others, which all pairs lack
    before[:, 1] = doubt[:, 1] = 0.0
    start, shift = value[0] / known, (value[1] - before) / known
    errors = unsure / known
    return np.array([start, errors[0], shift, np.hypot(errors[1], doubt / known)])


def _told(field: Field, seen: NDArray[np.bool_], rounds: int) -> tuple[Array, Array, Array]:
    """Mean field and the first order on a subset (2, parts, 3), what draws leave open of them, and
    what is removed for the number of neurons."""
    told = np.array([of.told for of in field.followed(seen, rounds)])
    values, removed = told[:, 0], told[:, 1]
    pairs = values.reshape(-1, 2, *values.shape[1:]).mean(1)  # rounds follow each other
    return values.mean(0), spread_of(pairs), removed.mean(0)
