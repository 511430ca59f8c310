"""A real block of three rows at its own size, by quadrature on two grids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from binodal.models.group.numerics.computed_block import Numbers
from binodal.models.group.numerics.gridded_block import GriddedBlock
from binodal.models.group.numerics.triple_law import TripleLaw


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
