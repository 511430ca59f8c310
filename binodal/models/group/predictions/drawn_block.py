"""Blocks of neurons drawn from their law: squares of W and V, and the matrices themselves.

W = Q A^{1/2} R^+ and V = R B^{1/2} S with A and B up to one rotation of both, and Q, R, S uniform
over the rotations of the block's numbers, which the law leaves free.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from binodal.models.group.numerics.field_matrices import adjoint, embedded, spectral, traced
from binodal.models.group.predictions.block_averages import BlockAverages
from binodal.models.group.predictions.coordinates import TURNS, Array, Complex
from binodal.numerics.errors import Undecided

_FAR, _LEAST = 6.0, 0.5
"""Standard errors of a mean that draws may have, and the share of a variance that they must."""


@dataclass(frozen=True, eq=False)
class Squares:
    """A = W^+ W and B = V V^+ of many blocks (count, d, d), up to a rotation of both; a singular
    value is there ``twice`` or once, of numbers of ``beta`` components."""

    of_w: Complex
    of_v: Complex
    twice: int
    beta: int

    @cached_property
    def sources(self) -> dict[str, Array]:
        """What is averaged over neurons, by the names of
        :attr:`~binodal.models.group.predictions.block_averages.BlockAverages.sources`."""
        overlap = traced(self.of_w, self.of_v)
        traces = [np.einsum("mii->m", of).real for of in (self.of_w, self.of_v)]
        sources = {"x2": overlap, "x": (traces[0] + traces[1]) / 2}
        if self.of_w.shape[1] > self.twice:
            rows = self.of_w.shape[1] // self.twice
            values = (np.linalg.eigvalsh(self.of_w) + np.linalg.eigvalsh(self.of_v)) / 2
            product = self.of_w @ self.of_v
            sources |= {
                "swapped": traces[0] * traces[1] / (self.twice * rows),
                "largest": values[:, -1],
                "smallest": values[:, 0],
                "fourth": (overlap / self.twice) ** 2,
                "below": traced(product, product) / self.twice,
            }
        return sources

    def like(self, overlap: float, variance: float) -> Squares:
        """The same. Raises Undecided where |W V|^2 has another mean than in the law or half of its
        variance is not there: states which carry it were drawn too seldom.
        """
        of = self.sources["x2"]
        far = abs(float(of.mean()) - overlap) > _FAR * (variance / len(of)) ** 0.5
        if far or float(of.var()) < _LEAST * variance:
            raise Undecided(f"{len(of)} drawn neurons do not represent the law of an irrep")
        return self

    def batches(self, count: int) -> Iterator[Squares]:
        """Parts of them, of one size."""
        parts = (np.array_split(of, count) for of in (self.of_w, self.of_v))
        for of_w, of_v in zip(*parts, strict=True):
            yield Squares(of_w, of_v, self.twice, self.beta)

    def turned(self, rng: np.random.Generator) -> tuple[Complex, Complex]:
        """W and V of each."""
        rows = self.of_w.shape[1] // self.twice
        left, inner, right = (_uniform(len(self.of_w), rows, self.beta, rng) for _ in range(3))
        roots = [spectral(_root, of) for of in (self.of_w, self.of_v)]
        return left @ roots[0] @ adjoint(inner), inner @ roots[1] @ right


def _root(values: Array) -> Array:
    return np.sqrt(np.maximum(values, 0.0))


def _uniform(count: int, rows: int, beta: int, rng: np.random.Generator) -> Complex:
    """Rotations by the invariant measure: the unitary parts of Gaussian matrices."""
    left, _, right = np.linalg.svd(embedded(rng.standard_normal((count, rows, rows, beta))))
    return np.asarray(left @ right)


def of_grid(law: BlockAverages, count: int, rng: np.random.Generator) -> Squares:
    """Of numbers, quaternions, and real blocks of two rows, from a quadrature.

    Raises Undecided as :meth:`Squares.like`.
    """
    x, x_v, cosine = law.drawn(count, rng)
    twice, beta = law.law.twice, law.law.beta
    if law.kind == TURNS:
        of_w = np.einsum("mi,ij->mij", x, np.eye(2))
        turn = np.arccos(cosine) / 2
        frame = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        of_v = np.einsum("iam,ma,jam->mij", frame, x_v, frame)
    else:
        of_w, of_v = (values[:, :, None] * np.eye(twice) for values in (x, x_v))
    squares = Squares(of_w, of_v, twice, beta)
    return squares.like(law.mean("x2"), law.covariance("x2", "x2"))
