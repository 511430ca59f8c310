"""Pseudo-arclength continuation in floats: a polyline along a curve, through its folds.

Points are spread along it by a cubic spline, without the time that loading SciPy takes. Nothing
here is proved; :mod:`binodal.numerics.continuation.certify` decides what the polyline is
worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from binodal.numerics.continuation.system import CurveSystem, Vector, approximate, slopes

Window = Sequence[tuple[float, float]]
_CORRECTIONS = 10
_CLOSE = 1e-11
_LARGEST_TURN = 0.96  # cosine between neighbouring tangents: about 16 degrees
_GROWTH = 1.4
_SHORTEST = 1e-7
_MOST_STEPS = 20_000


class Stop(StrEnum):
    """Why a track ended."""

    EDGE = "edge"
    CLOSED = "closed"
    STUCK = "stuck"


@dataclass(frozen=True)
class Track:
    """Points along a curve, in order; ``edge`` is the coordinate whose range it left."""

    points: tuple[Vector, ...]
    stop: Stop
    edge: int | None = None


def tangent(system: CurveSystem, places: Vector) -> Vector:
    """The unit null vector of the Jacobian; its sign is arbitrary."""
    return _null(slopes(system, places))


def _null(jacobian: Vector) -> Vector:
    direction: Vector = np.linalg.svd(jacobian)[2][-1]
    return direction


def corrected(
    system: CurveSystem, start: Vector, normal: Vector | None = None, through: Vector | None = None
) -> Vector | None:
    """Newton's method in the hyperplane across ``normal``; None if it does not converge.

    The normal is the tangent at ``start`` where none is given.
    """
    point, anchor = start.copy(), start if through is None else through
    for _ in range(_CORRECTIONS):
        value, jacobian = approximate(system, point)
        normal = _null(jacobian) if normal is None else normal
        matrix = np.vstack([jacobian, normal])
        side = np.append(value, normal @ (point - anchor))
        if not (np.isfinite(matrix).all() and np.isfinite(side).all()):
            return None
        try:
            move = np.linalg.solve(matrix, side)
        except np.linalg.LinAlgError:
            return None
        point = point - move
        if np.abs(move).max() < _CLOSE * (1 + np.abs(point).max()):
            return point
    return None


def at_coordinate(system: CurveSystem, start: Vector, index: int, value: float) -> Vector | None:
    """The curve's point near ``start`` where a coordinate has a given value."""
    normal = np.zeros(len(start))
    normal[index] = 1.0
    through = start.copy()
    through[index] = value
    return corrected(system, start, normal, through)


def track(
    system: CurveSystem, start: Vector, direction: Vector, window: Window, step: float
) -> Track:
    """Follow the curve from a point of it until it leaves the window, closes or gets stuck.

    ``window`` holds a range for each coordinate (infinite where there is none), ``step`` is the
    longest step. The step shrinks where the curve turns or Newton's method fails.
    """
    points, heading, length = [start], direction, step
    for _ in range(_MOST_STEPS):
        moved = _advance(system, points[-1], heading, length)
        if moved is None:
            length /= 2
            if length < _SHORTEST * step:
                return Track(tuple(points), Stop.STUCK)
            continue
        following, heading = moved
        edge = _leaves(system, points[-1], following, window)
        if edge is not None:
            index, last = edge
            return Track((*points, last), Stop.EDGE, index)
        if len(points) > 3 and runs_over(points[-1], following, start, heading, direction):
            return Track((*points, start), Stop.CLOSED)
        points.append(following)
        length = min(step, length * _GROWTH)
    return Track(tuple(points), Stop.STUCK)


def _advance(
    system: CurveSystem, places: Vector, heading: Vector, length: float
) -> tuple[Vector, Vector] | None:
    """One step: predict along the tangent, correct across it; None if it looks unsafe."""
    predicted = places + length * heading
    following = corrected(system, predicted, heading)
    if following is None or np.linalg.norm(following - predicted) > 0.3 * length:
        return None
    turned = tangent(system, following)
    turned = turned if turned @ heading > 0 else -turned
    return (following, turned) if turned @ heading > _LARGEST_TURN else None


def _outside(places: Vector, window: Window, slack: float = 0.0) -> list[int]:
    return [
        k for k, (low, high) in enumerate(window) if not low - slack <= places[k] <= high + slack
    ]


