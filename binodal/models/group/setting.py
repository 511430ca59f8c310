"""A group and its blocks from the settings of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from binodal.derive.groups.block import Block
from binodal.derive.groups.group import FiniteGroup
from binodal.derive.groups.names import from_text
from binodal.errors import RequestError
from binodal.models.group.parameters import EVERY
from binodal.numerics.codegen.forms import Forms


def _read(rows: Sequence[Mapping[str, Any]]) -> tuple[Block, ...]:
    return tuple(
        Block(**{**row, "members": tuple(row["members"]), "orbit": tuple(row["orbit"])})
        for row in rows
    )


_every = Forms("binodal.models.group.forms.representations").data("blocks_of", _read)


@dataclass(frozen=True)
class Setting:
    """The group, the decay's name, and the blocks that are asked for.

    ``like`` is the |G| of another group, or of none, that has these blocks; ``text`` is the group
    in words, where these are known.
    """

    group: FiniteGroup
    decay: str
    blocks: tuple[Block, ...]
    like: Fraction | None = None
    text: str = ""

    @property
    def order(self) -> int:
        """The number of elements."""
        return self.group.order

    @property
    def size(self) -> Fraction:
        """What |G| is in all laws: ``like`` if it is given."""
        return Fraction(self.order) if self.like is None else self.like


def blocks_of(text: str, irrep: str) -> tuple[Block, ...]:
    """All blocks of a group, or the one that an irrep belongs to.

    Raises RequestError for an irrep that the group does not have, and for the trivial one.

    >>> [block.name for block in blocks_of("S3", "every")]
    ['1b', '2a']
    """
    every = _every(text)
    if irrep == EVERY:
        return every
    chosen = tuple(block for block in every if irrep in block.members)
    if not chosen:
        trivial = "the trivial irrep is not in the target" if irrep == "1a" else "no such irrep"
        known = [name for block in every for name in block.members]
        some = ", ".join(known[:12]) + (", ..." if len(known) > 12 else "")
        raise RequestError(f"irrep {irrep!r}: {trivial}; {text} has {some}")
    return chosen


def setting_of(settings: Mapping[str, str]) -> Setting:
    """What a model's settings mean."""
    text = settings["group"]
    chosen = blocks_of(text, settings["irrep"])
    return Setting(from_text(text), settings["decay"], chosen, text=text)
