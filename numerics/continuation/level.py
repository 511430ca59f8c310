"""Level curves of a float function of two coordinates: bracketed on lines, followed by steps.

Nothing is proved here: points are converged, neighbours are undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from binodal.numerics.bracketed import bracketed
from binodal.numerics.continuation.system import Vector
from binodal.numerics.continuation.track import Stop, Track, Window, leaves_at, runs_over
from binodal.numerics.errors import Undecided

Level = Callable[[Vector], float]
"""The function whose zeros are wanted; not-a-number where it does not exist."""

Samples = Callable[[Vector], Vector]
"""The function on the rows of an array at once."""

_SAMPLES = 41
_ITERATIONS = 9
_CLOSE = 1e-11
_SHORTEST = 1e-4
_MOST_STEPS = 5_000
_SMALL = 1e-6


@dataclass
class _Follower:
    level: Level
    window: Window
    at: Vector
    heading: Vector
    slope: float

    def step(self, length: float) -> Vector | None:
        """The zero on the normal through the predicted point; None if there is none close by."""
        predicted = self.at + length * self.heading
        normal = np.array([-self.heading[1], self.heading[0]])
        point = _secant(self.level, predicted, normal, self.slope, length)
        if point is None:
            return None
        moved, self.slope = point
        chord = moved - self.at
        self.at, self.heading = moved, chord / np.linalg.norm(chord)
        return moved


def _secant(
    level: Level, origin: Vector, normal: Vector, slope: float, length: float
) -> tuple[Vector, float] | None:
    """The zero along a line, started with a slope known from nearby, and the slope there."""
    before, place = level(origin), 0.0
    if not np.isfinite(before):
        return None
    following = -before / slope
    for _ in range(_ITERATIONS):
        if not np.isfinite(following) or abs(following) > length / 2:
            return None
        value = level(origin + following * normal)
        if not np.isfinite(value):
            return None
        if following != place and value != before:
            slope = (value - before) / (following - place)
        place, before = following, value
        following = place - value / slope
        if abs(following - place) < _CLOSE:
            return origin + following * normal, slope
    return None


def follow(level: Level, start: Vector, heading: Vector, window: Window, step: float) -> Track:
    """Follow a level curve from a point of it until it leaves the window, closes or stops.

    It stops where the function ceases to exist or jumps.
    """
    normal = np.array([-heading[1], heading[0]])
    small = step * 1e-4
    slope = (level(start + small * normal) - level(start - small * normal)) / (2 * small)
    follower = _Follower(level, window, start, heading, slope)
    points, length = [start], step / 4
    for _ in range(_MOST_STEPS):
        before, headed = follower.at, follower.heading
        following = follower.step(length)
        if following is None or follower.heading @ headed < 0.9:
            follower.at, follower.heading = before, headed
            length /= 2
            if length < _SHORTEST * step:
                return Track(tuple(points), Stop.STUCK)
            continue
        index = leaves_at(following, window)
        if index is not None:
            last = _on_edge(level, before, following, index, window)
            return Track((*points, last), Stop.EDGE, index)
        if len(points) > 3 and runs_over(before, following, start, headed, heading):
            return Track((*points, start), Stop.CLOSED)
        points.append(following)
        length = min(step, length * 1.4)
    return Track(tuple(points), Stop.STUCK)


def _on_edge(level: Level, inside: Vector, outside: Vector, index: int, window: Window) -> Vector:
    """The curve's point on the edge that the last chord crosses, near the chord."""
    low, high = window[index]
    value = low if outside[index] < low else high
    share = (value - inside[index]) / (outside[index] - inside[index])
    point = inside + share * (outside - inside)
    across = np.zeros(2)
    across[1 - index] = 1.0
    small = 1e-4 * float(np.linalg.norm(outside - inside))
    slope = (level(point + small * across) - level(point - small * across)) / (2 * small)
    corrected = _secant(level, point, across, slope, float(np.linalg.norm(outside - inside)))
    return point if corrected is None else corrected[0]


def on_line(level: Level, samples: Samples, start: Vector, end: Vector) -> Iterator[Vector]:
    """Zeros on a segment, by sampling and bracketing: sign changes between samples are found."""

    def along(share: float) -> float:
        return level(start + share * (end - start))

    shares = np.linspace(0.0, 1.0, _SAMPLES)
    values = samples(start + shares[:, None] * (end - start))
    above = np.where(np.isfinite(values), np.where(values > 0, 1.0, -1.0), np.nan)
    for k in np.flatnonzero(above[:-1] * above[1:] < 0):
        try:
            root = bracketed(along, shares[k], shares[k + 1], 1e-14)
        except Undecided:
            continue
        if abs(along(root)) <= _SMALL * max(abs(values[k]), abs(values[k + 1])):
            yield start + root * (end - start)


def gradient(level: Level, places: Vector, step: float) -> Vector:
    """Central differences."""
    moves = np.eye(2) * step
    return np.array([(level(places + m) - level(places - m)) / (2 * step) for m in moves])


def curves(
    level: Level,
    samples: Samples,
    lines: Sequence[tuple[Vector, Vector]],
    window: Window,
    step: float,
) -> list[Track]:
    """Every level curve through a zero on one of the lines, each once."""
    tracks: list[Track] = []
    for start, end in lines:
        for zero in on_line(level, samples, start, end):
            if not any(_near(track, zero, step) for track in tracks):
                tracks.append(_both_ways(level, zero, window, step))
    return tracks


def _both_ways(level: Level, zero: Vector, window: Window, step: float) -> Track:
    slope = gradient(level, zero, step * 1e-3)
    if not np.isfinite(slope).all() or not slope.any():
        return Track((zero,), Stop.STUCK)
    heading = np.array([-slope[1], slope[0]]) / np.linalg.norm(slope)
    ahead = follow(level, zero, heading, window, step)
    if ahead.stop is Stop.CLOSED:
        return ahead
    back = follow(level, zero, -heading, window, step)
    stop = Stop.STUCK if Stop.STUCK in (ahead.stop, back.stop) else ahead.stop
    return Track((*back.points[::-1], *ahead.points[1:]), stop, ahead.edge)


def _near(followed: Track, zero: Vector, step: float) -> bool:
    """Whether a zero lies on a followed polyline, to a hundredth of a step."""
    points = np.array(followed.points)
    starts, chords = points[:-1], np.diff(points, axis=0)
    squares = np.maximum((chords**2).sum(axis=1), 1e-300)
    shares = np.clip(((zero - starts) * chords).sum(axis=1) / squares, 0, 1)
    away = np.linalg.norm(starts + shares[:, None] * chords - zero, axis=1)
    return bool(len(away) and away.min() < step / 20)
