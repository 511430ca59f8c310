"""Student's statistic of few and skewed units: the p-value of the worst law that they may have.

Few values of a skewed law seldom hold a large one; without it both their mean and their spread are
too small, and Student's t rejects the truth far too often: at one in a hundred six times as often
for twelve lognormal units, at one in ten thousand a hundred times. No test of a mean holds for
every law. This one holds for shifted lognormal units, X = c e^{s Z} + const, c of either sign and
s from 0 (normal) to 1 (skewness 6.2), and does better than Student's on others that tests name.

For each s the statistic is, at equal p, r times Student's; r(n, s, p) is computed by simulation
(:mod:`binodal.validate.compare.skewed_table`) and grows with s. A p-value is that of the largest s
that the sample does not rule out: those whose samples are as little skewed with a chance below
SHAPE_ERROR are dropped, and SHAPE_ERROR is added (R. L. Berger and D. D. Boos, JASA 89, 1012).
Ruling out needs some fifty units; below, the whole range counts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from math import exp, isnan, log, nan, sqrt

import numpy as np
from numpy.typing import NDArray

from binodal.validate.compare.skewed_table import PATH, SHAPE_ERROR
from binodal.validate.t_tests import critical as students
from binodal.validate.t_tests import two_sided

Array = NDArray[np.float64]

LEAST_UNITS = 4
"""Fewer units than the table has are not judged."""

LARGEST_SPREAD = 1.0
"""s of the most skewed law for which p-values hold."""

_STEPS, _FARTHEST = 44, 60.0

_LARGEST = 1e100
"""Stands for the infinite statistic of values without any spread."""


@dataclass(frozen=True)
class _Laws:
    """For one n: by s (rows) and p (columns) log r and log of the statistic; skewness by s."""

    log_ratio: Array
    log_statistic: Array
    least: Array
    beyond: float


def p_value(t: float, units: int, skewness: float = nan) -> float:
    """Two-sided p of the statistic ``t`` of ``units`` values with that sample skewness.

    NaN for ``skewness`` means that it is not known: then the whole range counts. NaN below
    LEAST_UNITS.

    >>> [round(p_value(-4.0, n), 2) for n in (4, 12, 200)], round(two_sided(-4.0, 11.0), 4)
    ([0.27, 0.1, 0.01], 0.0021)
    """
    if units < LEAST_UNITS or isnan(t):
        return nan
    worst = two_sided(_deflated(abs(t), units, LARGEST_SPREAD), units - 1.0)
    spread = plausible_spread(units, skewness if t < 0 else -skewness)
    if spread >= LARGEST_SPREAD or worst < SHAPE_ERROR:
        return worst
    likely = two_sided(_deflated(abs(t), units, spread), units - 1.0)
    return min(1.0, max(likely + SHAPE_ERROR, 2 * SHAPE_ERROR))


def critical(p: float, units: int, skewness: float = nan) -> tuple[float, float]:
    """The distances below and above zero whose p-value is ``p``: t < -low or t > high is rejected.

    >>> low, high = critical(0.01, 12, 0.5)
    >>> round(p_value(-low, 12, 0.5), 6), round(p_value(high, 12, 0.5), 6)
    (0.01, 0.01)
    """
    if units < LEAST_UNITS or not 0 < p < 1:
        return nan, nan
    return _crossing(-1, p, units, skewness), _crossing(1, p, units, skewness)


def _crossing(sign: int, p: float, units: int, skewness: float) -> float:
    low, high = -_FARTHEST, _FARTHEST
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if p_value(sign * exp(middle), units, skewness) > p:
            low = middle
        else:
            high = middle
    return exp(high)


def plausible_spread(units: int, skewness: float) -> float:
    """The largest s whose samples may be as little skewed to the right as this one.

    >>> plausible_spread(8, 0.0), plausible_spread(200, 0.0) < 0.5
    (1.0, True)
    """
    if isnan(skewness):
        return LARGEST_SPREAD
    return float(np.interp(skewness, _laws(units).least, _spreads()))


def too_skewed(units: int, skewness: float) -> bool:
    """Whether hardly any sample in the range of the test is as skewed as this, to either side.

    >>> too_skewed(200, 2.0), too_skewed(200, 13.5)
    (False, True)
    """
    return units >= LEAST_UNITS and abs(skewness) > _laws(units).beyond


def _deflated(t: float, units: int, spread: float) -> float:
    """t/r: the statistic that Student's law holds as improbable as the law of spread s holds t."""
    if t == 0:
        return 0.0
    laws, spreads = _laws(units), _spreads()
    place = log(min(t, _LARGEST))
    factors = [_line(place, x, y) for x, y in zip(laws.log_statistic, laws.log_ratio, strict=True)]
    return float(exp(place - np.interp(spread, spreads, factors)))


def _line(place: float, x: Array, y: Array) -> float:
    """Linear between the places, constant below the first, and on along the last piece above."""
    if place <= x[-1]:
        return float(np.interp(place, x, y))
    return float(y[-1] + (place - x[-1]) * (y[-1] - y[-2]) / (x[-1] - x[-2]))


def _spreads() -> Array:
    return np.array(_table()["spreads"])


@cache
def _table() -> dict[str, list[float]]:
    table: dict[str, list[float]] = json.loads(PATH.read_text("utf-8"))
    return table


@cache
def _laws(units: int) -> _Laws:
    """Between the table's n linear in 1/sqrt(n); to infinity r falls to 1, the skewness stays."""
    table = json.loads(PATH.read_text("utf-8"))
    sizes = 1 / np.sqrt(np.array(table["units"][::-1]))
    rows = table["entries"][::-1]

    def between(values: Array, limit: Array) -> Array:
        places = np.concatenate([[0.0], sizes])
        flat = np.concatenate([limit[None], values]).reshape(len(places), -1)
        quantiles = [np.interp(1 / sqrt(units), places, column) for column in flat.T]
        return np.array(quantiles).reshape(limit.shape)

    ratio = np.array([[entry["ratio"] for entry in row] for row in rows])
    least = np.array([[entry["least"] for entry in row] for row in rows])
    beyond = np.array([row[-1]["beyond"] for row in rows])
    ratios = np.maximum.accumulate(between(ratio, np.ones_like(ratio[0])), axis=0)
    student = np.array([students(2 * p, units - 1.0) for p in table["chances"]])
    return _Laws(
        np.log(ratios),
        np.log(ratios * student),
        np.maximum.accumulate(between(least, least[0])),
        float(between(beyond, beyond[0])),
    )
