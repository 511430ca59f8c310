"""The field's components of modular addition by momentum, and features and gradients as terms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from math import gcd

import numpy as np

from binodal.models.modular.derivations.counting import overlap_monomials
from binodal.models.modular.derivations.field_blocks import momenta, row_terms
from binodal.models.modular.predictions.mode_averages import Averages
from binodal.models.modular.predictions.mode_polynomials import Terms, Whole


@dataclass(frozen=True)
class Rows:
    """Row (r, K, K') is number (r P + K) P + K'; its momentum (r + K, r + K') is Q P + Q'."""

    order: int

    @property
    def momenta(self) -> int:
        """P^2."""
        return self.order**2

    @property
    def size(self) -> int:
        """P^3 rows."""
        return self.order**3

    @property
    def entries(self) -> int:
        """P^4 entries of the P^2 blocks (momentum, r, r')."""
        return self.order**4

    def label(self, row: Whole) -> Whole:
        """r."""
        return row // self.momenta

    def momentum(self, row: Whole) -> Whole:
        """The momentum's number."""
        r = self.label(row)
        return self.plus(row % self.momenta, r * (self.order + 1))

    def plus(self, one: Whole, other: Whole) -> Whole:
        """The number of the sum of two momenta or characters."""
        size = self.order
        return (one // size + other // size) % size * size + (one + other) % size

    def minus(self, one: Whole) -> Whole:
        """The number of the opposite."""
        size = self.order
        return -(one // size) % size * size + -one % size

    def character(self, momentum: Whole, r: Whole) -> Whole:
        """(K, K') of the row of a momentum with label r."""
        return self.plus(momentum, self.minus(r * (self.order + 1)))

    def row(self, momentum: Whole, r: Whole) -> Whole:
        """The row's number."""
        return r * self.momenta + self.character(momentum, r)

    @cached_property
    def representatives(self) -> tuple[Whole, Whole]:
        """A momentum of every orbit under units of Z_P, and the orbit's size."""
        rows = [(q * self.order + v, size) for q, v, size in momenta(self.order)]
        numbers, sizes = zip(*rows, strict=True)
        return np.array(numbers), np.array(sizes)

    @cached_property
    def units(self) -> list[int]:
        """The multiplicative group of Z_P."""
        return [q for q in range(1, self.order) if gcd(q, self.order) == 1]


class Features:
    """Everything of first and second degree in the gradient Z of a row and the feature S.

    In units without scale: S_K is a sum of monomials and Z_(r,K) = u_r v_r S_K.
    """

    def __init__(self, order: int) -> None:
        rows = self.rows = Rows(order)
        numbers = np.ndindex(order, order)
        self.feature = Terms.of(
            order, ((i * order + j, *t) for i, j in numbers for t in overlap_monomials(order, i, j))
        )
        self.gradient = Terms.of(
            order,
            (
                ((r * order + i) * order + j, *t)
                for r, i, j in np.ndindex(order, order, order)
                if r  # the target has no label mode 0
                for t in row_terms(order, (r, i, j))
            ),
        )
        z, s, size = self.gradient, self.feature, rows.size
        pairs = z.neutral_with(z.conjugate(), size)
        one, two = np.divmod(pairs.row, size)
        place = (rows.momentum(one) * order + rows.label(one)) * order + rows.label(two)
        self.second = Averages(order, pairs.renamed(place), rows.entries)
        """<Z_i Z_j^*> as (momentum, r, r')."""
        pairs = s.neutral_with(s.conjugate(), rows.momenta)
        self.kernel = Averages(order, pairs.renamed(pairs.row // rows.momenta), rows.momenta)
        """<|S_K|^2>: different characters do not correlate."""
        alone = z.surviving()
        self.first = Averages(order, alone.renamed(rows.label(alone.row)), order)
        """<Z_i> by label: momentum zero."""
        self.linked = self._linked()

    def _linked(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Which (momentum, r, r') a covariance links, directly or through others."""
        order = self.rows.order
        entries = np.zeros(self.rows.entries, dtype=bool)
        entries[self.second.row] = True
        linked = entries.reshape(-1, order, order) | np.eye(order, dtype=bool)
        linked[0, 1:, 1:] = True  # means
        for _ in range(order.bit_length()):
            linked = np.matmul(linked, linked)
        return linked


@cache
def features(order: int) -> Features:
    """Compiled once a process; odd P up to :data:`LARGEST_ORDER`."""
    return Features(order)
