"""Bias and cost of a sampler, from chains that share their noise.

Chains with steps h, h/2, h/4 start at one point and see one path of noise: a coarse step's is the
sum of the fine ones, each times what the friction leaves of it. They stay together, so that means
of differences are known far better than means,

    m(h) - m(h/2^l) = k h^p (1 - 2^(-p l)),        p = 1 Euler-Maruyama, 2 BAOAB,

and the bias k h^p follows without any exact value. An effective draw is an independent draw of the
network's own observable: an estimate whose squared error is e^2 is worth var/e^2 of them. It costs

    A t/h CPU seconds,                             t a step, A/h the steps for a draw,

where the step matters; a reading is taken every so many steps as makes it cheapest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot, sqrt
from statistics import harmonic_mean

import numpy as np
from numpy.typing import NDArray

from binodal.validate.diagnostics import effective_draws

Array = NDArray[np.float64]

POWERS: Mapping[str, int] = {"baoab": 2, "euler": 1, "preconditioned": 1}
"""Order of the bias in the step."""

_THINNED = (1, 2, 3, 4, 6, 8, 12, 16)


@dataclass(frozen=True)
class Mean:
    """Of all members' chains, with its error and the effective draws behind it."""

    value: float
    error: float
    draws: float


def mean(series: Array) -> Mean:
    """Of a series (member, draw)."""
    draws = effective_draws(series)
    # A difference that noise cancels altogether has no error, and no draws to divide by.
    spread = np.divide(series.var(axis=1), draws, out=np.zeros(len(series)), where=draws > 0)
    error = sqrt(float(spread.sum())) / len(series)
    return Mean(float(series.mean()), error, float(draws.sum()))


@dataclass(frozen=True)
class Bias:
    """Relative to the mean without it, at the step of a run; and that mean.

    ``order`` is how many errors the second difference is from what the power says; NaN for two
    chains, which do not tell.
    """

    value: float
    error: float
    exact: Mean
    order: float

    def __str__(self) -> str:
        unresolved = ", unresolved" if abs(self.value) < 2 * self.error else ""
        return f"{1e3 * self.value:.2f}±{1e3 * self.error:.2f}{unresolved}"

    @property
    def bound(self) -> float:
        """Size and error together."""
        return abs(self.value) + self.error


def bias(levels: Array, power: int, used: int = 0, longer: float = 1.0) -> Bias:
    """From series (level, member, draw) of steps h, h/2, h/4 ..., at a run's step ``longer`` h.

    ``used`` takes the last so many chains only, nearer to where the power holds: Euler's bias on a
    Gaussian of curvature k, (h k/2)/(1 - h k/2), grows faster than h, and a secant from a large
    step would overstate it at small ones.

    >>> still = np.random.default_rng(2).normal(10, 0.1, (2, 400))
    >>> found = bias(np.stack([still + 0.1 * 4.0**-level for level in range(3)]), 2)
    >>> round(found.value, 4), found.error < 1e-9
    (0.01, True)
    """
    span = levels[-used:]
    left = 2.0 ** (-power * (len(span) - 1))
    difference, end = mean(span[0] - span[-1]), mean(span[-1])
    shift, spread = difference.value / (1 - left), difference.error / (1 - left)
    exact = Mean(end.value - left * shift, hypot(end.error, left * spread), end.draws)
    order = float("nan")
    if len(levels) > 2:
        bend = mean(levels[0] - levels[1] - 2**power * (levels[1] - levels[2]))
        order = bend.value / bend.error if bend.error else 0.0
    scale = (longer * 2.0 ** (len(levels) - len(span))) ** power / abs(exact.value)
    return Bias(shift * scale, spread * scale, exact, order)


@dataclass(frozen=True)
class Cost:
    """CPU seconds for an effective draw, and the relative error: a window of five times takes part
    in the estimate of a correlation time (A. Sokal), hence sqrt(10/draws)."""

    seconds: float
    relative: float


def cost(series: Array, variances: Array, step: float, reading: float) -> Cost:
    """Of a series (member, draw) of an estimator, ``variances`` (member,) being the observable's.

    ``step`` are the seconds between two draws of one network, ``reading`` those of a reading.

    >>> noise = np.random.default_rng(3).normal(size=(2, 4000))
    >>> 0.9 < cost(noise, noise.var(axis=1), 1.0, 0.0).seconds < 1.1
    True

    How often to read is chosen on one half and charged on the other, both ways: the least of
    several noisy numbers is too small.
    """

    def read(part: Array, every: int) -> Cost:
        values = part[:, ::every]
        effective = effective_draws(values)
        worth = float(variances.sum() / (values.var(axis=1) / effective).sum())
        seconds = values.shape[1] * (every * step + reading) / worth
        return Cost(seconds, sqrt(10 / float(effective.sum())))

    half = series.shape[1] // 2
    parts = series[:, :half], series[:, half:]
    cheapest = [min(_THINNED, key=lambda each: read(part, each).seconds) for part in parts]
    charged = [read(parts[0], cheapest[1]), read(parts[1], cheapest[0])]
    draws = sum(10 / each.relative**2 for each in charged)
    return Cost(harmonic_mean([each.seconds for each in charged]), sqrt(10 / draws))


def slowed(cost: Cost, biased: Bias, wanted: float, power: int) -> Cost:
    """The cost at the step where the bias is ``wanted``, from ``at`` the step of ``found``.

    No longer step is taken where a larger bias is allowed. An error of ``wanted`` is not counted.

    >>> found = Bias(0.004, 0.0004, Mean(1.0, 0.1, 100.0), 0.0)
    >>> slowed(Cost(1.0, 0.0), found, 0.001, 1)
    Cost(seconds=4.0, relative=0.1)
    >>> slowed(Cost(1.0, 0.0), found, 0.1, 1).seconds
    1.0
    """
    factor = max((abs(biased.value) / wanted) ** (1 / power), 1.0)
    relative = biased.error / max(abs(biased.value), wanted) / power
    return Cost(cost.seconds * factor, hypot(cost.relative, relative))


def ratio(ours: Cost, theirs: Cost) -> tuple[float, float]:
    """How many times more theirs is, and the error."""
    value = theirs.seconds / ours.seconds
    return value, value * hypot(ours.relative, theirs.relative)


def noise_scale(memory: float, count: int) -> float:
    """Standard deviation of ``count`` standard normals summed, each one keeping ``memory`` a step.

    >>> noise_scale(1.0, 4), noise_scale(0.5, 2) == 1.25**0.5
    (2.0, True)
    """
    return sqrt(sum(memory ** (2 * k) for k in range(count)))


def halved(step: float, levels: int) -> Sequence[float]:
    """The steps of chains that share their noise.

    >>> halved(1.0, 3)
    [1.0, 0.5, 0.25]
    """
    return [step / 2**level for level in range(levels)]
