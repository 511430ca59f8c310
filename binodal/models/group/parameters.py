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
    return _without_order(cyclic.SPACE, settings)


def on_subset(settings: Mapping[str, str]) -> Space:
    """The same with a share of the pairs."""
    return _without_order(cyclic.ON_SUBSET, settings)


def _without_order(of: Space, settings: Mapping[str, str]) -> Space:
    fields = {key: value for key, value in of.fields.items() if key != ORDER}
    presets = {
        name: {key: value for key, value in values.items() if key != ORDER}
        for name, values in of.presets.items()
    }
    return Space(NAME, fields, presets, settings=settings)
