"""Boundaries at finite size: converged points along level curves, neighbours undecided."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from flint import arb

from binodal.numerics.continuation.boundaries import Boundaries, Found, Request
from binodal.numerics.continuation.certify import Link
from binodal.numerics.continuation.level import curves, gradient
from binodal.numerics.continuation.result import BoundaryCurve, BoundaryPoint, Window
from binodal.numerics.continuation.system import Vector
from binodal.numerics.continuation.track import Stop, Track, spaced
from binodal.numerics.continuation.window import Axis, axes_of, halves, longest_step, spans
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status

FloatParameters = dict[str, float]
ParameterLevel = Callable[[FloatParameters], float]
Describe = Callable[[FloatParameters], tuple[float, Mapping[str, float]]]
"""What vanishes; and at a point (the level of a finer computation, the state there)."""

Many = Callable[[dict[str, Vector]], Vector]
"""The level on arrays of parameters, where that is faster than one by one."""

UNPROVED = "computed by continuation in floats, without a proof"
COMPUTED = (
    "curves through the sign changes found on samples of the edges and of the lines through the "
    "own values, followed in floats; others may exist, and no connection is proved"
)
_DIFFERENCE = 1e-4
_FLOOR = 1e-11


@dataclass(frozen=True)
class Levels:
    """An event as a level curve: what vanishes, what a point is, and the level on arrays."""

    level: ParameterLevel
    describe: Describe
    many: Many | None = None


class ComputedBoundaries(Boundaries):
    """Curves of converged points with errors; nothing is proved of neighbours or of absences."""

    limit = "finite"

    @abstractmethod
    def levels(self, request: Request) -> Levels:
        """The event as a level curve."""

    def found(self, request: Request) -> Found:
        """The level curves; a scan without one proves nothing."""
        curves = tuple(_LevelCurves(request, self.signed, self.levels(request)).curves())
        if curves:
            return Status.CONVERGED, curves, COMPUTED
        return Status.UNDECIDED, (), f"no sign change found; {COMPUTED}"


class _LevelCurves:
    """The level curves of one event in a window, as points with errors."""

    def __init__(self, request: Request, signed: str, levels: Levels) -> None:
        self._own = {name: float(value) for name, value in request.parameters.items()}
        self._exact = request.parameters
        self._window, self._signed = request.window, signed
        self._points, self._tell = request.points, request.tell
        self._level, self._describe, self._many = levels.level, levels.describe, levels.many

    def curves(self) -> list[BoundaryCurve]:
        """All curves found."""
        traced = []
        for part in halves(self._window, self._signed):
            axes = axes_of(part, self._signed)
            step = longest_step(axes, part)

            def level(places: Vector, axes: Sequence[Axis] = axes) -> float:
                return self._level(self._at(axes, places))

            def samples(rows: Vector, axes: Sequence[Axis] = axes) -> Vector:
                if self._many is None:
                    return np.array([self._level(self._at(axes, row)) for row in rows])
                return self._many(self._columns(axes, rows))

            lines = self._lines(axes, part)
            tracks = curves(level, samples, lines, spans(axes, part), step)
            traced += [self._curve(axes, level, track) for track in tracks]
        return traced

    def _at(self, axes: Sequence[Axis], weights_at: Vector) -> FloatParameters:
        places = {
            a.name: float(x) if a.linear else float(a.unit) * float(np.exp(x))
            for a, x in zip(axes, weights_at, strict=True)
        }
        return {**self._own, **places}

    def _columns(self, axes: Sequence[Axis], rows: Vector) -> dict[str, Vector]:
        """The parameters on many points, one array each."""
        points = [self._at(axes, row) for row in rows]
        return {name: np.array([point[name] for point in points]) for name in self._own}

    def _lines(self, axes: Sequence[Axis], window: Window) -> list[tuple[Vector, Vector]]:
        """The lines through the own values, then the edges."""
        (left, right), (low, high) = spans(axes, window)
        own = [float(a.coordinate(self._exact[a.name]).mid()) for a in axes if self._exact[a.name]]
        lines = []
        if len(own) == 2:
            lines += [((left, own[1]), (right, own[1]))] if low < own[1] < high else []
            lines += [((own[0], low), (own[0], high))] if left < own[0] < right else []
        lines += [((left, low), (left, high)), ((right, low), (right, high))]
        lines += [((left, low), (right, low)), ((left, high), (right, high))]
        return [(np.array(start), np.array(end)) for start, end in lines]

    def _curve(
        self,
        axes: Sequence[Axis],
        level: Callable[[Vector], float],
        track: Track,
    ) -> BoundaryCurve:
        along = track.points
        places = spaced(along, self._points) if len(along) > 1 else list(along)
        made = []
        for place in places:
            made += self._point(axes, level, place)
            self._tell()
        links = tuple(Link(False, 0, UNPROVED) for _ in made[1:])
        ends = tuple(
            self._end(axes, point, track.stop) for point in (track.points[0], track.points[-1])
        )
        return BoundaryCurve(tuple(made), links, (ends[0], ends[1]))

    def _end(self, axes: Sequence[Axis], places: Vector, stop: Stop) -> str:
        """The edge that a track ends on, or what else stopped it."""
        if stop is Stop.CLOSED:
            return "closed"
        for (low, high), x, axis in zip(spans(axes, self._part(axes)), places, axes, strict=True):
            for value, edge in zip((low, high), self._part(axes)[axis.name], strict=True):
                if abs(x - value) < 1e-7:
                    return f"{axis.name}={edge}"
        return "where the event ceases to be found"

    def _part(self, axes: Sequence[Axis]) -> Window:
        """The half of the window that these axes belong to."""
        parts = halves(self._window, self._signed)
        same = (p for p in parts if all(p[a.name][0] == a.unit for a in axes))
        return next(same)

    def _point(
        self, axes: Sequence[Axis], level: Callable[[Vector], float], near: Vector
    ) -> list[BoundaryPoint]:
        """The point after a Newton step along the gradient; none where the level does not exist."""
        slope = gradient(level, near, _DIFFERENCE)
        square = float(slope @ slope)
        point = near - level(near) * slope / square if square > 0 else near
        places = self._at(axes, point)
        try:
            finer, state = self._describe(places)
        except Undecided:
            return []
        if not (np.isfinite(point).all() and np.isfinite(finer)):
            return []
        error = (abs(finer) + abs(level(point))) / np.sqrt(square) + _FLOOR
        values = {
            a.name: arb(places[a.name], float(error) * (1.0 if a.linear else places[a.name]))
            for a in axes
        }
        return [BoundaryPoint(values, {name: _rough(v, float(error)) for name, v in state.items()})]


def _rough(value: float, error: float) -> arb:
    """A state's value; its error is taken as thousand times the parameters'."""
    return arb(value, abs(value) * max(1e-7, 1e3 * error))
