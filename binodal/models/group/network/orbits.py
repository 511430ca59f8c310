"""Irreps that automorphisms and conjugation tie: what is measured and predicted as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from binodal.derive.groups.block import Block
from binodal.models.group.derivations.blocks import Field


@dataclass(frozen=True)
class Orbit:
    """Blocks with one law, by the name of the first."""

    blocks: tuple[Block, ...]

    @property
    def name(self) -> str:
        """Such as "2a"."""
        return self.blocks[0].name

    @property
    def rows(self) -> int:
        """Singular values of a block of it, over its own numbers: one if they are numbers."""
        return Field(self.blocks[0].kind).rows(self.blocks[0].dimension)

    def named(self, quantity: str) -> str:
        """A quantity of this orbit, as it is stored and predicted.

        >>> Orbit((Block("2a", 2, "real", ("2a",), ("2a",)),)).named("lambda")
        'lambda_2a'
        """
        return f"{quantity}_{self.name}"


def orbits(blocks: Sequence[Block]) -> tuple[Orbit, ...]:
    """The blocks by orbit, in their order."""
    by_orbit: dict[tuple[str, ...], list[Block]] = {}
    for block in blocks:
        by_orbit.setdefault(block.orbit, []).append(block)
    return tuple(Orbit(tuple(tied)) for tied in by_orbit.values())
