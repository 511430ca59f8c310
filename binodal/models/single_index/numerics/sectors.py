"""What neurons have in one sector of functions of an input, and means over Gaussian fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.models.single_index.numerics.window import Array, Window
from binodal.numerics.codegen.forms import Forms

_FORMS = Forms("binodal.models.single_index.forms.finite_width")
breaks = _FORMS.data("breaks", list[int])
_POINTS, _SMOOTH, _FARTHEST, _AT_ONCE = 4001, 1001, 9.0, 500


@dataclass(frozen=True)
class Sector:
    """Functions factors_i c_k of a neuron, k by ``degrees``, c_k in rows of ``table``; of an even
    law only equal parities meet.
    """

    factors: Array
    table: Array
    degrees: Sequence[int]
    even: bool

    @cached_property
    def _places(self) -> dict[int, NDArray[np.intp]]:
        """The functions of each degree."""
        own = np.array(self.degrees)
        return {int(k): np.nonzero(own == k)[0] for k in np.unique(own)}

    @cached_property
    def _pairs(self) -> list[tuple[int, int]]:
        pairs = combinations_with_replacement(self._places, 2)
        return [(j, k) for j, k in pairs if not self.even or (j - k) % 2 == 0]

    @cached_property
    def _products(self) -> Array:
        return np.stack([self.table[j] * self.table[k] for j, k in self._pairs])

    def gram(self, weight: Array) -> Array:
        """sum over the window of weight times products."""
        matrix = np.zeros((len(self.degrees), len(self.degrees)))
        across = weight @ self._products.T
        for (j, k), along in zip(self._pairs, across.T, strict=True):
            left, right = self._places[j], self._places[k]
            block = (self.factors[left] * along) @ self.factors[right].T
            matrix[np.ix_(left, right)] = block
            matrix[np.ix_(right, left)] = block.T
        return matrix

    def form(self, matrix: Array) -> Array:
        """sum_ij matrix_ij times the functions i and j of each neuron."""
        along = []
        for j, k in self._pairs:
            left, right = self._places[j], self._places[k]
            part = (self.factors[left] * (matrix[np.ix_(left, right)] @ self.factors[right])).sum(0)
            along.append(part if j == k else 2 * part)
        return np.asarray(np.stack(along, 1) @ self._products)

    def mean(self, weight: Array, parity: int) -> Array:
        """sum of weight times each; of an even law those of the field's parity."""
        averages = np.zeros(len(self.degrees))
        for k, places in self._places.items():
            if not self.even or k % 2 == parity:
                averages[places] = self.factors[places] @ (weight @ self.table[k])
        return averages

    def combined(self, vector: Array) -> Array:
        """sum_i vector_i times the functions of each neuron."""
        along = [vector[places] @ self.factors[places] for places in self._places.values()]
        return np.asarray(np.stack(along, 1) @ self.table[list(self._places)])

    def squares(self, power: int = 0) -> Array:
        """The sum of their squares on the window, each times a power of its degree."""
        along = [k**power * (self.factors[of] ** 2).sum(0) for k, of in self._places.items()]
        return np.asarray(np.stack(along, 1) @ self.table[list(self._places)] ** 2)


def means_of(form: Callable[..., Any], name: str, window: Window, orders: int) -> Array:
    """Means of a form of an activation at r z + bias times He_k(z), k < ``orders``: (orders, V).

    By the trapezoidal rule: jumps cost a thousandth of their height, and a smooth function needs
    fewer points.
    """
    r, bias, function = window.r, window.bias, form(name)
    z = np.linspace(-_FARTHEST, _FARTHEST, _POINTS if any(breaks(name)) else _SMOOTH)
    weight = np.exp(-(z**2) / 2)
    weights = np.polynomial.hermite_e.hermevander(z, orders - 1) * (weight / weight.sum())[:, None]
    means = np.empty((orders, r.size))
    for start in range(0, r.size, _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        (values,) = function(r[part, None] * z + bias[part, None])
        means[:, part] = (np.broadcast_to(values, (r[part].size, z.size)) @ weights).T
    return means
