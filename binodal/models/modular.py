"""The modular-addition model: its derivations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from binodal.models.model import Model

if TYPE_CHECKING:
    from derive.derivation import Derivation


def quantities() -> Mapping[str, Callable[[str], Derivation]]:
    """Derivations by name."""
    from derive.modular.quantities import QUANTITIES

    return QUANTITIES


def complete(theory: str) -> Derivation:
    """The whole chain of derivations."""
    from derive.modular.quantities import complete as chain

    return chain(theory)


MODEL = Model("modular", quantities, complete)
