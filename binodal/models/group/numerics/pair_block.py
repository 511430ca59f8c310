"""A block with two singular values at its own size, by quadrature on two grids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from binodal.models.group.numerics.computed_block import Numbers
from binodal.models.group.numerics.gridded_block import GriddedBlock
from binodal.models.group.numerics.pair_law import PairLaw


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
