"""Birth and coexistence of a single-index theory as certified curves in two parameters."""

from __future__ import annotations

from flint import arb

from binodal.models.single_index.numerics.boundary_condensation import CondensationBoundaries
from binodal.models.single_index.numerics.boundary_ends import ended
from binodal.models.single_index.numerics.boundary_system import BoundarySystem, SettingBoundaries
from binodal.models.single_index.numerics.box_state import BoxState
from binodal.models.single_index.numerics.condensation import Growth, normalisable
from binodal.models.single_index.numerics.critical import SPARE, STABLE_ZERO, of_minima
from binodal.models.single_index.numerics.events import events
from binodal.models.single_index.numerics.notes import assumptions
from binodal.models.single_index.numerics.state import State
from binodal.models.single_index.numerics.system import System
from binodal.models.teacher_student.numerics.boundary_complete import REAL_SIZES, SIZES
from binodal.numerics.balls import ball, bits_of, interval, precision
from binodal.numerics.continuation.boundaries import Curves, Found, Request
from binodal.numerics.continuation.certify import Point
from binodal.numerics.continuation.result import BoundaryPoint, EndPoint, Window
from binodal.numerics.continuation.system import Pin
from binodal.numerics.continuation.window import Axis
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box
from binodal.numerics.outcome import Status

_OUTWARDS = float("inf")


class SingleIndexBoundaries(SettingBoundaries[BoundarySystem]):
    """Curves through all events on the edges of a window and on the lines of the own values."""

    events = ("birth", "coexistence", "instability", "condensation")

    def never(self, request: Request) -> str:
        """The zero state is stable everywhere."""
        return STABLE_ZERO if request.event == "instability" else ""

    def system(self, request: Request, axes: tuple[Axis, ...]) -> BoundarySystem:
        """The event's rows with both parameters as unknowns."""
        return BoundarySystem(self._setting, request.event, axes, request.parameters)

    def before(self, system: BoundarySystem) -> list[tuple[float, float]]:
        """m, log r and beta are free."""
        return [(-_OUTWARDS, _OUTWARDS)] * system.first

    def on_line(
        self, request: Request, system: BoundarySystem, window: Window, pin: Pin
    ) -> list[Point]:
        """All events of minima with one parameter fixed, where the law is normalisable."""
        held, other = pin.index - system.first, 1 - (pin.index - system.first)
        axis, bits = system.axes[other], bits_of(request.digits)
        own = {**request.parameters, system.axes[held].name: pin.exact, axis.name: axis.unit}
        state = State(self._setting, own, axis.name)
        low, high = (float(axis.coordinate(value).mid()) for value in window[axis.name])
        points = []
        for start, stop in normalisable(state, low, high, SPARE):
            zeros = events(state, request.event, start, stop)
            if zeros.left:
                raise Undecided(
                    f"on {system.axes[held].name}={pin.exact} {len(zeros.left)} cells remain "
                    "neither excluded nor proved"
                )
            for zero in zeros.zeros:
                proved = of_minima(System(state, request.event), request.event, zero, bits)
                if proved is not None:
                    with precision(bits):
                        places = {other: proved[-1], held: pin.coordinate()}
                        points.append(Point((*proved[:-1], places[0], places[1]), pin))
        return points

    def found(self, request: Request) -> Found:
        """The curves on all of which the law of a neuron is proved normalisable, or its end."""
        if request.event == "condensation":
            return CondensationBoundaries(self._setting).found(request)
        status, curves, reason = super().found(request)
        sound = tuple(c for c in curves if all(_normalisable(p) for p in c.points))
        if len(sound) != len(curves):
            status = Status.UNDECIDED
            reason += "; a curve is left out that reaches where the law may not be normalisable"
        return status, sound, reason

    def ended(self, request: Request, curves: Curves) -> tuple[Curves, tuple[EndPoint, ...]]:
        """Cusps of births, and the coexistences of minima up to where they end."""
        if request.event == "condensation":
            return curves, ()
        return ended(self._setting, request, curves)

    def state(
        self, request: Request, system: BoundarySystem, box: Box
    ) -> tuple[dict[str, arb], dict[str, arb]]:
        """u, b, m, r, q = m r, and the margin 1 - u sigma_w^2 max (F/r)^2 at infinite r."""
        m, r, (u, gain, norm) = box[0], box[1].exp(), system.couplings(box)
        beta = box[2] if system.first == 3 else arb(1)
        acting = self._setting.acting.items()
        amplitudes = tuple(ball(y) * (beta if k == 1 else 1) for k, y in acting)
        held = BoxState(self._setting, {}, known=(u, gain, norm), known_amplitudes=amplitudes)
        low, high = Growth(held).excess(arb(0))
        linear = {"b": ball(self._setting.teacher[1]) * beta} if system.first == 3 else {}
        place = {"m": m, "r": r, "q": m * r, "margin": interval(-high, -low)}
        return system.parameters(box), {"u": u, **linear, **place}

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Those of the theory; sizes are real numbers where the plane has one."""
        sizes = (REAL_SIZES,) if set(SIZES) & set(request.names) else ()
        return (*assumptions(request.theory), *sizes)


def _normalisable(point: BoundaryPoint) -> bool:
    return bool(point.state["margin"] > 0)
