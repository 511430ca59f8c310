"""The zero branch as a function of the linear mode."""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import u
from binodal.models.single_index.derivations.law import coupling_per_dimension
from binodal.models.single_index.derivations.limit import (
    at_rest,
    beta,
    gain,
    gain_of_parameters,
    target,
    zero_branch,
)
from binodal.numerics.codegen.function import Function


def powers() -> dict[str, dict[str, int]]:
    """The power of every parameter in u, in G and in sigma_w^2."""
    named = {"u": coupling_per_dimension(), "gain": gain_of_parameters(), "sigma_w2": sigma_w2}
    return {
        name: {str(s): int(power) for s, power in value.as_powers_dict().items()}
        for name, value in named.items()
    }


_ARGUMENTS = (beta, u, gain, at_rest(1), target(1))


def branch() -> dict[str, Function]:
    """(beta, u, G, c_1, y_1) -> zero for the right beta."""
    return {"branch": Function("branch", {"row": zero_branch()}, _ARGUMENTS)}


def branch_slope() -> dict[str, Function]:
    """Its derivative in beta."""
    slope = sp.diff(zero_branch(), beta)
    return {"branch": Function("branch_slope", {"slope": slope}, _ARGUMENTS)}
