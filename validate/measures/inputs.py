"""What a network is shown: vectors, or tokens of which each one-hot block holds one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


class Inputs(Protocol):
    """Inputs x_mu of dimension D, known by what neurons see of them."""

    @property
    def count(self) -> int:
        """How many there are."""

    @property
    def dimension(self) -> int:
        """D."""

    @property
    def order(self) -> int:
        """Entries of a one-hot block; 0 where inputs are vectors."""

    @property
    def blocks(self) -> int:
        """How many tokens an input has; 0 where inputs are vectors."""

    @property
    def cyclic(self) -> bool:
        """Whether tokens are the residues modulo ``order``, in their order."""

    @property
    def constants(self) -> int:
        """How many of the last inputs are constants, whose weights are biases."""

    @property
    def index(self) -> Whole:
        """Which token stands in each block: (n, blocks)."""

    def fields(self, first: Array, chosen: Whole) -> Array:
        """w_i.x_mu of rows w_i (N, D) and chosen inputs: (N, number chosen)."""

    def rows(self, chosen: Whole) -> Array:
        """x_mu of chosen inputs: (number chosen, D)."""


@dataclass(frozen=True)
class Vectors:
    """Inputs as they stand, x (n, D)."""

    x: Array
    order: int = 0
    blocks: int = 0
    cyclic: bool = False
    constants: int = 0

    @property
    def count(self) -> int:
        """n."""
        return len(self.x)

    @property
    def dimension(self) -> int:
        """D."""
        return int(self.x.shape[1])

    @property
    def index(self) -> Whole:
        """Nothing: no block holds a token."""
        return np.zeros((self.count, 0), dtype=np.int64)

    def fields(self, first: Array, chosen: Whole) -> Array:
        """w_i.x_mu."""
        return np.asarray(first @ self.x[chosen].T)

    def rows(self, chosen: Whole) -> Array:
        """x_mu."""
        return self.x[chosen]


@dataclass(frozen=True)
class Tokens:
    """Blocks of ``order`` entries, in each of which the entry ``index`` (n, blocks) is one.

    >>> Tokens(np.array([[0, 2]]), 3).rows(np.array([0])).tolist()
    [[1.0, 0.0, 0.0, 0.0, 0.0, 1.0]]
    """

    index: Whole
    order: int
    cyclic: bool = True
    constants: int = 0

    @property
    def count(self) -> int:
        """n."""
        return len(self.index)

    @property
    def blocks(self) -> int:
        """How many tokens an input has."""
        return int(self.index.shape[1])

    @property
    def dimension(self) -> int:
        """Blocks times order."""
        return self.blocks * self.order

    def fields(self, first: Array, chosen: Whole) -> Array:
        """The sum over blocks of the entry that each token picks."""
        parts = np.split(first, self.blocks, axis=1)
        picked = (part[:, self.index[chosen, b]] for b, part in enumerate(parts))
        total = next(picked)
        for more in picked:
            total += more
        return total

    def rows(self, chosen: Whole) -> Array:
        """The one-hot blocks side by side."""
        identity = np.eye(self.order)
        return np.concatenate([identity[i] for i in self.index[chosen].T], axis=1)


def pairs(order: int, cyclic: bool = True) -> Tokens:
    """All pairs (n, m) of two tokens, m fastest."""
    first, second = np.divmod(np.arange(order**2), order)
    return Tokens(np.stack((first, second), axis=1), order, cyclic)
