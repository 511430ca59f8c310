"""The parts that models offer to the explorer."""

from __future__ import annotations

from binodal.models.explorer import Explorer
from binodal.models.registry import model, names


def explored() -> dict[str, Explorer]:
    """The models and families that have a part in the explorer, by name."""
    models = [model(name) for name in names()]
    return {of.family: of.explorer() for of in models if of.explorer is not None}


def pairs() -> list[tuple[str, str]]:
    """Each of these with each of its theories."""
    return [(name, theory) for name in explored() for theory in model(name).theories]
