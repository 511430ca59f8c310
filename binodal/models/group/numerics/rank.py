"""The part of a block's law that one rank of W has."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rank:
    """The part of a law with a number of singular values of W beyond the barrier.

    ``log`` is the logarithm of its weight, minus infinity where none was found; the moments are
    those of |W V|^2 within it.
    """

    log: float
    mean: float
    square: float
