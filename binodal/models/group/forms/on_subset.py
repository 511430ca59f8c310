"""What a random subset of the pairs makes of a block, in exact numbers."""

from __future__ import annotations

from binodal.derive.groups.names import from_text
from binodal.models.group.derivations.blocks import Field
from binodal.models.group.derivations.equal_values import shares
from binodal.models.group.derivations.on_subset import blocks_on_subset, relative_variance
from binodal.models.group.derivations.real_irreps import real_irreps
from binodal.models.group.derivations.symbols import copies, dimension, order, rank
from binodal.models.modular.derivations.ring_places import LARGEST, deepest


def of_block(kind: str, of_dimension: int, members: int) -> dict[str, str]:
    """``norm``, ``spread``: the relative variance of what pairs add to S beside that of a mode with
    the same disorder, or a bound, and ``own``: the directions of the irrep itself."""
    point = {dimension: of_dimension, copies: members, rank: Field(kind).twice}
    results = blocks_on_subset().results
    norm, own = (results[name].subs(point) for name in ("norm", "own_directions"))
    spread = relative_variance(of_dimension, members, norm) / relative_variance(1, 2, norm)
    return {"norm": str(norm), "spread": str(spread * 2 / norm), "own": str(own)}


def largest(text: str, name: str) -> dict[str, str]:
    """Of an irrep's ring the mean largest field on a subset, if its matrices are not too large."""
    group = from_text(text)
    (rho,) = (rho for rho in real_irreps(group) if rho.name == name)
    if rho.matrices.shape[1] > LARGEST:
        return {}
    return {"largest": str(deepest(rho.matrices, group.table))}


def equal_values(kind: str, of_dimension: int, members: int, decay: str) -> dict[str, str]:
    """How many functions a neuron with equal singular values has ``held`` and ``turned`` in it."""
    own = shares(kind, of_dimension, members, decay)
    return {name: str(count) for name, count in own.items()}


def of_pair(size: int, of_dimension: int, of_rank: int) -> dict[str, str]:
    """``decay``: an irrep's part of that of a neuron that sees one pair, under frobenius."""
    point = {order: size, dimension: of_dimension, rank: of_rank}
    return {"decay": str(blocks_on_subset().results["pair_decay"].subs(point))}
