"""Condensation of the zero branch as certified curves in two parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from flint import arb

from binodal.models.single_index.numerics.boundary_system import BoundarySystem, SettingBoundaries
from binodal.models.single_index.numerics.box_state import BoxState
from binodal.models.single_index.numerics.condensation import (
    CONDENSATION,
    Growth,
    condensation_arguments,
    condensations,
    place_of_growth,
)
from binodal.models.single_index.numerics.notes import assumptions
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball, bits_of, precision
from binodal.numerics.codegen.forms import Compiled
from binodal.numerics.continuation.boundaries import Found, Request
from binodal.numerics.continuation.certify import Point
from binodal.numerics.continuation.result import BoundaryPoint, Window
from binodal.numerics.continuation.system import Pin
from binodal.numerics.continuation.window import Axis
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box
from binodal.numerics.outcome import Status

_INSIDE, _EDGE = "inside", "edge"
_ANYWHERE = (-float("inf"), float("inf"))


def _rows(kind: str, modes: tuple[int, ...], branch: bool) -> Mapping[str, Compiled]:
    return CONDENSATION(modes, branch, kind == _INSIDE)


class CondensationSystem(BoundarySystem):
    """The event's rows in (m if it is inside, beta if it moves, x, y)."""

    forms = staticmethod(_rows)

    def __init__(
        self,
        setting: Setting,
        edge: float | None,
        axes: tuple[Axis, ...],
        parameters: Mapping[str, Fraction],
    ) -> None:
        super().__init__(setting, _INSIDE if edge is None else _EDGE, axes, parameters)
        self.edge = edge
        self.first -= 1 if edge is None else 2
        self.rows = self.first + 1

    def _with_powers(self, box: Sequence[arb], k: int) -> list[arb]:
        inner = [*([] if self.edge is None else [arb(self.edge)]), *box[: self.first]]
        return condensation_arguments(self._setting, inner, self.couplings(box), self._powers[k])


class CondensationBoundaries(SettingBoundaries[CondensationSystem]):
    """Curves through all condensations on the edges of a window and on the own values' lines."""

    events = ("condensation",)

    def system(self, request: Request, axes: tuple[Axis, ...]) -> CondensationSystem:
        """By where neurons condense on the first line on which they do, m = 1 without one."""
        for axis, held in (axes, axes[::-1]):
            for value in (request.parameters[held.name], *request.window[held.name]):
                system = self._on(request, axis, held, value)
                if system:
                    return CondensationSystem(
                        self._setting, _edge(system[0][1]), axes, request.parameters
                    )
        return CondensationSystem(self._setting, 1.0, axes, request.parameters)

    def _on(
        self, request: Request, axis: Axis, held: Axis, value: Fraction
    ) -> list[tuple[arb, arb, arb]]:
        own = {**request.parameters, held.name: value, axis.name: axis.unit}
        state = State(self._setting, own, axis.name)
        low, high = (float(axis.coordinate(end).mid()) for end in request.window[axis.name])
        return condensations(state, low, high, bits_of(request.digits))

    def before(self, system: CondensationSystem) -> list[tuple[float, float]]:
        """m and beta are free."""
        return [_ANYWHERE] * system.first

    def on_line(
        self, request: Request, system: CondensationSystem, window: Window, pin: Pin
    ) -> list[Point]:
        """All condensations with one parameter fixed."""
        held = pin.index - system.first
        points = []
        for x, m, beta in self._on(request, system.axes[1 - held], system.axes[held], pin.exact):
            if _edge(m) != system.edge:
                raise Undecided("neurons condense at several overlaps in this window")
            inner = [*([m] if system.edge is None else []), *([beta] if system.branch else [])]
            with precision(bits_of(request.digits)):
                places = [pin.coordinate(), x] if held == 0 else [x, pin.coordinate()]
            points.append(Point((*inner, *places), pin))
        return points

    def found(self, request: Request) -> Found:
        """The curves on all of whose points no other overlap condenses before."""
        try:
            status, curves, reason = super().found(request)
        except Undecided as doubt:
            return Status.UNDECIDED, (), str(doubt)
        sound = tuple(c for c in curves if all(self._first(request, p) for p in c.points))
        if len(sound) == len(curves):
            return status, curves, reason
        return (
            Status.UNDECIDED,
            sound,
            f"{reason}; a curve is left out that is not first everywhere",
        )

    def _first(self, request: Request, point: BoundaryPoint) -> bool:
        """Whether the growth is proved largest at the point's m."""
        state, m = point.state, point.state["m"]
        with precision(bits_of(request.digits)):
            norm = point.values.get("sigma_w2", ball(request.parameters["sigma_w2"]))
            beta = state["b"] / ball(self._setting.teacher[1]) if "b" in state else arb(1)
            acting = self._setting.acting.items()
            modes = tuple(ball(y) * (beta if k == 1 else 1) for k, y in acting)
            couplings = state["u"], arb(0), norm
            held = BoxState(self._setting, {}, known=couplings, known_amplitudes=modes)
            try:
                low, high, edge = place_of_growth(Growth(held), arb(0))
            except Undecided:
                return False
        return bool(m == edge) if edge is not None else bool(low < m) and bool(m < high)

    def state(
        self, request: Request, system: CondensationSystem, box: Box
    ) -> tuple[dict[str, arb], dict[str, arb]]:
        """u, b and m."""
        linear = {}
        if system.branch:
            linear = {"b": ball(self._setting.teacher[1]) * box[system.first - 1]}
        m = box[0] if system.edge is None else arb(system.edge)
        return system.parameters(box), {"u": system.couplings(box)[0], **linear, "m": m}

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Those of the theory."""
        return assumptions(request.theory)


def _edge(m: arb) -> float | None:
    return float(m.mid()) if abs(m) == 1 else None
