"""Weights on a group in coordinates whose phases are independent, block by block.

u(g) = sum_a scale_a z_a e_a(g) with orthonormal functions e_a. The law of a block depends on its
matrix up to rotations, and these coordinates are what rotations give phases to: the number itself,
the two complex numbers of a quaternion, or the parts of a real 2 x 2 matrix that commute with
turns and with reflections, whose moduli add up and differ to the singular values.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from binodal.derive.groups.group import FiniteGroup
from binodal.models.group.derivations.real_irreps import RealIrrep, real_irreps
from binodal.numerics.errors import Undecided

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
Whole = NDArray[np.int64]

NUMBER, PAIR, QUATERNION, TURNS = "number", "pair", "quaternion", "turns"
_KINDS = {
    ("real", 1): NUMBER,
    ("complex", 1): PAIR,
    ("quaternionic", 2): QUATERNION,
    ("real", 2): TURNS,
}


@dataclass(frozen=True, eq=False)
class Coordinates:
    """Of a group: functions ``e`` (|G|, |G|) row by row, ``scale``, the ``block`` of each and the
    row that is the ``conjugate`` of each; ``kinds`` and ``irreps`` by block, the trivial first."""

    irreps: tuple[RealIrrep, ...]
    kinds: tuple[str, ...]
    e: Complex
    scale: Array
    block: Whole
    conjugate: Whole

    def of_block(self, number: int) -> Whole:
        """The coordinates of a block."""
        return np.flatnonzero(self.block == number)


def kind_of(kind: str, dimension: int) -> str | None:
    """The coordinates of a block, if it has any here."""
    return _KINDS.get((kind, dimension))


def not_offered(irrep: str) -> Undecided:
    """Why a block has no coordinates here."""
    return Undecided(
        f"{irrep}: the first order in 1/N is offered for numbers and quaternions, and for real "
        "irreps of dimension two"
    )


def coordinates(group: FiniteGroup) -> Coordinates:
    """Of all blocks of a group. Raises Undecided for irreps that have none here.

    >>> from binodal.derive.groups.names import named
    >>> of = coordinates(named("S3"))
    >>> of.kinds, bool(abs(of.e @ of.e.conj().T - np.eye(6)).max() < 1e-12)
    (('number', 'number', 'turns'), True)
    """
    irreps = real_irreps(group)
    e: list[Complex] = []
    scale: list[float] = []
    block: list[int] = []
    conjugate: list[int] = []
    kinds: list[str] = []
    for place, rho in enumerate(irreps):
        kind = kind_of(rho.kind, rho.dimension)
        if kind is None:
            raise not_offered(rho.name)
        kinds.append(kind)
        numbers = _numbers(kind, rho.matrices)
        weight = 1.0 if kind in (NUMBER, PAIR) else 2.0
        for number in numbers:
            pair = (number,) if kind == NUMBER else (number.conj(), number)
            first = len(e)
            for function in pair:
                size = float(np.linalg.norm(function))
                e.append(function / size)
                scale.append(weight * size)
                block.append(place)
            conjugate += [first] if kind == NUMBER else [first + 1, first]
    return Coordinates(
        irreps,
        tuple(kinds),
        np.array(e, dtype=complex),
        np.array(scale),
        np.array(block),
        np.array(conjugate),
    )


def _numbers(kind: str, matrices: Array) -> list[Complex]:
    """The coordinates of rho(g), by element."""
    m = matrices.astype(complex)
    if kind == NUMBER:
        return [m[:, 0, 0]]
    if kind == PAIR:
        return [m[:, 0, 0] + 1j * m[:, 1, 0]]
    if kind == QUATERNION:
        return [m[:, i, 0] + 1j * m[:, i + 1, 0] for i in (0, 2)]
    return [
        (m[:, 0, 0] + sign * m[:, 1, 1] + 1j * (m[:, 1, 0] - sign * m[:, 0, 1])) / 2
        for sign in (1, -1)
    ]
