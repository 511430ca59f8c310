"""Which exact law a block has at its own size, and what its masses mean."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from binodal.derive.groups.block import Block
from binodal.models.group.numerics.determinant_law import MOST_ROWS, DeterminantLaw
from binodal.models.group.numerics.pair_block import PairBlock
from binodal.numerics.errors import Undecided

RANKS = (
    "ranks at finite |G|: singular values of W beyond the barrier are counted; the phase is that "
    "of one of them at random, and where none is beyond it the state is zero"
)
PAIRS = (
    "ranks of a complex block of dimension two or more: pairs of a singular value of W and one of "
    "V whose mean is beyond the barrier are counted, in the expansion of the determinant"
)
ESTIMATED = "two by two blocks: masses and moments in doubles, errors estimated from two grids"


def law_of(
    block: Block, decay: str, parameters: Mapping[str, Fraction]
) -> DeterminantLaw | PairBlock:
    """The law of a block; parameters hold the group's order.

    Raises Undecided for real and quaternionic blocks of three singular values or more, and for
    complex ones of more than two under ``frobenius``.
    """
    count = block.dimension // 2 if block.kind == "quaternionic" else block.dimension
    by_determinant = block.kind == "complex" and decay == "schatten"
    if count == 1 or (by_determinant and count <= MOST_ROWS):
        return DeterminantLaw(block, decay, count, parameters)
    if count == 2:
        return PairBlock(block, decay, parameters)
    if by_determinant:
        raise Undecided(f"determinants of more than {MOST_ROWS} rows are not done")
    raise Undecided(
        f"{count} singular values of a {block.kind} block under {decay}: the average over what "
        f"turns W against V is known in closed form for two, and for complex blocks under schatten"
    )
