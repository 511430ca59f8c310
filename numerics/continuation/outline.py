"""All arcs of a curve in a window that pass through given certified starts, each arc once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from binodal.numerics.balls import precision
from binodal.numerics.continuation.certify import LINK_BITS, Arc, Point, arc
from binodal.numerics.continuation.system import CurveSystem, Vector, floats
from binodal.numerics.continuation.track import (
    Stop,
    Track,
    Window,
    at_coordinate,
    spaced,
    tangent,
    track,
)

_SAME = 1e-7
_DENSE = 4


@dataclass(frozen=True)
class Start:
    """A certified point to begin at; ``edge`` is (coordinate, -1 low or 1 high), or None inside."""

    point: Point
    edge: tuple[int, int] | None = None

    @property
    def at(self) -> Vector:
        """The point in double precision."""
        return floats(self.point.box)


@dataclass(frozen=True)
class Outline:
    """An arc, how it ended, and the edge starts at its two ends where it has them."""

    arc: Arc
    stop: Stop
    ends: tuple[Start | None, Start | None]


@dataclass(frozen=True)
class Plan:
    """How to follow and certify: longest step, points an arc, precision, coordinates to pin."""

    window: Window
    step: float
    count: int
    bits: int
    pinnable: tuple[int, ...]


def outlines(
    system: CurveSystem,
    starts: Sequence[Start],
    plan: Plan,
    tell: Callable[[], None] = lambda: None,
) -> list[Outline]:
    """Every arc through the starts. Starts that an earlier arc already passes are skipped."""
    curves: list[Outline] = []
    tracks: list[Track] = []
    for start in sorted(starts, key=lambda s: s.edge is None):
        with precision(LINK_BITS):
            if any(_passes(system, t, start) for t in tracks):
                continue
            followed = _followed(system, start, plan)
        tracks.append(followed)
        first = start if start.edge is not None else _edge_start(followed.points[0], starts)
        ends = first, _edge_start(followed.points[-1], starts)
        if followed.stop is Stop.CLOSED:
            ends = start, start
        polyline = spaced(followed.points, plan.count)
        given = tuple(end.point if end is not None else None for end in ends)
        proved = arc(system, polyline, plan.bits, plan.pinnable, (given[0], given[1]), tell)
        curves.append(Outline(proved, followed.stop, ends))
    return curves


def _followed(system: CurveSystem, start: Start, plan: Plan) -> Track:
    """From an edge inwards; from inside in both directions, joined at the start."""
    direction = tangent(system, start.at)
    if start.edge is not None:
        index, side = start.edge
        inwards = direction if direction[index] * side < 0 else -direction
        return track(system, start.at, inwards, plan.window, plan.step)
    ahead = track(system, start.at, direction, plan.window, plan.step)
    if ahead.stop is Stop.CLOSED:
        return ahead
    back = track(system, start.at, -direction, plan.window, plan.step)
    stop = Stop.STUCK if Stop.STUCK in (ahead.stop, back.stop) else ahead.stop
    return Track((*back.points[::-1], *ahead.points[1:]), stop, ahead.edge)


def _edge_start(places: Vector, starts: Sequence[Start]) -> Start | None:
    """The edge start at a track's end, which was computed independently of it."""
    near = [s for s in starts if s.edge is not None and np.abs(s.at - places).max() < _SAME]
    return near[0] if near else None


def _passes(system: CurveSystem, followed: Track, start: Start) -> bool:
    """Whether a track runs through a start: solve for it wherever it crosses its hyperplane."""
    pin = start.point.pin
    if pin is None:
        return False
    value = float(start.at[pin.index])
    dense = spaced(followed.points, _DENSE * len(followed.points))
    gaps = np.array([x[pin.index] - value for x in dense])
    touched = np.abs(gaps[:-1]) + np.abs(gaps[1:]) > np.abs(gaps[:-1] + gaps[1:])
    close = np.abs(gaps[:-1]) < _SAME
    for k in np.flatnonzero(touched | close | np.append(close[1:], abs(gaps[-1]) < _SAME)):
        there = at_coordinate(system, dense[k], pin.index, value)
        if there is not None and np.abs(there - start.at).max() < _SAME:
            return True
    return False
