"""Loss and evidence of a block in balls."""

from __future__ import annotations

import sympy as sp

from binodal.derive.evidence import LOG_Z
from binodal.derive.symbols import N, a, sigma2
from binodal.models.group.derivations.curves import block_evidence, block_loss
from binodal.models.group.derivations.symbols import copies, dimension, order
from binodal.numerics.codegen.function import Function


def block_curves(of_dimension: int, members: int) -> Function:
    """(|G|, a, log z, N, sigma^2) -> loss, loss without learning, and part of the evidence."""
    point = {dimension: of_dimension, copies: members}
    loss = block_loss()
    named = {
        "loss": loss.subs(point),
        "target": loss.subs({**point, a: 1}),
        "log_evidence": sp.simplify(block_evidence().subs(point)),
    }
    return Function("block_curves", named, (order, a, LOG_Z, N, sigma2))