def leaves_at(places: Vector, window: Window) -> int | None:
    """The coordinate by which a point lies furthest outside the window, None inside."""
    over = [max(low - x, x - high) for x, (low, high) in zip(places, window, strict=True)]
    worst = int(np.argmax(over))
    return worst if over[worst] > 0 else None


def _leaves(
    system: CurveSystem, inside: Vector, outside: Vector, window: Window
) -> tuple[int, Vector] | None:
    """The coordinate whose range is left, and the point on that edge."""
    for index in _outside(outside, window):
        low, high = window[index]
        value = low if outside[index] < low else high
        share = (value - inside[index]) / (outside[index] - inside[index])
        start = inside + share * (outside - inside)
        on_edge = at_coordinate(system, start, index, value)
        if on_edge is None:
            on_edge = start
        if not [k for k in _outside(on_edge, window, 1e-9) if k != index]:
            return index, on_edge
    return None


def runs_over(
    before: Vector, after: Vector, start: Vector, heading: Vector, direction: Vector
) -> bool:
    """Whether the step from ``before`` to ``after`` runs over the starting point."""
    chord = after - before
    share = (start - before) @ chord / (chord @ chord)
    if not 0 < share <= 1 or heading @ direction < 0.5:
        return False
    return bool(np.linalg.norm(before + share * chord - start) < 0.2 * np.linalg.norm(chord))


def spaced(points: Sequence[Vector], count: int) -> list[Vector]:
    """``count`` points at equal distances along the spline through a track, its ends included."""
    rows = np.array(points)
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(rows, axis=0), axis=1))])
    kept = np.concatenate([[True], np.diff(lengths) > 0])
    places = np.linspace(0.0, lengths[-1], max(2, count))
    return list(spline(lengths[kept], rows[kept], places))


Array = NDArray[np.float64]


def spline(x: Array, y: Array, places: Array) -> Array:
    """Values at ``at`` of the cubic spline through the rows of ``y`` at increasing ``x``.

    Its third derivative is continuous at the second and the last but one point too ("not a knot"):
    through four points of a cubic it is this cubic, and through fewer the polynomial of least
    degree.

    >>> x = np.array([0.0, 1.0, 3.0, 4.0])
    >>> spline(x, x[:, None] ** 3, np.array([2.0, 3.5]))[:, 0].round(12).tolist()
    [8.0, 42.875]
    """
    if len(x) < 4:
        return _interpolated(x, y, places)
    width, slopes = np.diff(x), _slopes(x, y)
    left = np.clip(np.searchsorted(x, places, side="right") - 1, 0, len(x) - 2)
    h = width[left][:, None]
    s = (places - x[left])[:, None] / h
    rise = y[left + 1] - y[left]
    start, end = h * slopes[left] - rise, rise - h * slopes[left + 1]
    return np.asarray(y[left] + s * (rise + (1 - s) * ((1 - s) * start + s * end)))


def _interpolated(x: Array, y: Array, places: Array) -> Array:
    """Lagrange's polynomial."""
    others = [np.delete(x, k) for k in range(len(x))]
    weights = [np.prod((places[:, None] - o) / (x[k] - o), axis=1) for k, o in enumerate(others)]
    return np.asarray(np.column_stack(weights) @ y)


def _slopes(x: Array, y: Array) -> Array:
    """Slopes of the spline at its points: a tridiagonal system, solved by elimination."""
    h = np.diff(x)
    secant = np.diff(y, axis=0) / h[:, None]
    diagonal = np.concatenate([h[1:2], 2 * (h[:-1] + h[1:]), h[-2:-1]])
    above = np.concatenate([[h[0] + h[1]], h[:-1]])
    below = np.concatenate([h[1:], [h[-1] + h[-2]]])
    inner = 3 * (h[1:, None] * secant[:-1] + h[:-1, None] * secant[1:])
    right = np.vstack([_at_end(h, secant), inner, _at_end(h[::-1], secant[::-1])])
    for k in range(1, len(x)):
        factor = below[k - 1] / diagonal[k - 1]
        diagonal[k] -= factor * above[k - 1]
        right[k] -= factor * right[k - 1]
    right[-1] /= diagonal[-1]
    for k in range(len(x) - 2, -1, -1):
        right[k] = (right[k] - above[k] * right[k + 1]) / diagonal[k]
    return right


def _at_end(h: Array, secant: Array) -> Array:
    """The side of the condition that the third derivative is continuous at the second point."""
    both = h[0] + h[1]
    return np.asarray(((h[0] + 2 * both) * h[1] * secant[0] + h[0] ** 2 * secant[1]) / both)
