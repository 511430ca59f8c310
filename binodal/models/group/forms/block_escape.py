"""Rates of escape of a block of any number of rows, with their next order, and what they leave out.

``kind`` and ``of_rows`` are those of the block over its own numbers.
"""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import N, P, gamma, sigma2, sigma_a2, u, x
from binodal.models.group.derivations.block_escape import block_escape
from binodal.models.group.derivations.block_paths import LARGE, OTHER, TURN, block_paths
from binodal.models.group.derivations.blocks import Field
from binodal.models.group.derivations.saddles import beta, rows
from binodal.models.group.derivations.singular_values import STRENGTH
from binodal.models.modular.derivations.barrier import x_min
from binodal.numerics.codegen.function import Function

_STATE = (x, x_min, u, gamma, STRENGTH)


def _of(result: str, kind: str, of_rows: int) -> sp.Expr:
    return block_escape().results[result].subs({beta: Field(kind).beta, rows: of_rows})


def rate(well: str, decay: str, kind: str, of_rows: int) -> Function:
    """(x of the saddle, x of the ring, u, gamma, F) -> prefactor of the rate out of a well."""
    return Function("rate", {"rate": _of(f"{well}_{decay}", kind, of_rows)}, _STATE)


def orders(decay: str, kind: str, of_rows: int) -> Function:
    """(the same) -> what 1/F adds to the flux, and to the weights of zero and of the ring."""
    named = {
        "saddle": _of(f"saddle_{decay}", kind, of_rows),
        "zero": _of("next_order", kind, of_rows),
        "ring": _of(f"minimum_{decay}", kind, of_rows).subs(x, x_min),
    }
    return Function("orders", named, _STATE)


def volume(kind: str, of_rows: int) -> Function:
    """(w, sigma, r) -> logarithms of the volume of frames, of w alone and beside sigma, of z."""
    named = {
        name: sp.expand_log(sp.log(of.subs({beta: Field(kind).beta, rows: of_rows})))
        for name, of in block_paths().results.items()
    }
    return Function("volume", named, (LARGE, OTHER, TURN))


def zero(kind: str, of_rows: int) -> Function:
    """(u, F) -> |W V|^2 at zero, and its relative growth."""
    named = {name: _of(name, kind, of_rows) for name in ("overlap", "growth")}
    return Function("zero", named, (u, STRENGTH))


def reaction(kind: str, of_rows: int) -> Function:
    """(x, u, F, parameters of the law) -> the largest change of S by the neuron's own effect."""
    arguments = (x, u, STRENGTH, N, P, sigma2, sigma_a2, gamma)
    return Function("reaction", {"reaction": _of("reaction", kind, of_rows)}, arguments)
