"""Mean first-passage times of dx = -grad U dt + sqrt(2) dW in two coordinates, without a formula.

The backward Kolmogorov equation L T = -1 by finite volumes with exponentially fitted currents
(Scharfetter and Gummel), which are exact where the force is constant between two places, on two
grids whose difference is the error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log, log10, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu

from binodal.numerics.errors import Undecided

Array = NDArray[np.float64]
Potential = Callable[[Any, Any], Any]
_ROWS, _COLUMNS = 120, 40
SAFETY, _MOST_LOST = 1.5, 0.01
"""Of the difference of two grids; and how much of a time rounding may take."""


@dataclass(frozen=True)
class Passage:
    """From ``start`` to ``goal`` in the first coordinate, where the motion ends.

    ``wall`` reflects behind the start, and both ends of ``across``, the range of the second
    coordinate; a range of no width holds it. ``length`` is how long a unit of the second is at a
    place of the first, as the radius is in polar coordinates; U holds minus its logarithm.
    """

    start: float
    goal: float
    wall: float
    across: tuple[float, float]
    length: Callable[[Array], Array] = np.ones_like


def log10_time(potential: Potential, passage: Passage) -> tuple[float, float]:
    """log10 of the mean time and its error: extrapolated, and half of what that changes.

    The start is drawn from the law restricted to it. Rounding takes a share of the time that grows
    as the time over that of the fastest move. Raises Undecided where it takes too much.
    """
    (coarse, _, _), (fine, _, lost) = (_moments(potential, passage, k) for k in (1, 2))
    if not (lost < _MOST_LOST and fine > 0 and 4 * fine > coarse):
        raise Undecided("the first-passage time is beyond what doubles resolve")
    best = (4 * fine - coarse) / 3
    return log10(best), (SAFETY * abs(log(best / fine)) + lost) / log(10)


def lag(potential: Potential, passage: Passage) -> float:
    """How much later than with a constant chance the goal is reached, at the most: mean less spread
    of times, and what rounding takes of the mean.

    A time to get ready and one to go down follow no exponential law, and both are in the mean.
    """
    mean, square, lost = _moments(potential, passage, 1)
    return max(mean - sqrt(max(square - mean**2, 0.0)), 0.0) + lost * mean


def _moments(potential: Potential, of: Passage, scale: int) -> tuple[float, float, float]:
    """Mean and mean square of the time on cells of equal size, and what rounding takes of it.

    The goal lies half a cell beyond the last row.
    """
    ahead = 1.0 if of.goal > of.wall else -1.0
    rows = scale * _ROWS
    step = abs(of.goal - of.wall) / rows
    first: Array = of.wall + ahead * step * (np.arange(rows, dtype=np.float64) + 0.5)
    held = of.across[0] == of.across[1]
    columns = 1 if held else scale * _COLUMNS
    width = 1.0 if held else (of.across[1] - of.across[0]) / columns
    second = of.across[0] + (0.0 if held else width) * (np.arange(columns) + 0.5)
    u = np.asarray(potential(first[:, None], second[None, :]), dtype=np.float64)
    u = np.broadcast_to(u - u.min(), (rows, columns)).copy()
    edge = np.asarray(potential(np.array([[of.goal]]), second[None, :])) - np.asarray(
        potential(first[-1:, None], second[None, :])
    )
    *moments, lost = _solved(
        u, step, width * of.length(first), np.broadcast_to(edge, (1, columns))[0]
    )
    places = np.abs(first - of.start)
    near = np.argsort(places)[:2]
    shares = 1 - places[near] / places[near].sum()
    mean, square = (
        float(sum(w * _mean(times[k], u[k]) for k, w in zip(near, shares, strict=True)))
        for times in moments
    )
    return mean, square, lost


def _mean(times: Array, u: Array) -> float:
    weights = np.exp(u.min() - u)
    return float((times * weights).sum() / weights.sum())


def fitted(gap: Array) -> Array:
    """x/(exp(x) - 1), the rate up a gap x of the potential."""
    small = np.abs(gap) < 1e-6
    safe = np.where(small, 1.0, gap)
    with np.errstate(over="ignore"):
        return np.where(small, 1 - gap / 2, safe / np.expm1(safe))


def _solved(u: Array, step: float, widths: Array, edge: Array) -> tuple[Array, Array, float]:
    """Times of all cells, their squares, and what rounding takes of them.

    ``widths`` are those of the cells of a row, ``edge`` what U rises from the last row to the goal.
    """
    index, diagonal = np.arange(u.size).reshape(u.shape), np.zeros(u.shape)
    entries: list[tuple[Any, Any, Array]] = []
    sizes = np.full(u.shape, step), np.broadcast_to(widths[:, None], u.shape)
    for axis, lengths in enumerate(sizes):
        low = np.take(index, range(u.shape[axis] - 1), axis).ravel()
        high = np.take(index, range(1, u.shape[axis]), axis).ravel()
        gap = u.ravel()[high] - u.ravel()[low]
        size = lengths.ravel()[low]
        up, down = fitted(gap) / size**2, fitted(-gap) / size**2
        np.add.at(diagonal.ravel(), low, up)
        np.add.at(diagonal.ravel(), high, down)
        entries += [(low, high, -up), (high, low, -down)]
    diagonal[-1] += 2 * fitted(edge) / step**2
    rows, columns, values = (np.concatenate(part) for part in zip(*entries, strict=True))
    matrix = sparse.csc_matrix((values, (rows, columns)), shape=(u.size, u.size))
    whole = sparse.csc_matrix(matrix + sparse.diags(diagonal.ravel()))
    try:
        solve = splu(whole).solve
    except RuntimeError as singular:
        raise Undecided("the first-passage time is beyond what doubles resolve") from singular
    times = solve(np.ones(u.size))
    lost = float(np.finfo(float).eps * times.max() * diagonal.max())
    return times.reshape(u.shape), solve(2 * times).reshape(u.shape), lost
