"""Exclusion by bisection in many boxes, a whole level of their cells at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from binodal.numerics.boxes.intervals import Intervals

Floats = NDArray[np.float64]
Cells = tuple[Floats, Floats, NDArray[np.int64]]
"""Lower corners, upper corners, and in which box each cell lies."""

Excluded = Callable[[list[Intervals]], NDArray[np.bool_]]
"""(coordinates of cells) -> which of them are proved to hold nothing."""


Hull = tuple[tuple[float, float], ...]
"""The sides of a box."""

_AT_ONCE = 4096


@dataclass(frozen=True)
class Left:
    """What exclusion left: clusters of touching cells as their hulls, box after box.

    ``given_up`` are hulls of all cells of boxes that had too many.
    """

    hulls: tuple[Hull, ...]
    given_up: tuple[Hull, ...] = ()


def search(
    excluded: Excluded,
    boxes: Sequence[Sequence[tuple[float, float]]],
    smallest: Sequence[float],
    starts: Sequence[Sequence[int]],
    limit: int = 400_000,
) -> Left:
    """Cells of widths ``smallest`` that are not excluded, joined where those of a box touch.

    ``starts`` say into how many parts each side of a box is cut at first. A box is given up when
    more than ``limit`` of its cells are alive.
    """
    grids = [_cut(box, start) for box, start in zip(boxes, starts, strict=True)]
    lows, highs = (np.concatenate(ends) for ends in zip(*grids, strict=True))
    owner = np.repeat(np.arange(len(boxes)), [len(low) for low, _ in grids])
    least = np.asarray(smallest)
    done: list[Cells] = []
    lost: list[Cells] = []
    while len(lows):
        alive = ~_excluded(excluded, lows, highs)
        lows, highs, owner = lows[alive], highs[alive], owner[alive]
        crowded = (np.bincount(owner, minlength=len(boxes)) > limit)[owner]
        small = ((highs - lows) <= least).all(1) & ~crowded
        for kept, which in ((lost, crowded), (done, small)):
            kept.append((lows[which], highs[which], owner[which]))
        more = ~(small | crowded)
        lows, highs = _halved(lows[more], highs[more], least)
        owner = np.tile(owner[more], 2)
    joined = tuple(hull for pair in _by_box(done) for hull in _hulls(*pair))
    return Left(joined, tuple(_around(*pair) for pair in _by_box(lost)))


def _cut(box: Sequence[tuple[float, float]], parts: Sequence[int]) -> tuple[Floats, Floats]:
    """Lower and upper corners of the cells of a grid."""
    cuts = [np.linspace(low, high, n + 1) for (low, high), n in zip(box, parts, strict=True)]
    lows, highs = (
        np.stack(np.meshgrid(*ends, indexing="ij"), -1).reshape(-1, len(box))
        for ends in ([c[:-1] for c in cuts], [c[1:] for c in cuts])
    )
    return lows, highs


def _excluded(excluded: Excluded, lows: Floats, highs: Floats) -> NDArray[np.bool_]:
    """So many cells at a time that what is computed of them stays small."""
    parts = []
    for k in range(0, len(lows), _AT_ONCE):
        low, high = lows[k : k + _AT_ONCE].T, highs[k : k + _AT_ONCE].T
        parts.append(excluded([Intervals(*side) for side in zip(low, high, strict=True)]))
    return np.concatenate(parts)


def _halved(lows: Floats, highs: Floats, least: Floats) -> tuple[Floats, Floats]:
    """Every box cut in two across its side that is longest in units of the smallest one."""
    side = ((highs - lows) / least).argmax(1)
    rows = np.arange(len(lows))
    middle = (lows[rows, side] + highs[rows, side]) / 2
    left, right = highs.copy(), lows.copy()
    left[rows, side], right[rows, side] = middle, middle
    return np.concatenate([lows, right]), np.concatenate([left, highs])


def _by_box(cells: Sequence[Cells]) -> Iterator[tuple[Floats, Floats]]:
    """Lower and upper corners of the cells of each box that has any."""
    lows, highs, owner = (np.concatenate(part) for part in zip(*cells, strict=True))
    for k in np.unique(owner):
        yield lows[owner == k], highs[owner == k]


def _around(lows: Floats, highs: Floats) -> Hull:
    return tuple(zip(lows.min(0).tolist(), highs.max(0).tolist(), strict=True))


def _hulls(lows: Floats, highs: Floats) -> tuple[Hull, ...]:
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
