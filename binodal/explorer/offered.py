"""The parts that models offer to the explorer."""

from __future__ import annotations

from binodal.models.explorer import Explorer
from binodal.models.registry import model, names


def explored() -> dict[str, Explorer]:
    """The models that have a part in the explorer, by name."""
    models = [model(name) for name in names()]
    return {of.name: of.explorer() for of in models if of.explorer is not None}
