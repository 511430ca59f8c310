"""The products that pairs follow, as a neuron on some of the pairs needs them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Products(Protocol):
    """Of P elements, and the decay of neurons, whose halves are (2, count, P)."""

    @property
    def target(self) -> Array:
        """y_p of all pairs (P, P^2)."""

    def decay(self, halves: Array) -> tuple[Array, Array]:
        """The decay of each neuron over gamma, and its gradient."""

    def ring(self, rng: np.random.Generator) -> Array:
        """Halves (2, P) of a neuron on a random ring."""

    def largest(self, halves: Array) -> Array:
        """(count,): the share of one ring in the sum over rings of |w v|^3, at most."""


@dataclass(frozen=True)
class Sums:
    """Sums modulo an odd P.

    >>> Sums(5).target.shape
    (5, 25)
    """

    order: int

    @cached_property
    def target(self) -> Array:
        labels = np.add.outer(np.arange(self.order), np.arange(self.order)).ravel() % self.order
        return np.eye(self.order)[:, labels] - 1 / self.order

    def decay(self, halves: Array) -> tuple[Array, Array]:
        waves = np.fft.fft(halves, axis=2) / self.order
        size = np.abs(waves) ** 2
        slope = self.order * np.fft.ifft(size**2 * waves, axis=2).real
        return self.order / 6 * (size**3).sum((0, 2)), slope

    def ring(self, rng: np.random.Generator) -> Array:
        turns = 2 * np.pi * rng.integers(1, self.order) * np.arange(self.order) / self.order
        return np.asarray(np.cos(turns + 2 * np.pi * rng.random((2, 1))))

    def largest(self, halves: Array) -> Array:
        size = np.abs(np.fft.fft(halves)[:, :, 1 : self.order // 2 + 1])
        cubes = size.prod(0) ** 3
        return np.asarray(cubes.max(1) / cubes.sum(1))
