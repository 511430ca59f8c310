"""A group and its blocks from the settings of a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from binodal.derive.groups.group import FiniteGroup
from binodal.derive.groups.irreps import Block, blocks
from binodal.derive.groups.names import generated, named
from binodal.errors import RequestError
from binodal.models.group.settings import EVERY

_WORD = "permutations "


@dataclass(frozen=True)
class Setting:
    """The group, the decay's name, and the blocks that are asked for."""

    group: FiniteGroup
    decay: str
    blocks: tuple[Block, ...]


@cache
def group_of(text: str) -> FiniteGroup:
    """A group by its name, or by permutations that generate it. Raises RequestError."""
    if not text.startswith(_WORD):
        return named(text)
    images = [tuple(map(int, part.split())) for part in text.removeprefix(_WORD).split("|")]
    return generated(images, "the group of these permutations")


@cache
def blocks_of(text: str, irrep: str) -> tuple[Block, ...]:
    """All blocks of a group, or the one that an irrep belongs to.

    Raises RequestError for an irrep that the group does not have, and for the trivial one.

    >>> [block.name for block in blocks_of("S3", "every")]
    ['1b', '2a']
    """
    every = blocks(group_of(text))
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
    chosen = blocks_of(settings["group"], settings["irrep"])
    return Setting(group_of(settings["group"]), settings["decay"], chosen)
