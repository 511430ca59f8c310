"""Chains that never move: a stuck sampler, or a thing that rarely happens."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def moving(chains: Array) -> NDArray[np.bool_]:
    """(chain,): whether the draws of ``chains`` (chain, draw) differ at all."""
    moves: NDArray[np.bool_] = np.ptp(chains, axis=1) != 0
    return moves


def frozen(chains: Array) -> int:
    """How many chains stand still where no moving chain ever is.

    What is counted in whole neurons stands at one value in many calm chains, and others pass by
    it; a continuous number never comes back to a value, so a chain that keeps one is stuck. None
    where nothing moves at all: that is no evidence of anything.

    >>> walk = np.arange(40.0).reshape(4, 10)
    >>> frozen(np.vstack([walk, np.full((2, 10), 0.37)])), frozen(np.zeros((3, 10)))
    (2, 0)
    >>> frozen(np.vstack([walk, np.full((2, 10), 7.0)]))
    0
    """
    moves = moving(chains)
    if not moves.any():
        return 0
    return int((~np.isin(chains[~moves, 0], chains[moves])).sum())
