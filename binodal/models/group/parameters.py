"""The parameters of a group model: those of modular addition, but the group's order."""

from __future__ import annotations

from collections.abc import Mapping

from binodal.models.modular import parameters as cyclic
from binodal.numerics.parameters import Space

NAME = "group"
EVERY = "every"
"""In place of an irrep's name: all of them."""

ORDER = "P"
"""What modular addition calls the order of its group."""


def space(settings: Mapping[str, str]) -> Space:
    """The parameters of a member of the family; the published setting without its group."""
    fields = {key: value for key, value in cyclic.SPACE.fields.items() if key != ORDER}
    presets = {
        name: {key: value for key, value in values.items() if key != ORDER}
        for name, values in cyclic.SPACE.presets.items()
    }
    return Space(NAME, fields, presets, settings=settings)
