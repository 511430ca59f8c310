"""Escape rates of one neuron over a barrier: Kramers' prefactor, computed from proved saddles."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from binodal.derive.symbols import b, c, d, kappa, rho, sigma_w2
from binodal.models.teacher_student.derivations.barrier import prefactor, rho_min
from binodal.numerics.codegen.load import compiled

ARGUMENTS = (rho, rho_min, b, c, kappa, sigma_w2, d)


@cache
def prefactor_function(well: str, theory: str) -> Callable[..., tuple[Any, ...]]:
    """(rho of the saddle, rho of the feature, b, c, kappa, sigma_w2, d) -> prefactor of the rate.

    ``well`` is "zero" (two saddles lead out) or "feature". Computed, one loop: its error is a
    factor 1 + O(1/(d Delta)).
    """
    return compiled("prefactor", {"prefactor": prefactor(well, theory)}, ARGUMENTS, "numpy")
