"""Boundaries in a limit where all curves are found by exclusion and proved with balls."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from flint import arb

from binodal.numerics.balls import bits_of, precision
from binodal.numerics.continuation.boundaries import Boundaries, Found, Request
from binodal.numerics.continuation.certify import Point
from binodal.numerics.continuation.outline import Outline, Plan, Start, outlines
from binodal.numerics.continuation.result import BoundaryCurve, BoundaryPoint, Window
from binodal.numerics.continuation.system import CurveSystem, Pin, Sliced
from binodal.numerics.continuation.track import Stop
from binodal.numerics.continuation.window import (
    Axis,
    axes_of,
    edges,
    halves,
    longest_step,
    own_lines,
    shown,
    spans,
)
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box, isolate
from binodal.numerics.outcome import Status
from binodal.numerics.refine import refine

SEARCH_BITS = 128
NOT_EXCLUDED = "closed curves that meet neither are not excluded"


class EventSystem(CurveSystem, Protocol):
    """A curve whose coordinates from ``first`` on are those of the window's two axes."""

    axes: tuple[Axis, ...]
    first: int


S = TypeVar("S", bound=EventSystem)


@dataclass(frozen=True)
class Search(Generic[S]):
    """What isolates an event's points: a system, ranges of the coordinates before the axes'.

    ``keep`` may drop a part of the box by its own proof.
    """

    system: S
    before: Box = field(default_factory=list)
    keep: Callable[[Box], bool] = lambda box: True


class CertifiedBoundaries(Boundaries, Generic[S]):
    """Curves of certified points, with a proof between neighbours that they lie on one branch.

    One parameter of a point is exact and the other a ball. The starts are all zeros on the edges
    of the window and, where a curve may miss these or one is undecided, on the lines through the
    parameters' own values.
    """

    limit = "thermodynamic"

    @abstractmethod
    def system(self, request: Request, axes: tuple[Axis, ...]) -> S:
        """The event as a curve."""

    @abstractmethod
    def state(self, request: Request, system: S, box: Box) -> tuple[dict[str, arb], dict[str, arb]]:
        """All parameters and the state at a proved point."""

    def reason(self, request: Request, any_curve: bool) -> str:
        """What the search covered, and why nothing is missed or what may be."""
        what = "all curves that meet" if any_curve else "no zero on"
        where = " and in ".join(shown(part) for part in halves(request.window, self.signed))
        return f"{what} the edges of {where} or the lines through the own values; {NOT_EXCLUDED}"

    def search(self, request: Request, system: S) -> Search[S]:
        """How the event's points on a line are isolated."""
        return Search(system)

    def admissible(self, request: Request, system: S, box: Box) -> bool:
        """Whether a proved zero is a point of the event. Raises :class:`Undecided`."""
        return True

    def may_miss_edges(self, request: Request) -> bool:
        """Whether a curve in the window need not meet its edges."""
        return False

    def before(self, system: S) -> list[tuple[float, float]]:
        """The ranges of the coordinates before the axes', in which a curve is followed."""
        return [(0.0, float("inf"))] * system.first

    def found(self, request: Request) -> Found:
        """The curves in every part of the window where no parameter changes its sign."""
        curves: list[BoundaryCurve] = []
        doubts: list[str] = []
        for part in halves(request.window, self.signed):
            in_part, doubts_of_part = self._curves_in(request, part)
            curves += in_part
            doubts += doubts_of_part
        gaps = sum(curve.undecided for curve in curves)
        doubts += [f"{gaps} pairs of neighbours are not proved to be joined"] if gaps else []
        if doubts:
            return Status.UNDECIDED, tuple(curves), "; ".join(doubts)
        absent = Status.UNDECIDED if self.may_miss_edges(request) else Status.ABSENT
        status = Status.CERTIFIED if curves else absent
        return status, tuple(curves), self.reason(request, bool(curves))

    def _curves_in(self, request: Request, window: Window) -> tuple[list[BoundaryCurve], list[str]]:
        """The curves of a part of the window, and what remains in doubt."""
        axes = axes_of(window, self.signed)
        system = self.system(request, axes)
        first = system.first
        starts, doubts = self._starts(request, system, window)
        limits = [*self.before(system), *spans(axes, window)]
        step, bits = longest_step(axes, window), bits_of(request.digits)
        plan = Plan(limits, step, request.points, bits, (first, first + 1))
        traced = outlines(system, starts, plan, request.tell)
        stuck = any(outline.stop is Stop.STUCK for outline in traced)
        doubts += ["a curve could not be followed to its end"] if stuck else []
        return [self._curve(request, system, outline) for outline in traced], doubts

    def _starts(self, request: Request, system: S, window: Window) -> tuple[list[Start], list[str]]:
        """The event's points on the lines that are searched, and what remains in doubt."""
        starts: list[Start] = []
        doubts: list[str] = []

        def search(pin: Pin, edge: tuple[int, int] | None) -> None:
            try:
                points = self.on_line(request, system, window, pin)
                starts.extend(Start(point, edge) for point in points)
            except Undecided as doubt:
                doubts.append(str(doubt))

        for pin, edge in edges(system.axes, window, system.first):
            search(pin, edge)
        if doubts or self.may_miss_edges(request):
            for pin in own_lines(system.axes, window, request.parameters, system.first):
                search(pin, None)
        return starts, doubts

    def on_line(self, request: Request, system: S, window: Window, pin: Pin) -> list[Point]:
        """All the event's points with one parameter fixed and the other in its range, certified."""
        bits, points = bits_of(request.digits), []
        with precision(SEARCH_BITS):
            search = self.search(request, system)
            sliced = Sliced(search.system, pin)
            other = system.axes[1 - (pin.index - system.first)]
            low, high = (other.coordinate(value) for value in window[other.name])
            box = [*search.before, low.union(high)]
            isolation = isolate(sliced, box, lambda part: search.keep(sliced.full(part)))
        if not isolation.complete:
            raise Undecided(
                f"on {_shown(system, pin)} {len(isolation.undecided)} boxes remain neither "
                "excluded nor proved"
            )
        for zero in isolation.zeros:
            proved = refine(Sliced(system, pin), zero, bits)
            with precision(bits):
                full = sliced.full(proved)
                if self.admissible(request, system, full):
                    points.append(Point(tuple(full), pin))
        return points

    def _curve(self, request: Request, system: S, outline: Outline) -> BoundaryCurve:
        with precision(bits_of(request.digits)):
            points = tuple(self._point(request, system, point) for point in outline.arc.points)
        if outline.stop is Stop.CLOSED:
            return BoundaryCurve(points, outline.arc.links, ("closed", "closed"))
        first, last = (_end(system, end) for end in outline.ends)
        return BoundaryCurve(points, outline.arc.links, (first, last))

    def _point(self, request: Request, system: S, point: Point) -> BoundaryPoint:
        values, state = self.state(request, system, list(point.box))
        pin = point.pin
        exact = {} if pin is None else {_axis(system, pin).name: pin.exact}
        return BoundaryPoint({name: values[name] for name in request.names}, state, exact)


def _axis(system: EventSystem, pin: Pin) -> Axis:
    return system.axes[pin.index - system.first]


def _shown(system: EventSystem, pin: Pin) -> str:
    return f"{_axis(system, pin).name}={pin.exact}"


def _end(system: EventSystem, end: Start | None) -> str:
    if end is None or end.point.pin is None:
        return "undecided"
    return _shown(system, end.point.pin)
