"""Rate of escape of a block out of zero, and what it leaves out."""

from __future__ import annotations

from binodal.derive.symbols import N, P, gamma, sigma2, sigma_a2, u, x
from binodal.models.group.derivations.block_escape import block_escape
from binodal.models.group.derivations.blocks import Field
from binodal.models.group.derivations.saddles import beta, rows
from binodal.models.group.derivations.singular_values import STRENGTH
from binodal.numerics.codegen.function import Function


def _of(result: str, kind: str, of_rows: int) -> object:
    return block_escape().results[result].subs({beta: Field(kind).beta, rows: of_rows})


def rate(kind: str, of_rows: int) -> Function:
    """(x of the saddle, u, gamma, F) -> prefactor of the rate out of zero."""
    return Function("rate", {"rate": _of("zero", kind, of_rows)}, (x, u, gamma, STRENGTH))


def zero(kind: str, of_rows: int) -> Function:
    """(u, F) -> |W V|^2 at zero, its relative growth, and the next order of the weight of zero."""
    names = ("overlap", "growth", "next_order")
    return Function("zero", {name: _of(name, kind, of_rows) for name in names}, (u, STRENGTH))


def reaction(kind: str, of_rows: int) -> Function:
    """(x, u, F, parameters of the law) -> the largest change of S by the neuron's own effect."""
    arguments = (x, u, STRENGTH, N, P, sigma2, sigma_a2, gamma)
    return Function("reaction", {"reaction": _of("reaction", kind, of_rows)}, arguments)
