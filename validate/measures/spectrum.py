"""The spectrum of a weight matrix, and where chance ends in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from binodal.validate.measures.inputs import Array

TRACY_WIDOM_99 = 2.0234
"""99 % quantile of the Tracy-Widom law of order 1: Johnstone 2001, Ann. Statist. 29, Table 1."""

EXCEEDED = 0.01
"""How often chance exceeds that quantile."""


def eigenvalues(weights: Array) -> Array:
    """Of W^T W that can differ from zero, ascending: min(N, D) of them."""
    return np.asarray(np.square(np.linalg.svd(weights, compute_uv=False))[::-1])


@dataclass(frozen=True)
class Edge:
    """Where W^T W of N x D independent entries of variance s^2 ends.

    ``bulk`` is Marchenko and Pastur's s^2 (sqrt N + sqrt D)^2; ``chance`` what the largest
    eigenvalue exceeds once in a hundred times (Johnstone's centre and scale); ``loose`` the edge
    of the program WeightWatcher, which adds the root of a scale to it.
    """

    bulk: float
    chance: float
    loose: float


def edge(shape: tuple[int, ...], variance: float) -> Edge:
    """The edge for N x D entries of this mean square."""
    more, less = max(shape), min(shape)
    bulk = variance * (more**0.5 + less**0.5) ** 2
    first, second = (more - 1) ** 0.5, less**0.5
    centre = (first + second) ** 2
    scale = (first + second) * (1 / max(first, 1e-300) + 1 / second) ** (1 / 3)
    chance = variance * (centre + TRACY_WIDOM_99 * scale)
    relative = bulk / more
    fluctuation = (less / more) ** 0.5 * relative ** (2 / 3) * less ** (-2 / 3)
    return Edge(bulk, chance, more * (relative + fluctuation**0.5))
