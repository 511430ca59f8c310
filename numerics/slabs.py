"""The least of a convex function between pairs of planes, in double precision.

Newton's method, each step to the nearest point that the planes allow; planes come in one at a time,
the one that is exceeded most first. The multipliers say which planes hold the point, and how much.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from binodal.numerics.errors import Undecided

Floats = NDArray[np.float64]
_ROUNDS, _FAINT = 200, 1e-9
_BEYOND = "the least of the closure's function is beyond double precision"


class Convex(Protocol):
    """A convex function by its slope."""

    def __call__(self, places: Floats) -> tuple[Floats, Floats]:
        """The slope (K,) and its own slope, positive definite (K, K)."""

    def within(self, places: Floats, moved: Floats) -> Floats:
        """The step to ``moved``, or as much of it as stays where the function has a value."""


@dataclass(frozen=True)
class Least:
    """The point, and the multipliers of the planes that hold it, by column."""

    at: Floats
    pulls: Mapping[int, float]


def least(function: Convex, start: Floats, normals: Floats) -> Least:
    """The least of the function where |normal . at| <= 1 for every column of (K, planes).

    Raises :class:`Undecided` where doubles do not hold the function or the planes.

    >>> class Square:
    ...     def __call__(self, at):
    ...         return at - np.array([3.0, 1.0]), np.eye(2)
    ...     def within(self, at, moved):
    ...         return moved
    >>> found = least(Square(), np.zeros(2), np.array([[0.5, 0.0], [0.0, 0.25]]))
    >>> found.at.round(9), {k: round(pull, 9) for k, pull in found.pulls.items()}
    (array([2., 1.]), {0: 2.0})
    """
    point, planes = start, _Planes()
    for _ in range(_ROUNDS):
        heights = point @ normals
        column = int(np.argmax(np.abs(heights)))
        planes.add(column, np.sign(heights[column]) * normals[:, column])
        try:
            with np.errstate(all="ignore"):
                slope, bend = function(point)
                free = np.asarray(point - np.linalg.solve(bend, slope))
                moved = function.within(point, planes.nearest(free, bend))
        except (np.linalg.LinAlgError, ValueError, RuntimeError) as doubt:
            raise Undecided(f"{_BEYOND}: {doubt}") from doubt
        if not np.isfinite(moved).all():
            raise Undecided(_BEYOND)
        settled = np.abs(moved - point).max() <= _FAINT * np.abs(point).max()
        point = moved
        if settled:
            break
    return Least(point, planes.shares())


@dataclass
class _Planes:
    columns: list[int] = field(default_factory=list)
    normals: list[Floats] = field(default_factory=list)
    pulls: Floats = field(default_factory=lambda: np.zeros(0))

    def add(self, column: int, normal: Floats) -> None:
        """normal . at <= 1."""
        self.columns.append(column)
        self.normals.append(normal)

    def nearest(self, free: Floats, bend: Floats) -> Floats:
        """The allowed point that is nearest to a free one in the metric of the second slopes.

        The least distance under inequalities is a problem of nonnegative least squares.
        """
        normals = np.array(self.normals)
        root = np.linalg.cholesky(bend)
        scaled = np.linalg.solve(root, normals.T)
        excess = normals @ free - 1
        rows = np.vstack([-scaled, excess])
        weights, _ = nnls(rows, np.eye(len(rows))[-1])
        self.pulls = weights / (1 - excess @ weights)
        return np.asarray(free - np.linalg.solve(root.T, scaled @ self.pulls))

    def shares(self) -> dict[int, float]:
        """The multipliers, those of one column together."""
        shares: dict[int, float] = {}
        for column, pull in zip(self.columns, self.pulls.tolist(), strict=True):
            if pull > 0:
                shares[column] = shares.get(column, 0.0) + pull
        return shares
