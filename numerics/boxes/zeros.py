"""All zeros in a box: exclusion on many cells, and a proof of uniqueness around each zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil, floor, log2
from typing import Protocol

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.numerics.boxes.intervals import Intervals, ends
from binodal.numerics.boxes.search import Hull, search
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box, System, encloses, krawczyk
from binodal.numerics.refine import refine

_BITS, _FINER, _MOST = 64, 4, 16
_RADII = tuple(2.0**-k for k in range(2, 24))


class CellSystem(Protocol):
    """A system whose zeros are sought on cells of fewer coordinates than it has unknowns."""

    @property
    def system(self) -> System:
        """The equations in balls."""

    def excluded(self, sides: list[Intervals]) -> NDArray[np.bool_]:
        """Which cells hold no zero."""

    def start(self, hull: Hull) -> Box:
        """The middle of a hull of cells, in the unknowns."""

    def around(self, zero: Sequence[arb], radius: float) -> tuple[Box, Hull]:
        """A box about a zero, and cells whose zeros all lie in that box."""


@dataclass
class Zeros:
    """The proved zeros, and the hulls of cells about which nothing is known."""

    zeros: list[Box] = field(default_factory=list)
    unique: list[Hull] = field(default_factory=list)
    left: tuple[Hull, ...] = ()


def all_zeros(
    cells: CellSystem,
    boxes: Sequence[Hull],
    width: float,
    limit: int = 400_000,
    rounds: int = 11,
) -> Zeros:
    """Every zero in ``boxes``; what remains undecided is in ``left``.

    Cells that are not excluded are a sign of a zero: Newton's method starts there, Krawczyk's test
    proves the zero and that a whole neighbourhood has no other; the rest is cut finer.
    """
    hulls = tuple(boxes)
    zeros, coarse = Zeros(), 32 * width
    for _ in range(rounds):
        if not hulls:
            break
        outcome = search(
            lambda sides: cells.excluded(sides) | _known(zeros.unique, sides),
            hulls,
            [width] * len(hulls[0]),
            [[_parts(high - low, coarse) for low, high in hull] for hull in hulls],
            limit,
        )
        hulls, zeros.left = outcome.hulls, (*zeros.left, *outcome.given_up)
        for hull in hulls:
            _proved(cells, hull, zeros)
        width /= _FINER
        coarse = 4 * width
    zeros.left = (*zeros.left, *hulls)
    return zeros


def _parts(side: float, coarse: float) -> int:
    return max(1, int(side / _unit(side, coarse)))


def _unit(side: float, coarse: float) -> float:
    """The width of a first cell."""
    return coarse * 2.0 ** ceil(log2(max(1.0, side / (_MOST * coarse))))


def aligned(low: float, high: float, width: float) -> tuple[float, float]:
    """A range somewhat farther, whose cells are those of other ranges too.

    >>> aligned(-0.3, 1.6, 1 / 64)
    (-0.5, 2.0)
    """
    unit = _unit(high - low, 32 * width)
    return unit * floor(low / unit), unit * ceil(high / unit)


def pieces(low: float, high: float, longest: float = 1.0) -> list[tuple[float, float]]:
    """A range cut into parts of at most one length.

    >>> pieces(0.0, 2.5)
    [(0.0, 1.0), (1.0, 2.0), (2.0, 2.5)]
    """
    cuts = [low]
    while cuts[-1] < high:
        cuts.append(min(cuts[-1] + longest, high))
    return list(pairwise(cuts))


def inwards(side: arb) -> tuple[float, float]:
    """Doubles inside a ball: a cell between them lies in it."""
    low, high = ends(side)
    spare = 1e-12 * (abs(low) + abs(high))
    return low + spare, high - spare


def _known(unique: Sequence[Hull], sides: Sequence[Intervals]) -> NDArray[np.bool_]:
    """Which cells lie where the only zero is known."""
    inside = np.zeros(len(sides[0].low), dtype=bool)
    for hull in unique:
        within = [
            (side.low >= low) & (side.high <= high)
            for side, (low, high) in zip(sides, hull, strict=True)
        ]
        inside |= np.logical_and.reduce(within)
    return inside


def _proved(cells: CellSystem, hull: Hull, zeros: Zeros) -> None:
    """Add the zero that Newton's method reaches from the hull's middle, if it is a new one."""
    try:
        zero = refine(cells.system, cells.start(hull), _BITS)
    except (Undecided, ZeroDivisionError):
        return
    if any(_inside(zero, known) for known in zeros.zeros):
        return
    for radius in _RADII:
        try:
            trial, neighbourhood = cells.around(zero, radius)
        except Undecided:
            continue
        image = krawczyk(cells.system, trial)
        alone = image is not None and encloses(trial, image)
        if alone and not any(_meets(neighbourhood, known) for known in zeros.unique):
            zeros.zeros.append(zero)
            zeros.unique.append(neighbourhood)
            return


def _inside(zero: Sequence[arb], known: Sequence[arb]) -> bool:
    return all(bool(a.overlaps(b)) for a, b in zip(zero, known, strict=True))


def _meets(one: Hull, other: Hull) -> bool:
    pairs = zip(one, other, strict=True)
    return all(a <= high and low <= b for (a, b), (low, high) in pairs)
