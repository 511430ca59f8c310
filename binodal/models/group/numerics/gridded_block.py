"""A block at its own size whose law is a quadrature: errors by two grids."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from binodal.models.group.numerics.computed_block import Array, ComputedBlock, Numbers

_SAFETY = 4.0


class GriddedBlock(ComputedBlock):
    """A law on grids, each finer than the one before; errors are several times the distance of the
    last two."""

    grids: ClassVar[tuple[tuple[Any, ...], ...]]

    @abstractmethod
    def on(self, u: float, *grid: Any) -> Numbers:
        """The law at a coupling on one grid."""

    def rough(self, u: float) -> Numbers:
        """On the coarsest grid."""
        return self.on(u, *self.grids[0])

    def estimate(self, u: float) -> tuple[Numbers, Array]:
        """On the finest grid, and several times its distance from the one before."""
        coarse, fine = (self.on(u, *grid) for grid in self.grids[-2:])
        return fine, _SAFETY * abs(fine.row() - coarse.row())
