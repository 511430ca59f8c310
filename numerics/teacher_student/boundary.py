"""Birth, coexistence and instability as certified curves in two parameters, as d -> infinity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from derive.assumptions import Assumption
from derive.teacher_student.action import action
from numerics.balls import bits_of, interval, positive, precision
from numerics.continuation.certify import Point
from numerics.continuation.outline import Outline, Plan, Start, outlines
from numerics.continuation.result import Boundary, BoundaryCurve, BoundaryPoint, EndPoint, Window
from numerics.continuation.system import Pin, Sliced
from numerics.continuation.track import Stop
from numerics.continuation.window import (
    axes_of,
    edges,
    halves,
    longest_step,
    own_lines,
    ranges,
    require_points,
    shown,
    spans,
)
from numerics.errors import ParameterError, Undecided
from numerics.isolate import Box, isolate
from numerics.outcome import Status
from numerics.refine import refine
from numerics.teacher_student.boundary_complete import (
    NOT_EXCLUDED,
    REAL_SIZES,
    SIZES,
    no_closed_curve,
)
from numerics.teacher_student.boundary_ends import end_points
from numerics.teacher_student.boundary_system import SIGNED, BoundarySystem
from numerics.teacher_student.critical import LARGEST_GAP_LOG, SEARCH_BITS, STABLE_ZERO
from numerics.teacher_student.functions import curve, order_parameters

EVENTS = ("birth", "coexistence", "instability")
NO_CUBIC = "with epsilon = 0 the residual has no cubic mode and S is convex in rho"


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
    names: tuple[str, str] = ("sigma2", "epsilon"),
    theory: str = "derived",
    window: Window | None = None,
    points: int = 200,
    digits: int = 15,
    tell: Callable[[], None] = lambda: None,
) -> Boundary:
    """All curves of an event in a window of two parameters, the others fixed.

    Each curve is a list of certified points, one parameter exact and the other a ball of
    ``digits`` digits, with a proof between neighbours that they lie on one branch or the word
    undecided. The starts are all zeros on the window's edges and on the lines through the
    parameters' own values, found by exclusion. ``window`` gives a range for a name; the default
    is a third to three times the own value, both signs for epsilon. Raises ParameterError for
    names and ranges that make no sense.

    >>> from numerics.parameters import preset
    >>> found = boundary(preset("fig2"), "instability")
    >>> found.status.value, len(found.curves)
    ('absent', 0)
    """
    if event not in EVENTS:
        raise ParameterError(f"unknown event {event!r}: choose {', '.join(EVENTS)}")
    require_points(points)
    chosen = ranges(parameters, names, window or {}, SIGNED)
    asked = _Request(event, names, theory, parameters, chosen, points, digits)
    if event == "instability":
        return _result(asked, Status.ABSENT, (), STABLE_ZERO)
    if SIGNED not in names and parameters[SIGNED] == 0:
        return _result(asked, Status.ABSENT, (), NO_CUBIC)
    curves: list[BoundaryCurve] = []
    doubts: list[str] = []
    for part in halves(chosen, SIGNED):
        found, doubt = _curves_in(asked, part, tell)
        curves += found
        doubts += doubt
    gaps = sum(c.undecided for c in curves)
    doubts += [f"{gaps} pairs of neighbours are not proved to be joined"] if gaps else []
    if doubts:
        return _result(asked, Status.UNDECIDED, tuple(curves), "; ".join(doubts))
    none = Status.UNDECIDED if no_closed_curve(names) is None else Status.ABSENT
    status = Status.CERTIFIED if curves else none
    return _result(asked, status, tuple(curves), _reason(asked, bool(curves)))


def _curves_in(
    asked: _Request, window: Window, tell: Callable[[], None]
) -> tuple[list[BoundaryCurve], list[str]]:
    """The curves of a window whose epsilon keeps its sign, and what remains in doubt."""
    axes = axes_of(window, SIGNED)
    system = BoundarySystem(asked.event, asked.theory, axes, asked.parameters)
    starts: list[Start] = []
    doubts: list[str] = []
    lines = [
        *edges(axes, window, 1),
        *((p, None) for p in own_lines(axes, window, asked.parameters, 1)),
    ]
    for pin, edge in lines:
        try:
            starts += [Start(point, edge) for point in _on_line(asked, system, window, pin)]
        except Undecided as doubt:
            doubts.append(str(doubt))
    limits = [(0.0, float("inf")), *spans(axes, window)]
    step = longest_step(axes, window)
    plan = Plan(limits, step, asked.points, bits_of(asked.digits), (1, 2))
    found = outlines(system, starts, plan, tell)
    stuck = [o for o in found if o.stop is Stop.STUCK]
    doubts += ["a curve could not be followed to its end"] if stuck else []
    return [_curve(asked, system, o) for o in found], doubts


def _on_line(asked: _Request, system: BoundarySystem, window: Window, pin: Pin) -> list[Point]:
    """All the event's points with one parameter fixed and the other in its range, certified."""
    plain = BoundarySystem(asked.event, asked.theory, system.axes, asked.parameters, balanced=False)
    sliced = Sliced(plain, pin)
    with precision(SEARCH_BITS):
        other = system.axes[2 - pin.index]
        low, high = (other.coordinate(v) for v in window[other.name])
        box = [interval(0, LARGEST_GAP_LOG), low.union(high)]
        found = isolate(sliced, box, lambda part: _possible(asked, plain, sliced.full(part)))
    if not found.complete:
        raise Undecided(
            f"on {system.axes[pin.index - 1].name}={pin.exact} {len(found.undecided)} boxes remain "
            "neither excluded nor proved"
        )
    points = []
    for zero in found.zeros:
        proved = refine(Sliced(system, pin), zero, bits_of(asked.digits))
        with precision(bits_of(asked.digits)):
            full = sliced.full(proved)
            if _admissible(asked, system, full):
                points.append(Point(tuple(full), pin))
    return points


