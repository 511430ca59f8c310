"""Overlaps on the sides of many cells: Taylor's formula in log r, one for all sides of a piece.

A side that is no longer than a piece costs a polynomial in its distance from the piece's middle,
all sides at once; a longer one is enclosed by itself.
"""

from __future__ import annotations

from math import factorial

import numpy as np
from flint import arb

from binodal.models.single_index.numerics.setting import Setting
from binodal.numerics.boxes.intervals import Floats, Intervals, ends
from binodal.numerics.boxes.table import Table

_PIECE, _SPARE, _TERMS = 2.0**-5, 1 + 2.0**-20, 8
_HIGHEST = 20
"""The last mode that leaves room for an expansion below the highest order there is."""


class Expansions:
    """c_k of each acting mode with its first derivatives in log r, on sides of log r."""

    def __init__(self, setting: Setting, derivatives: int) -> None:
        self._setting, self._derivatives = setting, derivatives
        self._wide = Table(lambda side: setting.raised_overlaps(side.exp(), derivatives))
        self._known: dict[int, Floats] = {}

    def __call__(self, sides: Intervals) -> list[Intervals]:
        """A column of intervals for every function."""
        narrow = sides.width <= _PIECE
        if max(self._setting.modes) > _HIGHEST or not narrow.any():
            return self._wide(sides)
        unique, place = np.unique(sides.low[narrow] + 1j * sides.high[narrow], return_inverse=True)
        near = self._near(Intervals(unique.real, unique.imag))
        if narrow.all():
            return [column[place] for column in near]
        columns = []
        for one, wide in zip(near, self._wide(sides[~narrow]), strict=True):
            both = np.empty((2, len(narrow)))
            both[:, narrow], both[:, ~narrow] = one.ends[:, place], wide.ends
            columns.append(Intervals.both(both))
        return columns

    def _near(self, sides: Intervals) -> list[Intervals]:
        """On sides that reach no farther than a piece from the middle of one."""
        number = np.floor(sides.middle.low / _PIECE).astype(np.int64)
        unique, place = np.unique(number, return_inverse=True)
        table = np.stack([self._piece(piece) for piece in unique.tolist()], -1)[..., place]
        functions = table.shape[2]
        distance = sides - _PIECE * (number + 0.5)
        along = Intervals.both(np.tile(distance.ends, functions))
        *lower, total = (Intervals.both(term.reshape(2, -1)) for term in table)
        for term in reversed(lower):
            total = total * along + term
        both = total.ends.reshape(2, functions, -1)
        return [Intervals.both(both[:, k]) for k in range(functions)]

    def _piece(self, number: int) -> Floats:
        """Taylor's coefficients, the last on all of the piece: (terms, ends, functions)."""
        if number not in self._known:
            middle = arb(_PIECE * (number + 0.5))
            exact = self._derivatives_at(middle, _TERMS - 1)
            whole = self._derivatives_at(arb(middle, _PIECE * _SPARE), _TERMS)
            rows = [*exact, whole[-1]]
            self._known[number] = np.array(
                [
                    np.transpose([ends(value / factorial(order)) for value in row])
                    for order, row in enumerate(rows)
                ]
            )
        return self._known[number]

    def _derivatives_at(self, logarithm: arb, highest: int) -> list[list[arb]]:
        """All functions, and their derivatives up to one, order by order."""
        count, modes = highest + self._derivatives, self._setting.modes
        flat = self._setting.raised_overlaps(logarithm.exp(), count)
        own = [flat[k * (count + 1) : (k + 1) * (count + 1)] for k in range(len(modes))]
        return [
            [row[order + j] for row in own for j in range(self._derivatives + 1)]
            for order in range(highest + 1)
        ]
