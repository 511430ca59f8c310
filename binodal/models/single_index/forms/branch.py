"""The zero branch as a function of the linear mode."""

from __future__ import annotations

import sympy as sp

from binodal.models.single_index.derivations.action import u
from binodal.models.single_index.derivations.limit import at_rest, beta, gain, target, zero_branch
from binodal.numerics.codegen.function import Function

_ARGUMENTS = (beta, u, gain, at_rest(1), target(1))


def branch() -> dict[str, Function]:
    """(beta, u, G, c_1, y_1) -> zero for the right beta."""
    return {"branch": Function("branch", {"row": zero_branch()}, _ARGUMENTS)}


def branch_slope() -> dict[str, Function]:
    """Its derivative in beta."""
    slope = sp.diff(zero_branch(), beta)
    return {"branch": Function("branch_slope", {"slope": slope}, _ARGUMENTS)}