def _residual(asked: _Request, system: BoundarySystem, box: Box) -> tuple[arb, arb, dict[str, arb]]:
    """rho, b and the parameters at a box."""
    at = system.arguments(box)
    ratio = curve(asked.event, asked.theory)(at["rho"], at["sigma_w2"])[0]
    return at["rho"], ratio * at[SIGNED], at


def _possible(asked: _Request, system: BoundarySystem, box: Box) -> bool:
    """Whether 0 < b < 1 is possible somewhere in the box."""
    _, b, _ = _residual(asked, system, box)
    return not (b <= 0 or b >= 1)


def _admissible(asked: _Request, system: BoundarySystem, box: Box) -> bool:
    """Whether 0 < rho < 1/2 and 0 < b < 1 hold at a proved point. Raises :class:`Undecided`."""
    rho, b, _ = _residual(asked, system, box)
    signs = [positive(value) for value in (rho, 1 - 2 * rho, b, 1 - b)]
    if None in signs:
        raise Undecided(f"rho = {rho.str(5)}, b = {b.str(5)}: their range is not proved")
    return all(signs)


def _curve(asked: _Request, system: BoundarySystem, outline: Outline) -> BoundaryCurve:
    with precision(bits_of(asked.digits)):
        points = tuple(_point(asked, system, p) for p in outline.arc.points)
    if outline.stop is Stop.CLOSED:
        return BoundaryCurve(points, outline.arc.links, ("closed", "closed"))
    first, last = (_end(system, end) for end in outline.ends)
    return BoundaryCurve(points, outline.arc.links, (first, last))


def _end(system: BoundarySystem, end: Start | None) -> str:
    if end is None or end.point.pin is None:
        return "undecided"
    return f"{system.axes[end.point.pin.index - 1].name}={end.point.pin.exact}"


def _point(asked: _Request, system: BoundarySystem, point: Point) -> BoundaryPoint:
    rho, b, at = _residual(asked, system, list(point.box))
    if not _admissible(asked, system, list(point.box)):
        raise Undecided(f"rho = {rho.str(5)}, b = {b.str(5)} is no state of the zero branch")
    q = order_parameters(asked.theory)(rho, at["sigma_w2"])[0].sqrt()
    u = at["n"] ** 2 * at["sigma_a2"] / (at["sigma2"] ** 2 * at["d"] * at["N"])
    values = {name: at[name] for name in asked.names}
    state = {"u": u, "q": q, "rho": rho, "b": b}
    pin = point.pin
    exact = {} if pin is None else {system.axes[pin.index - 1].name: pin.exact}
    return BoundaryPoint(values, state, exact)


def _reason(asked: _Request, any_curve: bool) -> str:
    parts = [shown(part) for part in halves(asked.window, SIGNED)]
    where, proof = " and in ".join(parts), no_closed_curve(asked.names)
    if proof is not None:
        what = "all curves in" if any_curve else "no curve in"
        return f"{what} {where}: {proof}, so that none is closed and each meets an edge"
    what = "all curves that meet" if any_curve else "no zero on"
    return f"{what} the edges of {where} or the lines through the own values; {NOT_EXCLUDED}"


def _result(
    asked: _Request, status: Status, curves: tuple[BoundaryCurve, ...], reason: str
) -> Boundary:
    ends: tuple[EndPoint, ...] = ()
    if asked.event != "instability":
        ends = end_points(asked.parameters, asked.event, asked.theory, asked.digits)
    statements = (*action(asked.theory).assumptions, Assumption.ZERO_BRANCH)
    sizes = (REAL_SIZES,) if set(SIZES) & set(asked.names) else ()
    assumptions = (*(a.value for a in statements), *sizes)
    return Boundary(
        asked.event,
        asked.names,
        asked.theory,
        "thermodynamic",
        status,
        asked.window,
        curves,
        ends,
        reason,
        assumptions,
    )
