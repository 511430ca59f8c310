"""Where curves of birth and coexistence end inside the window, certified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.models.single_index.numerics.boundary_system import BoundarySystem
from binodal.models.single_index.numerics.saddles import Landscape, Stationary
from binodal.models.single_index.numerics.setting import Setting
from binodal.numerics.balls import ball, bits_of, positive, precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.continuation.boundaries import Curves, Request
from binodal.numerics.continuation.result import BoundaryCurve, BoundaryPoint, EndPoint
from binodal.numerics.continuation.window import axes_of
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box
from binodal.numerics.outcome import Status
from binodal.numerics.refine import refine

_ENDS = Forms("binodal.models.single_index.forms.ends").functions("end", "boxes")
_SIGN = {"meeting": 2, "m": 3, "l": 3}
"""Which row changes its sign along a curve."""
CUSP = "critical point"
MEETING = "end of coexistence"
_VANISHED = "end of a feature"
_REASONS = {
    CUSP: "two births meet in a cusp: inside it two feature minima of one neuron stand beside each "
    "other, and the line on which they are equally deep ends here",
    _VANISHED: "two births meet in a cusp: inside it a feature minimum stands between two saddles",
    MEETING: "the feature ceases to be a minimum as deep as the zero state: coexistence and birth "
    "meet",
}


class EndSystem(BoundarySystem):
    """A cusp of births or a meeting of birth and coexistence: as many rows as unknowns."""

    forms, derivatives, spare = _ENDS, 4, 0


class Ends:
    """The end points on an event's curves, found where a row changes its sign along them."""

    def __init__(self, setting: Setting, request: Request) -> None:
        self._setting, self._event, self._bits = setting, request.event, bits_of(request.digits)
        self._axes = axes_of(request.window)
        names = ("meeting",) if request.event == "coexistence" else ("m", "l")
        self._systems = {
            name: EndSystem(setting, name, self._axes, request.parameters) for name in names
        }
        self._kind = MEETING if request.event == "coexistence" else CUSP

    def on(self, curve: BoundaryCurve) -> list[EndPoint | None]:
        """Between a point and the next, for each pair of neighbours."""
        return [self._between(one, other) for one, other in pairwise(curve.points)]

    def of_minima(self, point: BoundaryPoint) -> bool:
        """Whether a coexistence is that of a minimum."""
        with precision(self._bits):
            return bool(self._systems["meeting"].value(self._box(point))[_SIGN["meeting"]] > 0)

    def _between(self, one: BoundaryPoint, other: BoundaryPoint) -> EndPoint | None:
        with precision(self._bits):
            boxes = [self._box(point) for point in (one, other)]
            names, nulls = zip(*map(self._chart, boxes), strict=True)
            signs = [
                positive(self._systems[name].value(box)[_SIGN[name]])
                for name, box in zip(names, boxes, strict=True)
            ]
        # A null vector has no sign of its own: between neighbours it turns the shorter way.
        turned = bool(nulls[0] @ nulls[1] < 0)
        if None not in signs and (signs[0] == signs[1]) != turned:
            return None
        why = "a sign that changes where a curve ends is not proved"
        for name in dict.fromkeys(() if None in signs else (*names, *self._systems)):
            try:
                return self._proved(self._systems[name], boxes)
            except Undecided as doubt:
                why = str(doubt)
        return EndPoint(self._kind, Status.UNDECIDED, {}, why)

    def _proved(self, system: EndSystem, boxes: Sequence[Box]) -> EndPoint:
        ends = np.array([[float(x.mid()) for x in box] for box in boxes])
        middle, reach = ends.mean(axis=0), np.ptp(ends, axis=0).max()
        zero = refine(system, [arb(x) for x in middle], self._bits)
        with precision(self._bits):
            if not all(bool(abs(x - m) < reach) for x, m in zip(zero, middle, strict=True)):
                raise Undecided("what would end a curve lies off it")
            kind = self._of_cusp(system, zero) if self._kind == CUSP else MEETING
            values = self._values(system, zero)
        return EndPoint(kind, Status.CERTIFIED, values, _REASONS[kind])

    def _of_cusp(self, system: EndSystem, zero: Box) -> str:
        """By the sign of S's fourth derivative along the valley, which is tangent to n everywhere.

        There n . grad det = D, so that n . grad D has that sign where the valley is a minimum.
        """
        (mm, ml, *_), (_, ll, *_), _, (by_m, by_l, *_), *_ = system.jacobian(zero)
        chart = system is self._systems["m"]
        bend = ll * by_m - ml * by_l if chart else mm * by_l - ml * by_m
        rises, valley = positive(bend), positive(ll if chart else mm)
        if rises is None or not valley:
            raise Undecided("the shape of the action at a cusp of births has no proved sign")
        return CUSP if rises else _VANISHED

    def _values(self, system: EndSystem, zero: Box) -> dict[str, arb]:
        values, (m, r) = system.parameters(zero), (zero[0], zero[1].exp())
        own = {axis.name: values[axis.name] for axis in self._axes}
        return {**own, "u": system.couplings(zero)[0], "m": m, "r": r, "q": m * r}

    def _chart(self, box: Box) -> tuple[str, NDArray[np.float64]]:
        """Which row vanishes, of a cusp by the larger entry of the null vector, and that vector."""
        if self._kind == MEETING:
            return "meeting", np.ones(2)
        u, _, norm = self._systems["m"].couplings(box)
        beta = box[2] if self._systems["m"].first == 3 else arb(1)
        acting = self._setting.acting.items()
        modes = tuple(ball(y) * (beta if k == 1 else 1) for k, y in acting)
        rows = Stationary(Landscape(self._setting, u, norm, modes)).jacobian(box[:2])
        (mm, ml), (lm, ll) = ([float(x.mid()) for x in row] for row in rows)
        return ("m", np.array([ll, -lm])) if ll > mm else ("l", np.array([-ml, mm]))

    def _box(self, point: BoundaryPoint) -> Box:
        state = point.state
        beta = [state["b"] / ball(self._setting.teacher[1])] if "b" in state else []
        places = [(point.values[a.name] / ball(a.unit)).log() for a in self._axes]
        return [state["m"], state["r"].log(), *beta, *places]


def ended(
    setting: Setting, request: Request, curves: Curves
) -> tuple[Curves, tuple[EndPoint, ...]]:
    """Curves cut where a coexistence ceases to be one of a minimum, and all end points on them."""
    ends = Ends(setting, request)
    ends_of = [ends.on(curve) for curve in curves]
    points = tuple(end for row in ends_of for end in row if end is not None)
    if request.event != "coexistence":
        return curves, points
    parts = (part for curve, row in zip(curves, ends_of, strict=True) for part in _cut(curve, row))
    return tuple(part for part in parts if ends.of_minima(part.points[0])), points


def _cut(curve: BoundaryCurve, ends: Sequence[EndPoint | None]) -> Iterator[BoundaryCurve]:
    """The parts between end points."""
    places = [k + 1 for k, end in enumerate(ends) if end is not None]
    edges = [0, *places, len(curve.points)]
    for start, stop in pairwise(edges):
        first = curve.ends[0] if start == 0 else MEETING
        last = curve.ends[1] if stop == len(curve.points) else MEETING
        yield BoundaryCurve(curve.points[start:stop], curve.links[start : stop - 1], (first, last))
