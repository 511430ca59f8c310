"""Unitary matrices of every irrep of a group, and how products of two irreps fall apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from binodal.derive.groups.group import FiniteGroup
from binodal.models.group.derivations.real_irreps import RealIrrep, real_irreps
from binodal.models.group.predictions.coordinates import Array, Complex

_HALF = 0.5


@dataclass(frozen=True, eq=False)
class Unitary:
    """An irrep by ``matrices`` (|G|, d, d), real ones of real type, of quaternions made of 2 x 2
    units; ``block`` is the place of its block in :func:`real_irreps`."""

    matrices: Complex
    block: int

    @property
    def dimension(self) -> int:
        """d."""
        return len(self.matrices[0])


@cache
def unitary_irreps(group: FiniteGroup) -> tuple[Unitary, ...]:
    """Of every irrep, block by block, a complex one before its conjugate.

    >>> from binodal.derive.groups.names import named
    >>> [rho.dimension for rho in unitary_irreps(named("A4"))]
    [1, 1, 1, 3]
    """
    irreps: list[Unitary] = []
    for place, rho in enumerate(real_irreps(group)):
        own = _own_numbers(rho)
        irreps.append(Unitary(own, place))
        if rho.kind == "complex":
            irreps.append(Unitary(own.conj(), place))
    return tuple(irreps)


def _own_numbers(rho: RealIrrep) -> Complex:
    """The real matrices in a basis of an eigenspace of what commutes with them."""
    if rho.kind == "real":
        return rho.matrices.astype(complex)
    rng = np.random.default_rng(0)
    unit = _commuting(rho, rng)
    values, frame = np.linalg.eigh(1j * unit)
    half = frame[:, values > 0]
    if rho.kind == "quaternionic":
        half = _paired(half, _anticommuting(rho, unit, rng))
    return np.asarray(half.conj().T @ rho.matrices @ half)


def _commuting(rho: RealIrrep, rng: np.random.Generator) -> Array:
    """An antisymmetric matrix of square -1 that commutes with every matrix."""
    draw = rng.standard_normal(rho.matrices[0].shape)
    apart = draw - draw.T
    mean = (rho.matrices @ apart @ rho.matrices.swapaxes(1, 2)).mean(0)
    return np.asarray(mean / np.sqrt(-np.trace(mean @ mean) / len(mean)))


def _anticommuting(rho: RealIrrep, unit: Array, rng: np.random.Generator) -> Array:
    """Another one, which anticommutes with the first."""
    other = _commuting(rho, rng)
    apart = (other + unit @ other @ unit) / 2
    return np.asarray(apart / np.sqrt(-np.trace(apart @ apart) / len(apart)))


def _paired(half: Complex, unit: Array) -> Complex:
    """A basis e, -j e, ... of the eigenspace, j v = unit v^*, in which W is made of quaternions."""
    columns: list[Complex] = []
    for vector in half.T:
        rest = vector - sum(c * (c.conj() @ vector) for c in columns)
        size = np.linalg.norm(rest)
        if size > _HALF / len(half):
            columns += [rest / size, -unit @ (rest / size).conj()]
    return np.stack(columns, 1)


def parts(left: Complex, right: Complex, every: Sequence[Unitary]) -> list[Complex]:
    """By irrep, an orthonormal basis (copies, component, row of left, row of right) of where it is
    in the product of two representations: each copy moves by the irrep's own matrices.

    >>> from binodal.derive.groups.names import named
    >>> every = unitary_irreps(named("A4"))
    >>> [len(of) for of in parts(every[3].matrices, every[3].matrices, every)]
    [1, 1, 1, 2]
    """
    size = len(left)
    both = np.einsum("gij,gkl->gikjl", left, right)
    rows, columns = left.shape[1], right.shape[1]
    both = both.reshape(size, rows * columns, rows * columns)
    components = []
    for rho in every:
        turns = np.einsum("gx,gij->xij", rho.matrices[:, :, 0].conj(), both)
        turns = turns * (rho.dimension / size)
        values, frame = np.linalg.eigh((turns[0] + turns[0].conj().T) / 2)
        kept = frame[:, values > _HALF]
        basis = np.einsum("xij,jn->nxi", turns, kept)
        components.append(basis.reshape(-1, rho.dimension, rows, columns))
    return components
