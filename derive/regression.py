"""Regression on inputs +-1 with modes 1 and x: its mean over all data sets, exactly."""

from __future__ import annotations

from math import exp, lgamma, log

DENSITY = 1.5
"""n/sigma^2."""
LEVELS, TARGET = (0.7, 1.6), (0.9, -0.5)
"""Of the kernel and of the target, by mode."""


def binomial(count: int, size: int, chance: float) -> float:
    """The chance of ``count`` of ``size`` data at one of two inputs."""
    ways = lgamma(size + 1) - lgamma(count + 1) - lgamma(size - count + 1)
    return exp(ways + count * log(chance) + (size - count) * log(1 - chance))


def residual(share: float) -> tuple[float, float]:
    """(y - f) of both modes when a share of the data is at +1: two linear equations."""
    skew = 2 * share - 1
    a, b = (DENSITY * level for level in LEVELS)
    volume = (1 + a) * (1 + b) - a * b * skew**2
    first = ((1 + b) * TARGET[0] - a * skew * TARGET[1]) / volume
    return first, ((1 + a) * TARGET[1] - b * skew * TARGET[0]) / volume


def averaged(size: int) -> tuple[float, float]:
    """The residual averaged over all data sets of ``size`` inputs.

    >>> [round(mode, 6) for mode in averaged(4)]
    [0.491914, -0.164775]
    """
    chances = [binomial(k, size, 0.5) for k in range(size + 1)]
    parts = [residual(k / size) for k in range(size + 1)]
    first, second = (
        sum(c * part[i] for c, part in zip(chances, parts, strict=True)) for i in (0, 1)
    )
    return first, second


def losses(size: int) -> tuple[float, float]:
    """The loss on new and on training inputs, averaged over outputs and all data sets.

    >>> [round(loss, 6) for loss in losses(4)]
    [1.232108, 0.936786]
    """
    tests, trains = 0.0, 0.0
    for k in range(size + 1):
        share, chance = k / size, binomial(k, size, 0.5)
        (first, second), skew = residual(share), 2 * share - 1
        a, b = (1 / level + DENSITY for level in LEVELS)
        volume = a * b - (DENSITY * skew) ** 2
        own, joint = (a + b) / volume, 2 * (first * second - DENSITY * skew / volume)
        mean = first**2 + second**2 + own
        tests, trains = tests + chance * mean, trains + chance * (mean + skew * joint)
    return tests, trains


def limit() -> tuple[float, float]:
    """The residual of n -> infinity at fixed n/sigma^2."""
    first, second = (y / (1 + DENSITY * a) for y, a in zip(TARGET, LEVELS, strict=True))
    return first, second


def learned() -> tuple[float, float]:
    """The posterior variance of both modes there."""
    first, second = (a / (1 + DENSITY * a) for a in LEVELS)
    return first, second
