"""Blocks at their own size whose law is a quadrature: errors by two grids."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from binodal.models.group.numerics.computed_block import Array, ComputedBlock, Numbers
from binodal.models.group.numerics.pair_law import PairLaw
from binodal.models.group.numerics.triple_law import TripleLaw

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


@dataclass(frozen=True)
class PairBlock(GriddedBlock):
    """The law of a block of two rows."""

    grids: ClassVar[tuple[tuple[int, float], ...]] = ((8, 1.0), (10, 0.8))
    count: int = 2

    def on(self, u: float, nodes: int, length: float) -> Numbers:
        """The law at a coupling, with so many points in panels of this length."""
        strength, twice = self.strength()
        law = PairLaw(self.block.kind, self.decay, strength, twice, u, self.gamma, nodes, length)
        return Numbers.of(list(law.ranks().values()), self.block.name)


@dataclass(frozen=True)
class TripleBlock(GriddedBlock):
    """The law of a real block of three rows under ``schatten``."""

    grids: ClassVar[tuple[tuple[tuple[int, int], int, float], ...]] = (
        ((10, 24), 5, 1.3),
        ((14, 36), 5, 1.0),
        ((18, 44), 6, 1.0),
    )
    count: int = 3

    def on(self, u: float, values: tuple[int, int], nodes: int, scale: float) -> Numbers:
        """The law at a coupling, with so many points on values and in panels of this length."""
        strength, _ = self.strength()
        law = TripleLaw(strength, u, self.gamma, values, nodes, scale)
        return Numbers.of(law.ranks(), self.block.name)
