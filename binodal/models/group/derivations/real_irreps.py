"""Real matrices of every block of a group, from its regular representation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from binodal.derive.groups.group import FiniteGroup
from binodal.derive.groups.irreps import Irrep, irreps

Array = NDArray[np.float64]
_EXACT = 1e-8
"""Largest error of a product of two matrices; a close pair of eigenvalues would make it larger."""


@dataclass(frozen=True, eq=False)
class RealIrrep:
    """An irreducible representation over the reals: that of an irrep with its conjugate.

    ``matrices`` (|G|, n, n) are orthogonal. Over the complex numbers they are a real irrep, or a
    complex one with its conjugate, or a quaternionic one twice.
    """

    name: str
    dimension: int
    kind: str
    members: int
    matrices: Array

    @property
    def twice(self) -> int:
        """n/d: how many irreps the matrices are, so often comes a singular value of one."""
        return len(self.matrices[0]) // self.dimension

    @property
    def multiplicity(self) -> int:
        """How often a singular value comes at all: quaternionic ones come in pairs in each irrep,
        whose numbers are real, complex or quaternions of so many real dimensions."""
        return {"real": 1, "complex": 2, "quaternionic": 4}[self.kind]

    @property
    def rows(self) -> int:
        """Singular values that differ."""
        return len(self.matrices[0]) // self.multiplicity

    @property
    def weight(self) -> float:
        """c in u(g) = c tr(W matrix(g)^T), W = sum_g u(g) matrix(g)/|G|: Plancherel's d, over both
        members, of complex matrices."""
        return self.dimension * self.members / self.twice


@cache
def real_irreps(group: FiniteGroup) -> tuple[RealIrrep, ...]:
    """Of all irreps, the trivial one first, conjugates together.

    Multiplication from the right by a generic symmetric element commutes with that from the left
    and has an eigenvalue for each minimal invariant subspace of the group algebra. The elements act
    on such a subspace by the matrices; characters say to which block it belongs. Raises
    ArithmeticError where products of matrices are not the matrices of products.

    >>> from binodal.derive.groups.names import named
    >>> [(rho.name, rho.matrices.shape[1]) for rho in real_irreps(named("Q8"))]
    [('1a', 1), ('1b', 1), ('1c', 1), ('1d', 1), ('2a', 4)]
    """
    table, inverses = np.array(group.table), np.array(group.inverses)
    generic = np.random.default_rng(0).standard_normal(group.order)
    _, subspaces = np.linalg.eigh((generic + generic[inverses])[table[inverses].T])
    over_reals, met = [], set[str]()
    for rho in irreps(group):
        if rho.dual in met:
            continue
        met.add(rho.name)
        over_reals.append(_of(group, rho, subspaces))
        _require_homomorphism(group, over_reals[-1])
    return tuple(over_reals)


def _of(group: FiniteGroup, rho: Irrep, subspaces: Array) -> RealIrrep:
    table, inverses = np.array(group.table), np.array(group.inverses)
    members = 1 if rho.dual == rho.name else 2
    size = rho.dimension * (1 if rho.kind == "real" else 2)
    character = real_character(group, rho)
    projector = members * rho.dimension / group.order * character[table[:, inverses]]
    held = (subspaces * (projector @ subspaces)).sum(0) > 0.5
    basis = subspaces[:, held][:, :size]
    # (g f)(k) = f(g^{-1} k)
    matrices = basis.T @ basis[table[inverses]]
    return RealIrrep(rho.name, rho.dimension, rho.kind, members, matrices)


def real_character(group: FiniteGroup, rho: Irrep) -> Array:
    """The real part of the character, by element."""
    turn = 2 * np.pi / group.exponent
    by_class = [float(np.cos(turn * np.array(ks)).sum()) for ks in rho.spectra]
    return np.array([by_class[c] for c in group.class_of])


def _require_homomorphism(group: FiniteGroup, rho: RealIrrep) -> None:
    """Of all products with generators, which make every other one."""
    of = rho.matrices
    for g, h in product(group.generators, range(group.order)):
        if not np.allclose(of[g] @ of[h], of[group.table[g][h]], rtol=0, atol=_EXACT):
            raise ArithmeticError(f"{group.name}: no matrices of {rho.name} were found")
