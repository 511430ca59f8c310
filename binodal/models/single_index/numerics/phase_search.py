"""Cells of (artanh m, log r) that may hold saddles, for many boxes of parameters at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from binodal.models.single_index.numerics.phase_actions import Actions, Places, Pulls
from binodal.numerics.boxes.intervals import Intervals

_AT_ONCE = 8192
COARSEST = 0.5
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Squares:
    """Squares of (h, v) from (h, v) to (h + side, v + side), and whose they are."""

    owner: Places
    h: Floats
    v: Floats
    side: Floats

    def __getitem__(self, which: Places | Flags | slice) -> Squares:
        return Squares(self.owner[which], self.h[which], self.v[which], self.side[which])

    @classmethod
    def joined(cls, parts: list[Squares]) -> Squares:
        """All of them."""
        columns = [(p.owner, p.h, p.v, p.side) for p in parts]
        return cls(*(np.concatenate(column) for column in zip(*columns, strict=True)))

    @classmethod
    def over(cls, h: tuple[float, float], v: tuple[float, float]) -> Squares:
        """Coarsest ones that cover a rectangle, on one lattice whatever the rectangle is."""
        edges = (
            COARSEST * np.arange(np.floor(low / COARSEST), np.ceil(high / COARSEST))
            for low, high in (h, v)
        )
        across, up = (x.ravel() for x in np.meshgrid(*edges, indexing="ij"))
        side = np.full_like(across, COARSEST)
        return cls(np.zeros(across.size, dtype=int), across, up, side)

    def owned(self, owner: int) -> Squares:
        """The same as another box's."""
        return Squares(np.full(self.h.size, owner), self.h, self.v, self.side)

    def quarters(self) -> Squares:
        """Their four parts."""
        half = self.side / 2
        parts = [
            Squares(self.owner, self.h + i * half, self.v + k * half, half)
            for i in (0, 1)
            for k in (0, 1)
        ]
        return Squares.joined(parts)


def survivors(
    actions: Actions, on: Pulls, squares: Squares, finest: Floats, every: Flags
) -> tuple[Squares, Flags]:
    """The squares not wider than ``finest`` that may hold a saddle, and which may at S <= 0.

    A box (column of ``on``) asks for those at any depth where ``every`` says so.
    """
    done: list[Squares] = [squares[:0]]
    deep = [np.zeros(0, dtype=bool)]
    while squares.owner.size:
        saddle, below = _possible(actions, on, squares)
        alive = saddle & (every[squares.owner] | below)
        squares, below = squares[alive], below[alive]
        small = squares.side <= finest[squares.owner]
        done.append(squares[small])
        deep.append(below[small])
        squares = squares[~small].quarters()
    return Squares.joined(done), np.concatenate(deep)


def _possible(actions: Actions, on: Pulls, squares: Squares) -> tuple[Flags, Flags]:
    """Where a saddle is not excluded, and where S <= 0 is not."""
    saddle, below = (np.ones(squares.owner.size, dtype=bool) for _ in range(2))
    for begin in range(0, squares.owner.size, _AT_ONCE):
        part = slice(begin, begin + _AT_ONCE)
        some = squares[part]
        h, v = (Intervals(low, low + some.side) for low in (some.h, some.v))
        values = actions.stationary(on[some.owner], h, v)
        for name in ("T", "Sm", "Sl", "along"):
            saddle[part] &= ~values[name].without_zero()
        below[part] = ~(values["S"].low > 0)
    return saddle, below
