"""Events of modular addition as certified curves in two parameters, as P -> infinity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from derive.modular.endpoints import COLD_END, NO_MEETING, NO_TRIPLE
from numerics.balls import ball, bits_of, precision
from numerics.continuation.certify import Point
from numerics.continuation.outline import Outline, Plan, Start, outlines
from numerics.continuation.result import Boundary, BoundaryCurve, BoundaryPoint, EndPoint, Window
from numerics.continuation.system import Pin, Sliced
from numerics.continuation.track import Stop
from numerics.continuation.window import (
    Axis,
    axes_of,
    edges,
    longest_step,
    ranges,
    require_points,
    shown,
    spans,
)
from numerics.errors import ParameterError, Undecided
from numerics.isolate import isolate
from numerics.modular.boundary_system import BoundarySystem
from numerics.modular.critical import notes
from numerics.modular.functions import PARAMETERS, critical_tau, event_values, full_ring, powers
from numerics.modular.functions import values as in_order
from numerics.modular.results import STABLE_ZERO, require
from numerics.outcome import Status
from numerics.refine import refine

EVENTS = ("birth", "coexistence", "instability", "gmfl2")
_SEARCH_BITS = 128
COMPLETE = (
    "all curves: in logarithms an event is a line or e^L1 + e^L2 = 1 with linear L1 and L2, which "
    "never closes, so every curve meets an edge"
)


@dataclass(frozen=True)
class _Request:
    event: str
    names: tuple[str, str]
    theory: str
    parameters: Mapping[str, Fraction]
    window: Window
    points: int
    digits: int


def boundary(
    parameters: Mapping[str, Fraction],
    event: str,
    names: tuple[str, str] = ("sigma2", "sigma_a2"),
    theory: str = "derived",
    window: Window | None = None,
    points: int = 200,
    digits: int = 15,
    tell: Callable[[], None] = lambda: None,
) -> Boundary:
    """All curves of an event in a window of two parameters, the others fixed.

    Points, links and arguments as for the teacher-student model. Every curve meets an edge of the
    window, so a certified result has all of them, and an absence is proved. Raises ParameterError
    for names and ranges that make no sense.

    >>> from numerics.parameters import preset
    >>> found = boundary(preset("fig3"), "coexistence", points=5)
    >>> found.status.value, [len(c.points) for c in found.curves]
    ('certified', [5])
    """
    if event not in EVENTS:
        raise ParameterError(f"unknown event {event!r}: choose {', '.join(EVENTS)}")
    require_points(points)
    chosen = ranges(parameters, names, window or {})
    for name in names:
        require(event, name, theory, digits)
    asked = _Request(event, names, theory, parameters, chosen, points, digits)
    if event == "instability":
        return _result(asked, Status.ABSENT, (), STABLE_ZERO)
    try:
        found, system = _found(asked)
    except Undecided as doubt:
        return _result(asked, Status.UNDECIDED, (), str(doubt))
    curves = tuple(_curve(asked, system, o) for o in found)
    gaps = sum(curve.undecided for curve in curves)
    if gaps or any(o.stop is Stop.STUCK for o in found):
        reason = f"{gaps} pairs of neighbours are not proved to be joined"
        return _result(asked, Status.UNDECIDED, curves, reason)
    status = Status.CERTIFIED if curves else Status.ABSENT
    return _result(asked, status, curves, f"{COMPLETE}; searched {shown(chosen)}")


def _found(asked: _Request) -> tuple[list[Outline], BoundarySystem]:
    axes = axes_of(asked.window)
    system = BoundarySystem(asked.event, asked.theory, axes, asked.parameters)
    starts = [
        Start(point, edge)
        for pin, edge in edges(axes, asked.window, 0)
        for point in _on_line(asked, system, pin)
    ]
    step = longest_step(axes, asked.window)
    plan = Plan(spans(axes, asked.window), step, asked.points, bits_of(asked.digits), (0, 1))
    return outlines(system, starts, plan), system


def _on_line(asked: _Request, system: BoundarySystem, pin: Pin) -> list[Point]:
    """All points of the event on an edge, certified. Raises :class:`Undecided`."""
    other: Axis = system.axes[1 - pin.index]
    sliced = Sliced(system, pin)
    with precision(_SEARCH_BITS):
        low, high = (other.coordinate(v) for v in asked.window[other.name])
        found = isolate(sliced, [low.union(high)])
    if not found.complete:
        raise Undecided(f"on {system.axes[pin.index].name}={pin.exact} the search did not finish")
    points = []
    for zero in found.zeros:
        proved = refine(sliced, zero, bits_of(asked.digits))
        with precision(bits_of(asked.digits)):
            points.append(Point(tuple(sliced.full(proved)), pin))
    return points


def _curve(asked: _Request, system: BoundarySystem, outline: Outline) -> BoundaryCurve:
    with precision(bits_of(asked.digits)):
        points = tuple(_point(asked, system, p) for p in outline.arc.points)
    first, last = (_end(system, end) for end in outline.ends)
    return BoundaryCurve(points, outline.arc.links, (first, last))


def _end(system: BoundarySystem, end: Start | None) -> str:
    if end is None or end.point.pin is None:
        return "undecided"
    return f"{system.axes[end.point.pin.index].name}={end.point.pin.exact}"


def _point(asked: _Request, system: BoundarySystem, point: Point) -> BoundaryPoint:
    """u, x and a at a point: a = sigma^2/tau at the end of GMFL-I, and 1 before coexistence."""
    at = system.parameters(point.box)
    ordered = [at[str(s)] for s in PARAMETERS]
    coupling, position, tau, _ = event_values(asked.event, asked.theory)(*ordered)
    factor = at["sigma2"] / tau if asked.event == "gmfl2" else arb(1)
    pin = point.pin
    exact = {} if pin is None else {system.axes[pin.index].name: pin.exact}
    state = {"u": coupling, "x": position, "a": factor}
    return BoundaryPoint({name: at[name] for name in asked.names}, state, exact)


def _result(
    asked: _Request, status: Status, curves: tuple[BoundaryCurve, ...], reason: str
) -> Boundary:
    along = next((name for name in asked.names if name in ("N", "P")), asked.names[0])
    return Boundary(
        asked.event,
        asked.names,
        asked.theory,
        "thermodynamic",
        status,
        asked.window,
        curves,
        _end_points(asked),
        reason,
        notes(asked.theory, along),
    )


def _end_points(asked: _Request) -> tuple[EndPoint, ...]:
    """What a curve of this event ends at, or why it does not."""
    if asked.event == "instability":
        return ()
    if asked.event != "gmfl2":
        return (EndPoint("end inside the domain", Status.ABSENT, {}, NO_MEETING),)
    triple = EndPoint("meeting with coexistence", Status.ABSENT, {}, NO_TRIPLE)
    if "sigma2" not in asked.names:
        return (triple,)
    other = next(name for name in asked.names if name != "sigma2")
    power = powers(full_ring(asked.theory))[other] - powers(critical_tau("gmfl2"))[other]
    if not power:
        reason = f"Lambda/tau_c does not depend on {other}"
        return triple, EndPoint("cold end", Status.ABSENT, {}, reason)
    with precision(bits_of(asked.digits)):
        at = in_order(asked.parameters)
        _, _, tau, full = event_values("gmfl2", asked.theory)(*at)
        value = ball(asked.parameters[other]) * (tau / full) ** ball(1 / power)
    cold = EndPoint("cold end", Status.CERTIFIED, {"sigma2": arb(0), other: value}, COLD_END)
    return triple, cold
