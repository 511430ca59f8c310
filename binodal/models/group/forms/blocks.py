"""The cyclic group that a block equals, in exact numbers."""

from __future__ import annotations

from binodal.derive.symbols import N, P, gamma, sigma_a2
from binodal.models.group.derivations.action import action
from binodal.models.group.derivations.blocks import Field
from binodal.models.group.derivations.saddles import beta, count, rows
from binodal.models.group.derivations.sizes import sizes
from binodal.models.group.derivations.symbols import copies, dimension, rank
from binodal.models.modular.derivations.action import mode_action
from binodal.numerics.codegen.function import Function


def equivalent(of_dimension: int, of_rank: int) -> dict[str, str]:
    """By parameter: what multiplies it under ``frobenius``."""
    point = {dimension: of_dimension, rank: of_rank}
    results = sizes().results
    return {
        str(symbol): str((results[f"{symbol}_equivalent"] / symbol).subs(point))
        for symbol in (N, sigma_a2)
    }


def action_ratio(of_dimension: int, members: int) -> dict[str, str]:
    """S/|G| of a block with one singular value over S/P of a complex mode at the same place."""
    ratio = action().results["exponent"] / mode_action().factor
    point = {dimension: of_dimension, copies: members, P: P}
    return {"ratio": str(ratio.subs(point))}


def weight_shift(kind: str, of_dimension: int, members: int) -> Function:
    """(|G|, gamma) -> relative shift of sigma^2 + lambda by the weight of rank 1."""
    field = Field(kind)
    point = {
        beta: field.beta,
        rows: field.rows(of_dimension),
        dimension: of_dimension,
        copies: members,
    }
    return Function(
        "weight_shift", {"shift": sizes().results["weight_shift"].subs(point)}, (P, gamma)
    )


def weight_exponents(kind: str, of_dimension: int) -> list[str]:
    """The power of |G| in the one-loop weight of 0, 1, ... filled singular values."""
    field = Field(kind)
    point = {beta: field.beta, rows: field.rows(of_dimension)}
    power = sizes().results["weight_exponent"].subs(point)
    return [str(power.subs(count, c)) for c in range(field.rows(of_dimension) + 1)]
