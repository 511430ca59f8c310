"""Escape rates of one mode of a neuron over the torus of saddles, computed from proved saddles."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from binodal.derive.symbols import P, gamma, u, x
from binodal.models.modular.derivations.barrier import prefactor, x_min
from binodal.numerics.codegen.load import compiled

ARGUMENTS = (x, x_min, u, gamma, P)


@cache
def prefactor_function(well: str, theory: str) -> Callable[..., tuple[Any, ...]]:
    """(x of the saddle, x of the ring, u, gamma, P) -> prefactor of the rate out of a well.

    ``well`` is "zero" or "ring". Computed, one loop: its error is a factor 1 + O(1/(P Delta)).
    """
    return compiled("prefactor", {"prefactor": prefactor(well, theory)}, ARGUMENTS, "numpy")
