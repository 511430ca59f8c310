"""A model's named quantities: derivations by theory, and all of them as one chain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce

from binodal.derive.derivation import Derivation
from binodal.derive.theories import require_theory

Quantity = Callable[[str], Derivation]


def for_any_theory(derivation: Callable[[], Derivation]) -> Quantity:
    """One derivation that serves both theories; the name of the theory is checked only."""

    def quantity(theory: str = "derived") -> Derivation:
        require_theory(theory)
        return derivation()

    return quantity


def chained(title: str, quantities: Mapping[str, Quantity], theory: str) -> Derivation:
    """All quantities of a theory in one chain, in their order."""
    parts = [quantity(theory) for quantity in quantities.values()]
    joined = reduce(lambda done, following: done.then(following), parts)
    return Derivation(title, joined.steps, joined.results)
