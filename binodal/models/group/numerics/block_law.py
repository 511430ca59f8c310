"""Which exact law a block has at its own size, and what its masses mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from binodal.derive.groups.block import Block
from binodal.models.group.numerics.computed_block import ComputedBlock
from binodal.models.group.numerics.determinant_law import MOST_ROWS, DeterminantLaw
from binodal.models.group.numerics.gridded_block import PairBlock, TripleBlock
from binodal.models.group.numerics.sector_block import MOST_ROWS as MOST_SAMPLED
from binodal.models.group.numerics.sector_block import SectorBlock
from binodal.numerics.errors import Undecided

RANKS = (
    "ranks at finite |G|: singular values of W beyond the barrier are counted; the phase is that "
    "of one of them at random, and where none is beyond it the state is zero"
)
NORMS = "blocks of several rows: matrices W with |W|_F^2 beyond the barrier are counted"
PAIRS = (
    "ranks of a complex block of dimension two or more: pairs of a singular value of W and one of "
    "V whose mean is beyond the barrier are counted, in the expansion of the determinant"
)
SHARPEST = 150
"""F/sqrt(gamma) above which three rows have too many harmonics, and drawn points serve well."""
ESTIMATED = "two by two blocks: masses and moments in doubles, errors estimated from two grids"
HARMONICS = (
    "real blocks of three rows: masses and moments in doubles by the harmonics that rotations "
    f"keep, errors estimated from two grids, where 3 |G|/sqrt(gamma) < {SHARPEST}; else"
)
SAMPLED = (
    "blocks of three rows or more: masses and moments at scrambled Sobol points around each "
    "rank, errors estimated as sixteen standard errors of eight scramblings, more where they are "
    "percents, and the barrier's weight"
)


def law_of(
    block: Block, decay: str, parameters: Mapping[str, Fraction]
) -> DeterminantLaw | ComputedBlock:
    """The law of a block; parameters hold the group's order.

    Raises Undecided for more rows than any route treats.
    """
    count = _rows(block)
    if _by_determinant(block, decay):
        return DeterminantLaw(block, decay, count, parameters)
    if count == 2:
        return PairBlock(block, decay, parameters)
    if _by_harmonics(block, decay):
        triple = TripleBlock(block, decay, parameters)
        if triple.strength()[0] < SHARPEST * float(parameters["gamma"]) ** 0.5:
            return triple
    if count <= MOST_SAMPLED:
        return SectorBlock(block, decay, parameters, count)
    raise Undecided(
        f"{count} singular values of a {block.kind} block: at finite |G| at most {MOST_SAMPLED} "
        f"are treated"
    )


def _rows(block: Block) -> int:
    return block.dimension // 2 if block.kind == "quaternionic" else block.dimension


def _by_determinant(block: Block, decay: str) -> bool:
    count = _rows(block)
    several = block.kind == "complex" and decay == "schatten" and count <= MOST_ROWS
    return count == 1 or several


def _by_harmonics(block: Block, decay: str) -> bool:
    return (block.kind, block.dimension, decay) == ("real", 3, "schatten")


def notes(blocks: Sequence[Block], decay: str) -> tuple[str, ...]:
    """What the masses and errors of blocks with several singular values mean."""
    larger = [block for block in blocks if _rows(block) > 1]
    words = [RANKS if decay == "schatten" else NORMS] if larger else []
    words += [PAIRS] if any(_by_determinant(block, decay) for block in larger) else []
    others = {
        note
        for block in larger
        if not _by_determinant(block, decay)
        for note in _notes(block, decay)
    }
    return (*words, *(note for note in (ESTIMATED, HARMONICS, SAMPLED) if note in others))


def _notes(block: Block, decay: str) -> tuple[str, ...]:
    if _by_harmonics(block, decay):
        return HARMONICS, SAMPLED
    return (ESTIMATED,) if _rows(block) == 2 else (SAMPLED,)
