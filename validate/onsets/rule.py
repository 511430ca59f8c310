"""The onset of a curve: where two constants fit it best, if that is no chance and no drift."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from binodal.validate.measures.inputs import Array

SHUFFLES = 199
"""With at most one of them as good, the chance of that is one in a hundred."""

LEAST_POINTS = 8

WORDS = (
    "The onset of a curve is the place between the two parts of it whose means explain most of its "
    "variance, if they explain more than they do in all but one of 199 shuffles of the curve in "
    "time, and more than a straight line does."
)


@dataclass(frozen=True)
class Step:
    """Two constants: the first ``count`` points and the others, and the variance explained."""

    count: int
    explained: float


def best_step(values: Array) -> Step:
    """The step that explains most; nothing is explained of a curve that is constant.

    >>> best_step(np.array([1.0, 1.0, 3.0, 3.0, 3.0]))
    Step(count=2, explained=1.0)
    """
    counts, explained = _steps(values[None])
    return Step(int(counts[0]), float(explained[0]))


def _steps(curves: Array) -> tuple[Array, Array]:
    """Of every row the best count of first points, and the share of its variance."""
    length = curves.shape[1]
    centred = curves - curves.mean(axis=1, keepdims=True)
    first = np.arange(1, length)
    between = np.square(np.cumsum(centred, axis=1)[:, :-1]) * length / (first * (length - first))
    best = between.argmax(axis=1)
    whole = np.square(centred).sum(axis=1)
    found = np.take_along_axis(between, best[:, None], axis=1)[:, 0]
    return best + 1.0, np.divide(found, whole, out=np.zeros_like(whole), where=whole > 0)


def _line(places: Array, values: Array) -> float:
    """The share of the variance that a straight line explains."""
    if not values.std() > 0:
        return 0.0
    return float(np.corrcoef(places, values)[0, 1] ** 2)


def onset(places: Array, values: Array, generator: np.random.Generator) -> float | None:
    """Half way between the places that the step of a curve lies between, or None for no onset.

    ``places`` ascend; they are the coordinate in which a drift is a straight line.
    """
    if len(values) < LEAST_POINTS or np.ptp(values) <= 1e-9 * np.abs(values).max():
        return None
    step = best_step(values)
    shuffled = generator.permuted(np.tile(values, (SHUFFLES, 1)), axis=1)
    chance = int((_steps(shuffled)[1] >= step.explained - 1e-12).sum())
    if chance > 1 or step.explained <= _line(places, values):
        return None
    return float(places[step.count - 1] + places[step.count]) / 2


def _flat(length: int, generator: np.random.Generator) -> Array:
    return generator.standard_normal(length)


def _drift(length: int, generator: np.random.Generator) -> Array:
    return np.linspace(0, 1, length) + 0.1 * generator.standard_normal(length)


def _walk(length: int, generator: np.random.Generator) -> Array:
    return np.cumsum(generator.standard_normal(length))


FLAT: Mapping[str, Callable[[int, np.random.Generator], Array]] = {
    "noise": _flat,
    "a straight line with noise of a tenth of its height": _drift,
    "a random walk": _walk,
}
"""Curves without an onset, of so many points."""


def false_alarms(length: int, curves: int, seed: int) -> dict[str, float]:
    """The share of curves without an onset in which the rule sees one, by kind.

    >>> false_alarms(16, 200, 0)["noise"] <= 0.05
    True
    """
    places = np.arange(float(length))
    rates = {}
    for number, (kind, draw) in enumerate(FLAT.items()):
        rng = np.random.default_rng([seed, number])
        seen = [onset(places, draw(length, rng), rng) is not None for _ in range(curves)]
        rates[kind] = float(np.mean(seen))
    return rates
