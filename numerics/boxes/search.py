"""Exclusion by bisection, a whole level of boxes at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from binodal.numerics.boxes.intervals import Intervals

Excluded = Callable[[list[Intervals]], NDArray[np.bool_]]
"""(coordinates of all boxes) -> which of them are proved to hold nothing."""


@dataclass(frozen=True)
class Left:
    """What exclusion left: clusters of touching boxes as their hulls, and how many were tried."""

    hulls: tuple[tuple[tuple[float, float], ...], ...]
    boxes: int
    complete: bool


def search(
    excluded: Excluded,
    box: Sequence[tuple[float, float]],
    smallest: Sequence[float],
    start: Sequence[int],
    limit: int = 400_000,
) -> Left:
    """Boxes of widths ``smallest`` that are not excluded, joined where they touch.

    ``start`` says into how many parts each side is cut at first. The search ends early, not
    complete, when more than ``limit`` boxes are alive.
    """
    cuts = [np.linspace(low, high, n + 1) for (low, high), n in zip(box, start, strict=True)]
    lows = np.stack(np.meshgrid(*(c[:-1] for c in cuts), indexing="ij"), -1).reshape(-1, len(box))
    highs = np.stack(np.meshgrid(*(c[1:] for c in cuts), indexing="ij"), -1).reshape(-1, len(box))
    done_low, done_high, tried = [], [], 0
    least = np.asarray(smallest)
    while len(lows):
        tried += len(lows)
        sides = [Intervals(lows[:, k], highs[:, k]) for k in range(len(box))]
        alive = ~excluded(sides)
        lows, highs = lows[alive], highs[alive]
        if len(lows) > limit:
            return Left(_hulls(lows, highs), tried, False)
        small = ((highs - lows) <= least).all(1)
        done_low.append(lows[small])
        done_high.append(highs[small])
        lows, highs = _halved(lows[~small], highs[~small], least)
    return Left(_hulls(np.concatenate(done_low), np.concatenate(done_high)), tried, True)


def _halved(
    lows: NDArray[np.float64], highs: NDArray[np.float64], least: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Every box cut in two across its side that is longest in units of the smallest one."""
    side = ((highs - lows) / least).argmax(1)
    rows = np.arange(len(lows))
    middle = (lows[rows, side] + highs[rows, side]) / 2
    left, right = highs.copy(), lows.copy()
    left[rows, side], right[rows, side] = middle, middle
    return np.concatenate([lows, right]), np.concatenate([left, highs])


def _hulls(
    lows: NDArray[np.float64], highs: NDArray[np.float64]
) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Touching boxes joined until no two hulls touch."""
    waiting = list(zip(lows, highs, strict=True))
    below, above = np.empty((0, lows.shape[1])), np.empty((0, lows.shape[1]))
    while waiting:
        low, high = waiting.pop()
        touching = (below <= high).all(1) & (low <= above).all(1)
        if touching.any():
            low = np.minimum(low, below[touching].min(0))
            high = np.maximum(high, above[touching].max(0))
            below, above = below[~touching], above[~touching]
            waiting.append((low, high))
        else:
            below, above = np.vstack([below, low]), np.vstack([above, high])
    pairs = zip(below.tolist(), above.tolist(), strict=True)
    return tuple(tuple(zip(low, high, strict=True)) for low, high in pairs)
