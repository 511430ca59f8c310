"""Loss and evidence of a block in balls."""

from __future__ import annotations

import sympy as sp

from binodal.derive.evidence import LOG_Z
from binodal.derive.symbols import N, P, a, sigma2
from binodal.models.group.derivations.curves import block_evidence, block_loss
from binodal.models.group.derivations.symbols import copies, dimension, order
from binodal.models.modular.derivations import curves as modular
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


def evidence_share(of_dimension: int, members: int, size: int) -> dict[str, str]:
    """A block's part of the evidence over all of a cyclic group's of the same order, without z."""
    values = {dimension: of_dimension, copies: members, order: size, LOG_Z: 0}
    cyclic = (modular.potential() - modular.whole_target()).subs({LOG_Z: 0, P: size})
    return {"share": str(sp.cancel(block_evidence().subs(values) / cyclic))}
