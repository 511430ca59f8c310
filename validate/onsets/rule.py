"""The onset of a curve: where a smooth step fits it best, if that is no chance and no drift."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from binodal.validate.measures.inputs import Array

SHUFFLES = 199
"""With at most one of them as good, the chance of that is one in a hundred."""

LEAST_POINTS = 8
WIDTHS = (0.01, 0.03, 0.06, 0.1)
"""Of the steps, as shares of the curve's length: nine tenths of the widest take 0.59 of it."""

WORDS = (
    "The onset of a curve is the middle of the logistic step, one of four widths up to a tenth of "
    "the curve's length, that explains most of its variance, if it explains more than any does in "
    "all but one of 199 shuffles of the curve in time, and leaves at most half as much unexplained "
    "as a straight line."
)


@dataclass(frozen=True)
class Step:
    """Where the middle of a step lies, and the share of the variance that it explains."""

    place: float
    explained: float


def best_step(places: Array, values: Array) -> Step:
    """The logistic step that explains most; nothing is explained of a curve that is constant.

    >>> found = best_step(np.arange(9.0), np.array([1.0, 1, 1, 1, 3, 3, 3, 3, 3]))
    >>> found.place, round(found.explained, 6)
    (3.5, 0.999997)
    """
    middles, shapes = _shapes(places)
    explained = _explained(shapes, values[None])[0]
    best = int(explained.argmax())
    return Step(float(middles[best]), float(explained[best]))


def _shapes(places: Array) -> tuple[Array, Array]:
    """The middles of all steps, and the steps at the places, of mean zero and norm one."""
    between = (places[1:] + places[:-1]) / 2
    spots = np.repeat(np.concatenate([between, places[1:-1]]), len(WIDTHS))
    wide = np.tile(WIDTHS, len(spots) // len(WIDTHS)) * (places[-1] - places[0])
    shapes = 1 / (1 + np.exp(-(places - spots[:, None]) / wide[:, None]))
    shapes -= shapes.mean(axis=1, keepdims=True)
    return spots, shapes / np.linalg.norm(shapes, axis=1, keepdims=True)


def _explained(shapes: Array, curves: Array) -> Array:
    """Of every curve, the share of its variance that each shape explains."""
    centred = curves - curves.mean(axis=1, keepdims=True)
    whole = np.square(centred).sum(axis=1, keepdims=True)
    explained = np.square(centred @ shapes.T)
    return np.asarray(np.divide(explained, whole, out=np.zeros_like(explained), where=whole > 0))


def _line(places: Array, values: Array) -> float:
    """The share of the variance that a straight line explains."""
    if not values.std() > 0:
        return 0.0
    return float(np.corrcoef(places, values)[0, 1] ** 2)


def onset(places: Array, values: Array, generator: np.random.Generator) -> float | None:
    """The middle of the best step of a curve, or None for no onset.

    ``places`` ascend; they are the coordinate in which a drift is a straight line.
    """
    if len(values) < LEAST_POINTS or np.ptp(values) <= 1e-9 * np.abs(values).max():
        return None
    step = best_step(places, values)
    if 1 - step.explained > (1 - _line(places, values)) / 2:
        return None
    shuffled = generator.permuted(np.tile(values, (SHUFFLES, 1)), axis=1)
    best = _explained(_shapes(places)[1], shuffled).max(axis=1)
    return step.place if int((best >= step.explained - 1e-12).sum()) <= 1 else None


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
