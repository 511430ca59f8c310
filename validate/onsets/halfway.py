"""Half of a change, as a parameter falls: where it is, and whether it is before another curve's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.stats import t as student

from binodal.validate.compare.uncertainty import jackknife
from binodal.validate.measures.inputs import Array

RATE = 0.01
"""Of one wrong statement among all measures of a series, by Bonferroni."""

STILL = 0.1
"""A measure whose ends differ by less than this share of its size never moves."""

WORDS = (
    "A measure moves where it is half-way between its values at both ends of the series in sigma^2 "
    "(linear in the logarithm between points). It moves before the order parameter, or after it, "
    "where the ratio of both sigma^2 differs from one, at it where the ratio lies within one step "
    "of the series, by an interval that is wrong once in a hundred series of all measures. It "
    "never moves where its ends differ by less than a tenth of its size. Otherwise, and in a "
    "series of which a run has not settled, one cannot tell."
)


@dataclass(frozen=True)
class Place:
    """When a measure moves against a reference: one of the words below, and why not if undecided.

    ``ratio`` is the logarithm of its sigma^2 over the reference's, ``half`` the half-width of the
    interval; None where the curve is nowhere half-way, or more than once.
    """

    verdict: str
    ratio: float | None = None
    half: float | None = None
    why: str = ""


_WIDE = "its interval holds one and is wider than a step"
BEFORE, AT, AFTER, NEVER, UNDECIDED = "before", "at", "after", "never", "cannot tell"


def half_way(places: Array, curve: Array) -> Array:
    """All places where a curve is half-way between its ends, in the order of ``places``.

    >>> half_way(np.array([0.0, 1.0, 2.0, 3.0]), np.array([4.0, 4.0, 0.0, 0.0])).tolist()
    [1.5]
    """
    above = curve - (curve[0] + curve[-1]) / 2
    left, right = above[:-1], above[1:]
    crossed = np.flatnonzero((np.signbit(left) != np.signbit(right)) & (left != right))
    share = left[crossed] / (left[crossed] - right[crossed])
    crossings = places[crossed] + share * (places[crossed + 1] - places[crossed])
    return np.asarray(crossings)


def middle(places: Array, curve: Array) -> float:
    """The first of these places; NaN for a curve that is flat.

    >>> middle(np.array([0.0, 1.0]), np.array([2.0, 2.0]))
    nan
    """
    crossings = half_way(places, curve)
    return float(crossings[0]) if crossings.size else float("nan")


def compared(places: Array, curves: Array, reference: Array, tests: int) -> Place:
    """When a measure moves, along falling ``places`` (logarithms of a parameter).

    ``curves`` and ``reference`` (unit, place) are of the same units, independent of each other;
    ``tests`` measures are asked at once.
    """
    mean, reach = curves.mean(axis=0), float(student.isf(RATE / tests / 2, len(curves) - 1))
    change, error = jackknife(lambda ends: float(ends[0] - ends[-1]), curves)
    size = float(np.abs(mean).max())
    if abs(change) + reach * error <= STILL * size:
        return Place(NEVER)
    if abs(change) <= reach * error:
        return Place(UNDECIDED, why="its ends are not told apart")
    if half_way(places, mean).size != 1:
        return Place(UNDECIDED, why="it is half-way more than once")
    ratio, spread = jackknife(partial(_ratio, places), curves, reference)
    half = reach * spread
    if not np.isfinite(half):
        return Place(UNDECIDED, why="its place is not bounded")
    verdict = _verdict(ratio, half, _step(places))
    return Place(verdict, ratio, half, _WIDE if verdict == UNDECIDED else "")


def _ratio(places: Array, curve: Array, reference: Array) -> float:
    return middle(places, curve) - middle(places, reference)


def _step(places: Array) -> float:
    """The mean distance of neighbours."""
    return float(abs(places[-1] - places[0])) / (len(places) - 1)


def _verdict(ratio: float, half: float, resolution: float) -> str:
    if abs(ratio) + half <= resolution:
        return AT
    if abs(ratio) > half:
        return BEFORE if ratio > 0 else AFTER
    return UNDECIDED
