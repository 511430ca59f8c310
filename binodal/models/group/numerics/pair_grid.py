"""Panels of Gauss points: steps that grow to a scale, angles between ends, and projection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from binodal.numerics.quadrature import float_rule

Array = NDArray[np.float64]
Places = NDArray[np.int64]
_GROWTH = 0.25
_ROUNDING = 1e-15


@dataclass(frozen=True)
class Line:
    """Gauss-Legendre points and weights on (0, 1), and weights of Lagrange's polynomials."""

    points: Array
    weights: Array
    barycentric: Array

    @classmethod
    def of(cls, nodes: int) -> Self:
        """The rule with this many points."""
        points, weights = float_rule(nodes)
        between = (points + 1) / 2
        away = between[:, None] - between
        np.fill_diagonal(away, 1.0)
        return cls(between, weights / 2, 1 / away.prod(axis=1))

    def angles(
        self, p: Array, low: Array, high: Array, step: float, peak: Array
    ) -> tuple[Places, Array, Array]:
        """Row, psi and weight for all q = p cos(psi) from low to high at each p.

        Panels end at multiples of the step in q, and shrink towards psi = 0 down to the peak's
        width there.
        """
        rows, ends_of = [], []
        for row, (radius, start, end, width) in enumerate(zip(p, low, high, peak, strict=True)):
            between = np.arange(np.floor(start / step) + 1, np.ceil(end / step)) * step
            inner = width * 2.0 ** np.arange(max(0.0, np.ceil(np.log2(np.pi / 2 / width))))
            most, least = np.arccos(np.clip([start / radius, end / radius], 0.0, 1.0))
            every = np.concatenate([np.arccos(np.clip(between / radius, 0.0, 1.0)), inner])
            inside = np.sort(every[(every > least) & (every < most)])
            ends = np.concatenate([[least], inside, [most]])
            rows.append(np.full(len(ends) - 1, row))
            ends_of.append(np.stack([ends[:-1], ends[1:]], axis=1))
        ends = np.concatenate(ends_of)
        length = np.diff(ends, axis=1)
        psi = ends[:, :1] + length * self.points
        weights = length * self.weights
        return np.repeat(np.concatenate(rows), len(self.points)), psi.ravel(), weights.ravel()

    def lagrange(self, places: Array) -> Array:
        """The values of each point's polynomial at places in (0, 1): (places, points)."""
        away = places[:, None] - self.points
        terms = self.barycentric / np.where(np.abs(away) < _ROUNDING, _ROUNDING, away)
        return np.asarray(terms / terms.sum(axis=1, keepdims=True))


def stepped(first: float, step: float, far: float, breaks: Array) -> Array:
    """Ends of panels from zero to ``far`` or the next end, which grow from ``first`` to ``step``,
    with breaks among them.

    >>> stepped(0.5, 1.0, 3.0, np.array([2.2])).round(2).tolist()
    [0.0, 0.5, 1.0, 1.5, 2.0, 2.2, 2.5, 3.12]
    """
    ends = [0.0]
    while ends[-1] < far and _GROWTH * ends[-1] < step and first < step:
        ends.append(ends[-1] + min(step, max(first, _GROWTH * ends[-1])))
    rest = ends[-1] + step * np.arange(1, int(np.ceil(max(0.0, far - ends[-1]) / step)) + 1)
    return np.unique(np.concatenate([ends, rest, breaks]))


def projected(
    line: Line, rows: Places, q: Array, values: Array, step: float
) -> tuple[Array, Places, Array]:
    """Sums over points q of a row as a matrix on the Gauss points of panels of this step.

    A smooth function of q summed with ``values`` is the matrix times its values at the points
    returned. Returns the matrix, its rows and its points.
    """
    panel = np.floor(q / step).astype(np.int64)
    panels, column = np.unique(panel, return_inverse=True)
    kept, place = np.unique(rows, return_inverse=True)
    count = len(line.points)
    matrix = np.zeros((len(kept), len(panels), count))
    shares = line.lagrange(q / step - panel) * values[:, None]
    np.add.at(matrix, (place, column), shares)
    points = (panels[:, None] + line.points) * step
    return matrix.reshape(len(kept), -1), kept, points.ravel()
