"""log det of the curvature of the field's saddle for a group, and its slopes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from binodal.models.group.predictions.block_averages import BlockAverages
from binodal.models.group.predictions.coordinates import Array, Complex
from binodal.models.group.predictions.field_polynomials import Averages, Field


@dataclass(frozen=True, eq=False)
class Curvature:
    """sigma^2 + K on every label, and on those of the target ``weight`` cov(tau.S S, tau'.S S'^*).

    ``laws`` and ``forces`` tau over the target's part, A/sigma^2, by block, 0 for the trivial one;
    ``kernel`` is sigma_a^2, so that K = kernel <S S^*>.
    """

    field: Field
    laws: Sequence[BlockAverages]
    forces: Array
    noise: float
    kernel: float
    weight: float

    @cached_property
    def _tables(self) -> Mapping[str, list[Array]]:
        return {name: getattr(self.field, name).tables(self.laws) for name in _PARTS}

    def _matrix(self, name: str) -> sparse.csr_matrix:
        """Hermitian, from its terms above the diagonal."""
        of: Averages = getattr(self.field, name)
        terms = of.terms(self._tables[name])
        apart = of.row != of.column
        row = np.concatenate([of.row, of.column[apart]])
        column = np.concatenate([of.column, of.row[apart]])
        values = np.concatenate([terms, terms[apart].conj()])
        return sparse.csr_matrix((values, (row, column)), shape=(of.rows, of.rows))

    @cached_property
    def _first(self) -> Complex:
        of, terms = self.field.first, self.field.first.terms(self._tables["first"])
        parts = (np.bincount(of.row, part, of.rows) for part in (terms.real, terms.imag))
        real, imaginary = parts
        return np.asarray(real + 1j * imaginary)

    @cached_property
    def _scale(self) -> Array:
        """tau over the target's part, of each row's label."""
        return np.asarray(self.forces[self.field.label])

    @cached_property
    def pulled(self) -> sparse.csr_matrix:
        """``weight`` cov(T.S S, T'.S S'^*), at tau = T."""
        mean = sparse.csr_matrix(self._first[:, None])
        return self.weight * (self._matrix("second") - mean @ mean.conj().T)

    @cached_property
    def plain(self) -> sparse.csr_matrix:
        """sigma^2 + K on one label."""
        own = self.kernel * self._matrix("kernel")
        return (own + self.noise * sparse.identity(own.shape[0])).tocsr()

    @cached_property
    def _solved(self) -> tuple[float, Complex, Complex]:
        """h, and the inverses on one label of the trivial kind and on all others."""
        labels = self.field.second.rows // self.field.kernel.rows
        scale = sparse.diags(self._scale)
        whole = sparse.kron(sparse.identity(labels), self.plain)
        joint = (whole + scale @ self.pulled @ scale).tocsr()
        (h, plain), (more, inverse) = _inverted(self.plain), _inverted(joint)
        return h + more, plain, inverse

    @property
    def log_det(self) -> float:
        """h, over all labels and pairs."""
        return self._solved[0]

    @property
    def freedom(self) -> float:
        """Tr K (sigma^2 + K)^{-1}."""
        return float(len(self._solved[1]) - self.noise * np.trace(self._solved[1]).real)

    @property
    def by_noise(self) -> float:
        """dh/dsigma^2 at fixed laws and forces."""
        _, plain, inverse = self._solved
        return float(np.trace(plain).real + np.trace(inverse).real)

    @cached_property
    def by_force(self) -> Array:
        """dh/d(tau over T) of each block at fixed laws."""
        inverse, scale = self._solved[2], self._scale
        pulled = self.pulled.multiply(inverse.T).tocsr()
        along = 2 * np.asarray(pulled @ scale).ravel().real
        return np.asarray(np.bincount(self.field.label, along, len(self.laws)), dtype=float)

    @cached_property
    def _slopes(self) -> Mapping[str, list[Array]]:
        """dh by every entry of every table."""
        _, plain, inverse = self._solved
        of, pairs = self.field, len(plain)
        labels = len(inverse) // pairs
        blocks = inverse.reshape(labels, pairs, labels, pairs)
        added = plain + np.einsum("aiaj->ij", blocks)
        pull = self.weight * inverse.T * np.outer(self._scale, self._scale)
        toward = {
            "kernel": self.kernel * _copies(of.kernel) * added[of.kernel.column, of.kernel.row],
            "second": _copies(of.second) * pull[of.second.row, of.second.column],
            "first": -2 * (pull @ self._first.conj())[of.first.row],
        }
        return {name: getattr(of, name).slopes(self._tables[name], toward[name]) for name in _PARTS}

    def by_source(self, blocks: Sequence[int], source: str) -> float:
        """dh by the strength of one source in each of some blocks."""
        total = 0.0
        for name in _PARTS:
            keys = getattr(self.field, name).keys
            for block in blocks:
                moved = self.laws[block].table(keys[block], source)
                total += float(self._slopes[name][block] @ moved)
        return total


_PARTS = ("kernel", "second", "first")


def _copies(of: Averages) -> Array:
    """Terms off the diagonal stand for two."""
    return np.asarray(2.0 - (of.row == of.column))


def _inverted(matrix: sparse.csr_matrix) -> tuple[float, Complex]:
    """log det and the inverse, part by part of what is connected."""
    size = matrix.shape[0]
    count, part = csgraph.connected_components(abs(matrix), directed=False)
    order = np.argsort(part, kind="stable")
    turned = matrix[order][:, order].tocsr()
    ends = np.concatenate([[0], np.cumsum(np.bincount(part, minlength=count))])
    inverse, total = np.zeros((size, size), dtype=complex), 0.0
    for start, stop in pairwise(ends):
        own = turned[start:stop, start:stop].toarray()
        total += float(np.linalg.slogdet(own)[1])
        here = order[start:stop]
        inverse[np.ix_(here, here)] = np.linalg.inv(own)
    return total, inverse
