"""Mean first-passage times in any number of coordinates, by the chance to arrive, on a grid.

For dx = -grad U dt + sqrt(2) dW that leaves a set A for the last time and ends in B the mean time
is int h exp(-U) over the capacity int |grad h|^2 exp(-U), with h the chance to be in A before B: an
identity without a small eigenvalue, so that barriers of any height are resolved. Cells and
currents are those of :mod:`.first_passage`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, log, prod

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.ndimage import label
from scipy.sparse.linalg import cg

from binodal.numerics.errors import Undecided
from binodal.numerics.phases.first_passage import fitted

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Box = list[tuple[float, float]]
HIGH, DEEP = 12.0, 15.0
"""Cells are left out so far above the pass, in units of U; so far below it, on either side, the
chance is one or zero."""
CELLS, _FEWEST, LOOKS = {1: 1000, 2: 12000, 3: 100000}, 6, 3
"""How many a box has by its dimension, and one side at least."""
_LEFT_OUT, _STEEPEST = 2, 100.0
_TOLERANCE, _MOST = 1e-9, 5000


def _straight(places: Array) -> Array:
    return np.ones(places.shape[1:])


@dataclass(frozen=True)
class Region:
    """U at places (coordinates, ...), its pass, and where a passage begins and ends.

    ``box`` is a range of each coordinate that holds all of it, with walls that reflect; ``widths``
    say how narrow U is along each, to share out cells, and ``length`` how long a unit of the last
    coordinate is at places. ``way`` is the start's minimum, a place near the
    pass and the goal's minimum, where one pass alone is known.
    """

    potential: Callable[[Array], Array]
    top: float
    box: Box
    widths: Sequence[float]
    start: Callable[[Array], Mask]
    goal: Callable[[Array], Mask]
    length: Callable[[Array], Array] = _straight
    way: tuple[Array, Array, Array] | None = None


def cells(of: Region, box: Box, scale: float) -> tuple[Array, list[float]]:
    """Middles of equal cells, and their sizes."""
    spans = [(high - low) / width for (low, high), width in zip(box, of.widths, strict=False)]
    share = (CELLS[len(box)] / prod(spans)) ** (1 / len(box))
    counts = [max(ceil(scale * share * span), _FEWEST) for span in spans]
    sizes = [(high - low) / n for (low, high), n in zip(box, counts, strict=True)]
    starts = zip(box, sizes, counts, strict=True)
    axes = [low + size * (np.arange(n) + 0.5) for (low, _), size, n in starts]
    return np.stack(np.meshgrid(*axes, indexing="ij")), sizes


def zoomed(of: Region) -> Box:
    """The smallest box that holds all cells that are kept, and where the passage ends."""
    box = list(of.box)
    for _ in range(LOOKS):
        places, sizes = cells(of, box, 1.0)
        kept = (of.potential(places) < of.top + HIGH) & ~of.goal(places)
        if not kept.any():
            raise Undecided("no exact time: a cell is wider than the well")
        box = around(kept, places, sizes, of.box)
    return box


def log_time(of: Region, box: Box, scale: float) -> float:
    """log of the mean time on one grid, at whose cells the chance is solved for."""
    log_capacity, places, kept, chance = flow(of, box, scale)
    u = (of.potential(places) - of.top)[kept]
    least = float(u.min())
    return float(log((chance[kept] * np.exp(least - u)).sum())) - least - log_capacity


def joined(among: Mask, ends: Mask) -> Mask:
    """The connected parts that reach to ``ends``."""
    parts, _ = label(among)
    return np.asarray((parts > 0) & np.isin(parts, parts[ends]))


def around(kept: Mask, places: Array, sizes: Sequence[float], whole: Box) -> Box:
    """The smallest box with these cells, and half a cell more on each side."""
    return [
        (
            max(float(row[kept].min()) - 1.5 * size, low),
            min(float(row[kept].max()) + 1.5 * size, high),
        )
        for row, size, (low, high) in zip(places, sizes, whole, strict=True)
    ]


def flow(of: Region, box: Box, scale: float) -> tuple[float, Array, Mask, Array]:
    """log of the capacity over exp(-top) and a cell's volume; cells, those that hold weight, and
    the chance at each."""
    places, sizes = cells(of, box, scale)
    u = of.potential(places) - of.top
    start, goal = of.start(places), of.goal(places)
    if not (start.any() and goal.any()):
        raise Undecided("no exact time: a cell is wider than where a passage begins or ends")
    deep = [joined(u < -DEEP, ends) for ends in (start, goal)]
    start, goal = start | (deep[0] & ~deep[1]), goal | (deep[1] & ~deep[0])
    kept = u < HIGH
    sides = start.astype(np.int8) - goal.astype(np.int8)
    free = (kept & (sides == 0)).ravel()
    if not free.any():
        raise Undecided("no exact time: cells do not resolve the pass")
    one, other, flow = _flows(of, places, sizes, u, np.where(kept, sides, _LEFT_OUT))
    chance = _chance(u.ravel(), start.ravel(), free, one, other, flow)
    capacity = float(flow @ (chance[one] - chance[other]) ** 2)
    return log(capacity), places, kept & ~goal, chance.reshape(u.shape)


def _flows(
    of: Region, places: Array, sizes: Sequence[float], u: Array, sides: NDArray[np.int8]
) -> tuple[NDArray[np.intp], NDArray[np.intp], Array]:
    """Pairs of neighbours by their numbers, but for those both in the start or in the goal, and
    what flows between them over exp(-top); ``sides`` is 1 in the start, -1 in the goal."""
    number = np.arange(u.size).reshape(u.shape)
    parts = []
    for axis, size in enumerate(sizes):
        low, high = (
            tuple(cut if k == axis else slice(None) for k in range(u.ndim))
            for cut in (slice(None, -1), slice(1, None))
        )
        near, far = sides[low], sides[high]
        both = (near != _LEFT_OUT) & (far != _LEFT_OUT) & ((near == 0) | (near != far))
        here, there = u[low][both], u[high][both]
        if here.size and min(here.min(), there.min()) < -_STEEPEST:
            raise Undecided("no exact time: cells do not resolve the pass")
        last = axis == u.ndim - 1
        unit = of.length(places[(slice(None), *low)])[both] if last else 1.0
        flow = np.exp(-here) * fitted(there - here) / (size * unit) ** 2
        parts.append((number[low][both], number[high][both], flow))
    one, other, flow = (np.concatenate(part) for part in zip(*parts, strict=True))
    return one, other, flow


def _chance(
    u: Array,
    start: Mask,
    free: Mask,
    one: NDArray[np.intp],
    other: NDArray[np.intp],
    flow: Array,
) -> Array:
    """To have been in the start last, at every cell; over the root of exp(-U) it is symmetric."""
    index, root = np.full(u.size, -1), np.exp(np.where(free, u, 0.0) / 2)
    count = int(free.sum())
    index[free] = np.arange(count)
    diagonal, arrives = np.zeros(count), np.zeros(count)
    for here, there in ((one, other), (other, one)):
        own = free[here]
        np.add.at(diagonal, index[here[own]], flow[own] * root[here[own]] ** 2)
        begins = own & start[there]
        np.add.at(arrives, index[here[begins]], flow[begins] * root[here[begins]])
    inner = free[one] & free[other]
    values = -flow[inner] * root[one[inner]] * root[other[inner]]
    places = (index[one[inner]], index[other[inner]])
    half = sparse.csr_matrix((values, places), shape=(count, count))
    whole = half + half.T + sparse.diags(diagonal)
    scaled, info = cg(whole, arrives, rtol=_TOLERANCE, maxiter=_MOST, M=sparse.diags(1 / diagonal))
    if info:
        raise Undecided("the chance to arrive did not converge on a grid")
    chance = start.astype(float)
    chance[free] = scaled * root[free]
    return chance
