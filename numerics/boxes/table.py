"""A function of one coordinate on the sides of many cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from flint import arb

from binodal.numerics.balls import interval
from binodal.numerics.boxes.intervals import Intervals, ends


@dataclass(frozen=True)
class Table:
    """A function of one coordinate that is enclosed once for every side that comes."""

    row: Callable[[arb], list[arb]]
    known: dict[complex, list[tuple[float, float]]] = field(default_factory=dict)

    def __call__(self, sides: Intervals) -> list[Intervals]:
        """A column of intervals for every entry of a row."""
        unique, place = np.unique(sides.low + 1j * sides.high, return_inverse=True)
        for side in unique.tolist():
            if side not in self.known:
                row = self.row(interval(side.real, side.imag))
                self.known[side] = [ends(value) for value in row]
        return Intervals.columns([self.known[side] for side in unique.tolist()], place)
