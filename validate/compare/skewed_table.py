"""The table behind :mod:`binodal.validate.compare.skewed`, computed by simulation: python -m this
module.

Units are n independent values of a shifted lognormal law, X = e^{s Z} - e^{s^2/2}, of mean zero.
For each n and s stand in ``skewed_table.json``

    ratio   the x with P(mean/(standard error) <= -x) = p over Student's, p on a grid
    least   the skewness of a sample that is undercut with probability SHAPE_ERROR
    beyond  the skewness of a sample that is exceeded with probability TOO_SKEWED

A sample whose statistic lies far below zero lacks the large values that carry the mean: its Z are
lower and closer together than they should be. The samples are drawn from normal laws shifted and
narrowed by several steps of their own standard errors, as often from each, and weighted by the true
density over the mixture's: what happens once in a million samples is seen hundreds of times in
100 000.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import product
from math import log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]

UNITS = (4, 6, 8, 12, 16, 24, 32, 64, 128, 256, 800)
SPREADS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""s; the skewness of the law is 0, 0.78, 1.75, 3.26 and 6.18."""

CHANCES = (0.25, 0.1, 0.05, 0.025, 1e-2, 5e-3, 2e-3, 1e-3, 5e-4, 2e-4, 1e-4, 5e-5, 2e-5, 1e-5, 1e-6)
SHAPE_ERROR, TOO_SKEWED = 1e-5, 1e-2
PATH = Path(__file__).with_name("skewed_table.json")

SAMPLES, NUMBERS, SEED = 100_000, 8_000_000, 20231
"""At least so many samples, and where units are few at least so many numbers."""

_SHIFTS, _NARROWER = (0.0, 1.0, 2.0, 3.0, 4.0), (0.0, 1.0, 2.0, 3.0, 6.0)
"""In units of 1/sqrt(n): of the mean of Z, and of minus the logarithm of its spread."""

_AT_ONCE, _DIGITS = 500_000, 4


def simulated(units: int, spread: float, samples: int, seed: int) -> tuple[Array, Array, Array]:
    """Student's statistic of the true mean, the skewness, and the weight, each (samples,).

    >>> t, skewness, weight = simulated(8, 0.0, 20000, 1)
    >>> abs(float(weight @ (t < special.stdtrit(7, 1e-3))) / 20000 / 1e-3 - 1) < 0.1
    True
    """
    rng = np.random.Generator(np.random.SFC64((seed, units, round(100 * spread))))
    sizes = _portions(samples, max(1, _AT_ONCE // units))
    parts = [_part(rng, units, spread, size) for size in sizes]
    t, skewness, weight = (np.concatenate(each) for each in zip(*parts, strict=True))
    return t, skewness, weight


def _portions(total: int, size: int) -> Iterator[int]:
    for start in range(0, total, size):
        yield min(size, total - start)


def _part(rng: np.random.Generator, units: int, spread: float, samples: int) -> tuple[Array, ...]:
    laws = np.array(list(product(_SHIFTS, _NARROWER))) / sqrt(units)
    shift, width = laws[:, 0], np.exp(-laws[:, 1])
    chosen = rng.integers(0, len(laws), samples)
    z = rng.standard_normal((units, samples)) * width[chosen] - shift[chosen]
    weight = _weight(z.sum(0), np.square(z).sum(0), units, shift, width)
    x = np.expm1(spread * z) - np.expm1(spread**2 / 2) if spread else z
    mean = x.mean(0)
    x = x - mean
    square = x * x
    variance = square.mean(0)
    t = mean / np.sqrt(variance / (units - 1))
    return t, (square * x).mean(0) / variance**1.5, weight


def _weight(first: Array, second: Array, units: int, shift: Array, width: Array) -> Array:
    """The normal law's density over that of the mixture, from the sums of z and of z^2."""
    moved = second + 2 * shift[:, None] * first + units * shift[:, None] ** 2
    logs = second / 2 - moved / (2 * width[:, None] ** 2) - units * np.log(width)[:, None]
    return np.asarray(np.exp(log(len(shift)) - special.logsumexp(logs, axis=0)))


def entry(units: int, spread: float) -> dict[str, Any]:
    """The numbers of one n and s."""
    samples = max(SAMPLES, NUMBERS // units)
    t, skewness, weight = simulated(units, spread, samples, SEED)
    student = -special.stdtrit(units - 1.0, np.array(CHANCES))
    tail = -_quantiles(t, weight, CHANCES)
    ratio = tail / student if spread else np.ones(len(CHANCES))
    least = _quantiles(skewness, weight, (SHAPE_ERROR,))
    beyond = -_quantiles(-skewness, weight, (TOO_SKEWED,))
    return {
        "ratio": [_short(r) for r in ratio],
        "least": _short(least[0]),
        "beyond": _short(beyond[0]),
    }


def _short(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _quantiles(values: Array, weight: Array, chances: Sequence[float]) -> Array:
    """Where the weighted share below reaches each chance."""
    order = np.argsort(values)
    below = np.cumsum(weight[order]) / values.size
    return np.asarray(values[order][np.searchsorted(below, chances)])


def table() -> dict[str, Any]:
    """Every n and s."""
    return {
        "made by": "python -m binodal.validate.compare.skewed_table",
        "units": list(UNITS),
        "spreads": list(SPREADS),
        "chances": list(CHANCES),
        "entries": [[entry(n, s) for s in SPREADS] for n in UNITS],
    }


if __name__ == "__main__":
    PATH.write_text(json.dumps(table()) + "\n", "utf-8")
