"""Polynomials in a neuron's Fourier modes as arrays, and which products survive the phases.

A monomial is two integers that add under multiplication: ``charge``, what its phases add up to mode
by mode, and ``size``, its power of every mode. Its mean over independent uniform phases and signs
is zero unless the charge vanishes and the real modes are even; then it is a product of the moments
<x^a x_v^b> of the modes that it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
LARGEST_ORDER = 13
"""The largest P whose sizes fit 63 bits."""
_BASE, BITS = 27, 4
"""Charges stay within +-6 a mode in a factor, powers of a mode below 16 in a product."""


def _size(order: int, labels: Sequence[int], side: int) -> int:
    modes = (min(label % order, -label % order) for label in labels)
    return sum(1 << BITS * (2 * mode + side) for mode in modes)


def _charge(order: int, labels: Sequence[int], side: int) -> int:
    total = 0
    for label in (label % order for label in labels):
        mode = min(label, order - label)
        sign = (label > 0) * (1 if 2 * label < order else -1)
        total += sign * _BASE ** (2 * max(mode - 1, 0) + side)
    return total


@dataclass(frozen=True)
class Terms:
    """Monomials of many polynomials: term i is ``factor`` times one and belongs to ``row``."""

    row: Whole
    factor: Array
    charge: Whole
    size: Whole

    @classmethod
    def of(
        cls, order: int, terms: Iterable[tuple[int, float, Sequence[int], Sequence[int]]]
    ) -> Terms:
        """From (row, factor, labels of u, labels of v); u_{-k} is the conjugate of u_k."""
        monomials = [
            (row, c, *(f(order, u, 0) + f(order, v, 1) for f in (_charge, _size)))
            for row, c, u, v in terms
        ]
        row, factor, charge, size = zip(*monomials, strict=True)
        whole = (np.array(column, dtype=np.int64) for column in (row, charge, size))
        rows, charges, sizes = whole
        return cls(rows, np.array(factor, dtype=float), charges, sizes)

    def conjugate(self) -> Terms:
        """Every phase turned back."""
        return replace(self, charge=-self.charge)

    def take(self, chosen: Whole | NDArray[np.bool_]) -> Terms:
        """Some of the terms."""
        return Terms(self.row[chosen], self.factor[chosen], self.charge[chosen], self.size[chosen])

    def renamed(self, row: Whole) -> Terms:
        """The same monomials in other polynomials."""
        return replace(self, row=row)

    def times(self, other: Terms, rows: int) -> Terms:
        """All products of two terms; row i of this and j of the other become i * rows + j."""
        one, two = (index.ravel() for index in np.indices((self.row.size, other.row.size)))
        return self._product(other, one, two, rows)

    def along(self, other: Terms, rows: int) -> Terms:
        """All products whose rows are equal; each keeps its row (below ``rows``)."""
        one, two = joined(self.row, other.row)
        return self._product(other, one, two, rows).renamed(self.row[one])

    def neutral_with(self, other: Terms, rows: int) -> Terms:
        """The products of two terms that survive the phases."""
        one, two = joined(self.key(), other.conjugate().key())
        return self._product(other, one, two, rows)

    def surviving(self) -> Terms:
        """The terms that survive the phases by themselves."""
        return self.take(self.key() == 0)

    def key(self) -> Whole:
        """Equal for monomials whose product with the other's conjugate survives the phases."""
        odd = (self.size & 1) | ((self.size >> BITS & 1) << 1)
        return self.charge * 4 + odd

    def _product(self, other: Terms, one: Whole, two: Whole, rows: int) -> Terms:
        return Terms(
            self.row[one] * rows + other.row[two],
            self.factor[one] * other.factor[two],
            self.charge[one] + other.charge[two],
            self.size[one] + other.size[two],
        )


def joined(left: Whole, right: Whole) -> tuple[Whole, Whole]:
    """All pairs (i, j) with left[i] = right[j]."""
    order = np.argsort(right, kind="stable")
    ranked = right[order]
    start, stop = (np.searchsorted(ranked, left, side) for side in ("left", "right"))
    count = stop - start
    one = np.repeat(np.arange(left.size), count)
    within = np.arange(one.size) - np.repeat(np.cumsum(count) - count, count)
    return one, order[np.repeat(start, count) + within]
