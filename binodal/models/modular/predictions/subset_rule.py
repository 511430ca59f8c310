"""A rule that pairs follow, as mean field on a subset of them needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from binodal.models.modular.numerics.products import Products, Sums
from binodal.models.modular.predictions.mode_law import Array, kernel_scale, solve_modes
from binodal.models.modular.predictions.neuron_average import drawn
from binodal.numerics.errors import Undecided

LARGEST = 7
"""Largest P: a subset takes some ten seconds there."""


class Rule(Products, Protocol):
    """With parts of the target, and the law of a neuron on all pairs.

    Halves of neurons are (2, count, P), fields (P, P^2).
    """

    @property
    def parts(self) -> Array:
        """(parts, P, P^2), which add up to the target: each has its own a and lambda."""

    def __hash__(self) -> int:
        """What is found of a rule is kept."""

    def known(self, at: Mapping[str, float]) -> Array:
        """(parts, 2): a and lambda on all pairs, by quadrature."""

    def start(self, at: Mapping[str, float]) -> Array:
        """The field there."""

    def drawn(self, at: Mapping[str, float], count: int, seed: int) -> Array:
        """Neurons of the law there."""

    def levels(self, at: Mapping[str, float], halves: Array) -> Array:
        """(parts, count): what each neuron has of every part's lambda."""


@dataclass(frozen=True)
class Addition(Sums):
    """Addition modulo an odd P, with its law."""

    @classmethod
    def of(cls, order: int) -> Addition:
        """Raises :class:`binodal.numerics.errors.Undecided` for even or large P.

        >>> Addition.of(29)
        Traceback (most recent call last):
        binodal.numerics.errors.Undecided: P = 29: mean field on a subset is for odd P up to 7
        """
        if order % 2 == 0 or order > LARGEST:
            raise Undecided(f"P = {order}: mean field on a subset is for odd P up to {LARGEST}")
        return cls(order)

    @property
    def parts(self) -> Array:
        return self.target[None]

    def known(self, at: Mapping[str, float]) -> Array:
        closure = solve_modes(at)
        return np.array([[closure.a, closure.level]])

    def start(self, at: Mapping[str, float]) -> Array:
        return np.asarray(solve_modes(at).a / at["sigma2"] * self.target)

    def drawn(self, at: Mapping[str, float], count: int, seed: int) -> Array:
        neurons = drawn(at, count, seed)
        return np.stack((neurons.first, neurons.second))

    def levels(self, at: Mapping[str, float], halves: Array) -> Array:
        size = np.abs(np.fft.fft(halves, axis=2)[:, :, 1:] / self.order) ** 2
        return np.asarray(kernel_scale(at) * (size[0] * size[1]).mean(1)[None])
