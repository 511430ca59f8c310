"""Mean first-passage times between two wells so deep that the way over the pass is local.

The chance to have been in the start last is one and zero some way down on either side of the pass,
so that the capacity is that of cells about it, and the weight that of others about the start.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log, prod

import numpy as np

from binodal.numerics.phases.capacity import (
    DEEP,
    HIGH,
    Array,
    Box,
    Mask,
    Region,
    cells,
    flow,
    joined,
    log_time,
    zoomed,
)

_STEP, _GENTLE, _NEWTON, _WIDER, _MOST_LOST, _COARSE = 1e-4, 0.1, 8, 1.1, 1e-3, 0.3
"""A step over the box's size at first, and what U changes by one in the end; a box about the pass
beyond its planes, and how much of the flow these may cut off; cells by which a well is found."""


@dataclass(frozen=True)
class DeepWells:
    """Cells of the start's ``well``, None where it is not deep, and a region ``near`` the pass, of
    whose flow ``lost`` is what its ends cut off."""

    of: Region
    start: Array
    well: Box | None
    near: Region
    lost: float

    @classmethod
    def of_region(cls, of: Region) -> DeepWells | None:
        """None where no single pass is known, or no well is so deep."""
        if of.way is None:
            return None
        start, _, goal = of.way
        found = _about(of, *of.way)
        if found is None:
            return None
        near, beyond = found
        deep, ends = of.potential(np.stack([start, goal], 1)) < near.top - 2 * DEEP, beyond.max()
        if not deep.any():
            return None
        if not deep.all():
            near, ends = _one_sided(of, near, bool(deep[0])), beyond[deep][0]
        well = None
        for _ in range(2 if deep[0] else 0):
            start, well = _well(of, start)
        return cls(of, start, well, near, float(ends)) if ends < _MOST_LOST else None

    def log_time(self, scale: float) -> float:
        """log of the mean time on cells of that scale."""
        if self.well is None:
            return log_time(self.near, self.near.box, scale)
        log_capacity, *_ = flow(self.near, self.near.box, scale)
        _, u, held, volume = _held(self.of, self.well, self.start, scale)
        least = float(u[held].min())
        weight = float(np.exp(least - u[held]).sum()) * volume
        weight /= prod(cells(self.near, self.near.box, scale)[1])
        return log(weight) + self.near.top - least - log_capacity


def _one_sided(of: Region, near: Region, from_start: bool) -> Region:
    """From the plane on the start's side to the goal, or from the start to the other plane."""
    start, goal = (near.start, of.goal) if from_start else (of.start, near.goal)
    whole = replace(near, box=of.box, widths=of.widths, start=start, goal=goal)
    outside = (lambda x: start(x) | goal(x)) if from_start else goal
    return replace(whole, box=zoomed(replace(whole, goal=outside)))


def _held(of: Region, box: Box, place: Array, scale: float) -> tuple[Array, Array, Mask, float]:
    """Cells, U there, which of them count in the well of a place, and the volume of one."""
    places, sizes = cells(of, box, scale)
    far = np.max([abs(row - x) / np.ptp(row) for row, x in zip(places, place, strict=True)], 0)
    u, near = of.potential(places), np.asarray(far == far.min())
    return places, u, joined(u < u[near].min() + DEEP, near), prod(sizes)


def _well(of: Region, place: Array) -> tuple[Array, Box]:
    """The lowest cell of the well of a place, and what counts: a box that grows where it cuts."""
    low, high = np.array(of.box).T
    below, above = (_STEP * (high - low) for _ in range(2))
    while True:
        first, last = np.maximum(place - below, low), np.minimum(place + above, high)
        box = list(zip(first.tolist(), last.tolist(), strict=True))
        places, u, held, _ = _held(of, box, place, _COARSE)
        ends = [[held.take(end, axis).any() for axis in range(held.ndim)] for end in (0, -1)]
        cut_below, cut_above = ends & np.stack([first > low, last < high])
        if not (cut_below | cut_above).any():
            return places[:, u == u[held].min()][:, 0], box
        below[cut_below] *= 2
        above[cut_above] *= 2


def _about(of: Region, start: Array, saddle: Array, goal: Array) -> tuple[Region, Array] | None:
    """The pass by its second slopes: a box that holds what counts, between two planes, and what
    each of these cuts off; None where it is no pass."""
    settled = _settled(of, saddle)
    if settled is None:
        return None
    place, units, bends = settled
    (least, *others), axes = np.linalg.eigh(bends)
    if not least < 0 < min(others, default=1.0):
        return None
    reach = np.sqrt(2 * np.append(DEEP, np.full(len(others), HIGH)) / np.abs([least, *others]))
    half, towards = _WIDER * np.abs(axes) @ reach / units, axes[:, 0] * units
    towards *= np.sign(towards @ (goal - start)) or 1.0

    def along(places: Array) -> Array:
        return np.asarray(np.tensordot(towards, places, 1) - towards @ place)

    ends = place[:, None] + np.outer(towards * reach[0] / units**2, (-1, 1))
    top, *beyond = of.potential(np.column_stack([place, ends]))
    sides = zip(place, half, of.box, strict=True)
    near = replace(
        of,
        top=float(top),
        box=[(max(at - wide, low), min(at + wide, high)) for at, wide, (low, high) in sides],
        widths=half,
        start=lambda x: along(x) < -reach[0],
        goal=lambda x: along(x) > reach[0],
    )
    return near, np.exp(np.array(beyond) - top)


def _settled(of: Region, place: Array) -> tuple[Array, Array, Array] | None:
    """The saddle by Newton's method, the lengths of units there, and the second slopes in these."""
    steps = _STEP * np.array([high - low for low, high in of.box])
    for _ in range(_NEWTON):
        one = np.diag(steps)
        sums, gaps = one[:, None] + one, one[:, None] - one
        with np.errstate(invalid="ignore", divide="ignore"):
            (up, down), (whole, less, other, under) = (
                [of.potential(np.moveaxis(place + shift, -1, 0)) for shift in shifts]
                for shifts in ((one, -one), (sums, gaps, -gaps, -sums))
            )
        slopes, bends = (up - down) / 2, (whole - less - other + under) / 4
        if not (np.isfinite([slopes, *bends]).all() and np.linalg.det(bends)):
            return None
        place = place - steps * np.linalg.solve(bends, slopes)
        units = np.append(np.ones(len(place) - 1), of.length(place[:, None])[0])
        found = place, units, bends / np.outer(steps * units, steps * units)
        steps = steps * np.clip(np.sqrt(_GENTLE / np.abs(np.diag(bends))), 0.1, 10)
    return found
