"""Pseudo-arclength continuation in floats: a polyline along a curve, through its folds.

Nothing here is proved; :mod:`binodal.numerics.continuation.certify` decides what the polyline is
worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from binodal.numerics.continuation.spline import spline
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
    at, anchor = start.copy(), start if through is None else through
    for _ in range(_CORRECTIONS):
        value, jacobian = approximate(system, at)
        normal = _null(jacobian) if normal is None else normal
        matrix = np.vstack([jacobian, normal])
        side = np.append(value, normal @ (at - anchor))
        if not (np.isfinite(matrix).all() and np.isfinite(side).all()):
            return None
        try:
            move = np.linalg.solve(matrix, side)
        except np.linalg.LinAlgError:
            return None
        at = at - move
        if np.abs(move).max() < _CLOSE * (1 + np.abs(at).max()):
            return at
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
