"""A block with two singular values at its own size, by quadrature on two grids."""

from __future__ import annotations

from dataclasses import dataclass

from binodal.models.group.numerics.computed_block import Array, ComputedBlock, Numbers
from binodal.models.group.numerics.pair_law import PairLaw

_COARSE, _FINE = (8, 1.0), (10, 0.8)
_SAFETY = 4.0


@dataclass(frozen=True)
class PairBlock(ComputedBlock):
    """The law of a block of two rows; errors are several times the distance of two grids."""

    count: int = 2

    def rough(self, u: float) -> Numbers:
        """On the coarser grid."""
        return self._on(u, *_COARSE)

    def estimate(self, u: float) -> tuple[Numbers, Array]:
        """On the finer grid, and several times its distance from the coarser one."""
        fine = self._on(u, *_FINE)
        return fine, _SAFETY * abs(fine.row() - self.rough(u).row())

    def _on(self, u: float, nodes: int, length: float) -> Numbers:
        strength, twice = self.strength()
        law = PairLaw(self.block.kind, self.decay, strength, twice, u, self.gamma, nodes, length)
        return Numbers.of(list(law.ranks().values()), self.block.name)
