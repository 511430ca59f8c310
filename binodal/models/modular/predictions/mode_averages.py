"""Many averages of monomials at once: compiled for an order P, evaluated at any moments."""

from __future__ import annotations

import numpy as np

from binodal.models.modular.predictions.mode_moments import Moments
from binodal.models.modular.predictions.mode_polynomials import BITS, Array, Terms, Whole, joined


class Sizes:
    """Distinct sizes of monomials that survive the phases, and their means."""

    def __init__(self, order: int, sizes: Whole) -> None:
        self.distinct, self.place = np.unique(sizes, return_inverse=True)
        mask = (1 << BITS) - 1
        self._powers = [
            tuple((self.distinct >> BITS * (2 * mode + side) & mask) // 2 for side in (0, 1))
            for mode in range(order // 2 + 1)
        ]

    def means(self, m: Moments) -> Array:
        """The mean of every distinct monomial."""
        (zero, other), *pairs = self._powers
        value = m.zero[zero] * m.zero[other]
        for one, two in pairs:
            value = value * m.pair[one, two]
        return np.asarray(value)


class Averages:
    """Means of polynomials; ``rows`` of them, most of them zero.

    Raises ValueError for terms that do not survive the phases.
    """

    def __init__(self, order: int, terms: Terms, rows: int) -> None:
        if terms.key().any():
            raise ValueError("a term of an average has a phase")
        self._rows, self._sizes = rows, Sizes(order, terms.size)
        count = self._sizes.distinct.size
        keys, inverse = np.unique(terms.row * count + self._sizes.place, return_inverse=True)
        self._factor = np.bincount(inverse, terms.factor)
        self.row, self._place = np.divmod(keys, count)

    def at(self, m: Moments) -> Array:
        """(rows,)."""
        values = self._factor * self._sizes.means(m)[self._place]
        return np.asarray(np.bincount(self.row, values, self._rows), dtype=float)


class Squares:
    """sum over rows of <|polynomial|^2>, each term with a weight that is known later, by index."""

    def __init__(self, order: int, terms: Terms, weight: Whole) -> None:
        kinds, inverse = np.unique(
            np.stack([terms.row, terms.key(), terms.size], 1), axis=0, return_inverse=True
        )
        self._kind, self._count = inverse.ravel(), len(kinds)
        self._weight, self._factor = weight, terms.factor
        place = np.unique(kinds[:, :2], axis=0, return_inverse=True)[1].ravel()
        one, two = joined(place, place)
        once = one <= two
        self._one, self._two = one[once], two[once]
        self._copies = 2.0 - (self._one == self._two)
        self._sizes = Sizes(order, kinds[self._one, 2] + kinds[self._two, 2])

    def at(self, m: Moments, weights: Array) -> float:
        """The sum, its polynomials with these weights."""
        whole = np.bincount(self._kind, self._factor * weights[self._weight], self._count)
        products = self._copies * whole[self._one] * whole[self._two]
        return float(products @ self._sizes.means(m)[self._sizes.place])
