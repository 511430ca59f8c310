"""Sectors of functions of a pair and a label under (g, h, p) -> (k g l^-1, l h m^-1, k p m^-1).

Functions of g, h and p are matrix elements of irreps rho, sigma and tau. k moves an index of rho
and one of tau, l of rho and sigma, m of sigma and tau; each pair of indices falls into irreps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from binodal.derive.groups.group import FiniteGroup
from binodal.models.group.predictions.complex_irreps import Unitary, parts, unitary_irreps
from binodal.models.group.predictions.coordinates import Array, Complex, Whole

Sector = tuple[int, int, int]
"""The irreps of k, l and m."""


@dataclass(frozen=True, eq=False)
class Product:
    """A product of two irreps in a basis of its parts: ``frame`` (rows of both, left, right), and
    where each part stands: ``places`` by irrep, (copies, components)."""

    frame: Complex
    places: tuple[Whole, ...]


def _product(left: Complex, right: Complex, every: Sequence[Unitary]) -> Product:
    frames, places, start = [], [], 0
    for basis in parts(left, right, every):
        copies, components = basis.shape[:2]
        frames.append(basis.conj().reshape(copies * components, *basis.shape[2:]))
        places.append(start + np.arange(copies * components).reshape(copies, components))
        start += copies * components
    return Product(np.concatenate(frames), tuple(places))


@dataclass(frozen=True, eq=False)
class Sectors:
    """Of one group."""

    group: FiniteGroup
    irreps: tuple[Unitary, ...]
    elements: tuple[Complex, ...]
    """By irrep, orthonormal functions of an element (rows, columns, |G|), conjugated."""
    first: tuple[tuple[Product, ...], ...]
    """Of rho and tau under k."""
    second: tuple[tuple[Product, ...], ...]
    """Of rho and sigma under l."""
    third: tuple[tuple[Product, ...], ...]
    """Of sigma and tau under m."""

    def size(self, sector: Sector) -> int:
        """Components of a sector."""
        return int(np.prod([self.irreps[place].dimension for place in sector]))

    def labels(self, u: Array, v: Array, forces: Sequence[float]) -> list[Complex]:
        """sum over pairs of tau_p S (count, m, n) by the irrep of p; forces by block."""
        vectors, size = [], self.group.order
        for rho, e in zip(self.irreps, self.elements, strict=True):
            of_u, of_v = (np.einsum("ijg,cg->cij", e, part) for part in (u, v))
            scale = 2 * forces[rho.block] * np.sqrt(size / rho.dimension)
            vectors.append(scale * (of_u @ of_v))
        return vectors

    def features(self, u: Array, v: Array) -> dict[tuple[int, int], Complex]:
        """(u(g) + v(h))^2 by rho and sigma: (count, row of rho, part under l, column of sigma)."""
        count, whole = len(u), np.sqrt(self.group.order)
        halves = [[np.einsum("ijg,cg->cij", e, part) for e in self.elements] for part in (u, v)]
        squares = [[np.einsum("ijg,cg->cij", e, part**2) for e in self.elements] for part in (u, v)]
        features = {}
        for r, of_u in enumerate(halves[0]):
            for s, of_v in enumerate(halves[1]):
                own = 2 * np.einsum("cij,ckl->cijkl", of_u, of_v)
                if s == 0:
                    own = own + whole * squares[0][r][:, :, :, None, None]
                if r == 0:
                    own = own + whole * squares[1][s][:, None, None]
                frame = self.second[r][s].frame
                rows, columns = own.shape[1], own.shape[4]
                flat = own.transpose(0, 1, 4, 2, 3).reshape(count, rows, columns, -1)
                turned = flat @ frame.reshape(len(frame), -1).T
                features[r, s] = turned.transpose(0, 1, 3, 2)
        return features

    def fields(
        self, features: dict[tuple[int, int], Complex], labels: Sequence[Complex]
    ) -> dict[tuple[int, int, int], Complex]:
        """L_p S by rho, sigma and tau: (count, part under k, part under l, part under m)."""
        fields = {}
        for (r, s), own in features.items():
            for t, label in enumerate(labels):
                one, other = self.first[r][t].frame, self.third[s][t].frame
                by_label = np.einsum("aim,cmn->cain", one, label)
                count, many, rows, columns = by_label.shape
                left = by_label.transpose(0, 1, 3, 2).reshape(count, many * columns, rows)
                joint = left @ own.reshape(count, rows, -1)
                joint = joint.reshape(count, many, columns, own.shape[2], own.shape[3])
                turned = joint.transpose(0, 1, 3, 4, 2).reshape(count, many, own.shape[2], -1)
                fields[r, s, t] = turned @ other.reshape(len(other), -1).T
        return fields

    def every(self) -> Iterator[Sector]:
        """All sectors."""
        size = range(len(self.irreps))
        yield from ((a, b, c) for a in size for b in size for c in size)

    def copies(self, sector: Sector) -> Iterator[tuple[tuple[int, int, int], Whole]]:
        """Irreps (rho, sigma, tau) and, of each copy of the sector in their functions, the place
        among the parts under k, l and m of every component: (copies, components, 3)."""
        a, b, c = sector
        size = range(len(self.irreps))
        for r in size:
            for s in size:
                middle = self.second[r][s].places[b]
                for t in size if middle.size else ():
                    own = (self.first[r][t].places[a], middle, self.third[s][t].places[c])
                    if all(part.size for part in own):
                        yield (r, s, t), _joined(own)


def _joined(own: Sequence[Whole]) -> Whole:
    one, two, three = own
    copies = [len(part) for part in own]
    components = [part.shape[1] for part in own]
    shape = (*copies, *components)
    every = [
        np.broadcast_to(part.reshape(_aligned(part, k)), shape)
        for k, part in enumerate((one, two, three))
    ]
    return np.stack(every, -1).reshape(int(np.prod(copies)), int(np.prod(components)), 3)


def _aligned(part: Whole, k: int) -> tuple[int, ...]:
    shape = [1] * 6
    shape[k], shape[3 + k] = part.shape
    return tuple(shape)


@cache
def sectors(group: FiniteGroup) -> Sectors:
    """Of a group."""
    irreps = unitary_irreps(group)
    elements = tuple(
        np.sqrt(rho.dimension / group.order) * rho.matrices.conj().transpose(1, 2, 0)
        for rho in irreps
    )
    turns = [rho.matrices for rho in irreps]

    def products(one: bool, other: bool) -> tuple[tuple[Product, ...], ...]:
        left, right = ([m.conj() if c else m for m in turns] for c in (one, other))
        return tuple(tuple(_product(x, y, irreps) for y in right) for x in left)

    return Sectors(
        group, irreps, elements, products(True, True), products(False, True), products(False, False)
    )
