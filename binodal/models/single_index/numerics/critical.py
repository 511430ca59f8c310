"""Critical points of a single-index theory at infinite d, each certified, none missed."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from binodal.models.single_index.numerics.condensation import condensations, normalisable
from binodal.models.single_index.numerics.critical_point import (
    REACH,
    CriticalPoint,
    found_in,
    label,
    linear,
)
from binodal.models.single_index.numerics.events import events
from binodal.models.single_index.numerics.notes import assumptions, require_derived
from binodal.models.single_index.numerics.path import path_critical
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.state import State
from binodal.models.single_index.numerics.system import System
from binodal.models.single_index.numerics.transition import Place, transition
from binodal.models.single_index.parameters import space
from binodal.numerics.balls import ball, bits_of, positive, precision
from binodal.numerics.boxes.search import Hull
from binodal.numerics.critical import CriticalPoints, Found, Request, nearest_first
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box
from binodal.numerics.outcome import Status
from binodal.numerics.refine import refine
from binodal.numerics.results import P

SPARE = 1 / 1024
STABLE_ZERO = (
    "on the zero branch S_mm = b G c_1^2/(y_1 - b) is positive, and constant without a linear "
    "mode: the zero state is never unstable"
)


class DerivedCriticalPoints(CriticalPoints[P]):
    """What events of one and of several directions have in common: one theory, infinite d."""

    limit = "thermodynamic"
    events = ("birth", "coexistence", "instability", "condensation", "mass")
    theories = ("derived", "published")
    alongs = tuple(space({}).fields)

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Those of the theory."""
        return assumptions(request.theory)

    def checked(self, request: Request) -> Request:
        """Only the derived theory has events."""
        require_derived(request.theory)
        return request

    def never(self, request: Request) -> str:
        """The zero state is stable everywhere."""
        return STABLE_ZERO if request.event == "instability" else ""


class SingleIndexCriticalPoints(DerivedCriticalPoints[CriticalPoint]):
    """All births, coexistences and condensations of an activation and a teacher."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def checked(self, request: Request) -> Request:
        """Both theories have events."""
        return request

    def found(self, request: Request) -> Found[CriticalPoint]:
        """Everything between own e^-REACH and own e^REACH. Raises :class:`Undecided`."""
        state = State(self._setting, request.parameters, request.along)
        own = request.parameters[request.along]
        around = f"{request.along} between e^-{REACH:g} and e^{REACH:g} times {own}"
        if request.theory == "published":
            return path_critical(state, request, around)
        if request.event == "condensation":
            return self._condensed(state, request, around)
        parts = normalisable(state, -REACH, REACH, SPARE)
        points: list[CriticalPoint] = []
        left: list[Hull] = []
        for low, high in parts:
            zeros = events(state, request.event, low, high)
            left += zeros.left
            proved = (_point(state, request, zero) for zero in zeros.zeros)
            points += [point for point in proved if point is not None]
        around += where_normalisable(parts, own, -REACH, REACH)
        return found_in(points, left, request, around)

    def _condensed(self, state: State, request: Request, around: str) -> Found[CriticalPoint]:
        own, bits = request.parameters[request.along], bits_of(request.digits)
        points = []
        for x, m, beta in condensations(state, -REACH, REACH, bits):
            with precision(bits):
                value, u = ball(own) * x.exp(), state.couplings(x)[0]
                known = label(state, m)
                points.append(
                    CriticalPoint(value, u, linear(state, beta), m, None, None, label=known)
                )
        if not points:
            return Status.ABSENT, (), f"the law of a neuron is normalisable for {around}"
        reason = f"where u sigma_w^2 (F/r)^2 reaches 1 at infinite r: all such points for {around}"
        return Status.CERTIFIED, nearest_first(points, own), reason


def where_normalisable(
    parts: Sequence[tuple[float, float]], own: Fraction, low: float, high: float
) -> str:
    """Words for the parts of own e^low to own e^high that were searched; none for all of it."""
    if list(parts) == [(low, high)]:
        return ""
    ends = ", ".join(f"{_value(own, a)} to {_value(own, b)}" for a, b in parts)
    return f" where the law of a neuron is normalisable ({ends or 'nowhere'})"


def _value(own: Fraction, x: float) -> str:
    return (ball(own) * arb(x).exp()).str(5, radius=False)


def _point(state: State, request: Request, zero: Box) -> CriticalPoint | None:
    bits = bits_of(request.digits)
    proved = of_minima(System(state, request.event), request.event, zero, bits)
    if proved is None:
        return None
    with precision(bits):
        x, m, r = proved[-1], proved[0], proved[1].exp()
        beta = proved[2] if state.learns_linear_mode else arb(1)
        value, u = ball(request.parameters[request.along]) * x.exp(), state.couplings(x)[0]
        place = Place(m, r, arb(0), arb(0), beta, x)
        passed = transition(state, place) if request.event == "coexistence" else None
        known = label(state, m)
        return CriticalPoint(
            value, u, linear(state, beta), m, r, m * r, label=known, transition=passed
        )


def of_minima(system: System, event: str, zero: Box, bits: int) -> Box | None:
    """The proved point; None for a coexistence or a birth that is not one of a minimum.

    Raises :class:`Undecided`.
    """
    proved = refine(system, zero, bits)
    with precision(bits):
        det, trace, _ = system.shape(proved)
    signs = [positive(trace)] if event == "birth" else [positive(det), positive(trace)]
    if None in signs:
        raise Undecided("the shape of the action at the event has no proved sign")
    return proved if all(signs) else None
