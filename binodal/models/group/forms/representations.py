"""The blocks of a group as plain data, so that a session that knows them needs no algebra."""

from __future__ import annotations

from dataclasses import asdict

from binodal.derive.groups.irreps import blocks
from binodal.derive.groups.names import from_text


def blocks_of(text: str) -> list[dict[str, object]]:
    """All blocks of the group of a name or of permutations."""
    return [asdict(block) for block in blocks(from_text(text))]
