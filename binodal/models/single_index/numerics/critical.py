"""Critical points of a single-index theory at infinite d, each certified, none missed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from binodal.models.single_index.numerics.condensation import condensations, normalisable
from binodal.models.single_index.numerics.curves import transition
from binodal.models.single_index.numerics.events import events
from binodal.models.single_index.numerics.notes import assumptions, require_derived
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.state import State
from binodal.models.single_index.numerics.system import System
from binodal.models.single_index.parameters import space
from binodal.numerics.balls import ball, bits_of, positive, precision
from binodal.numerics.critical import CriticalPoints, Found, Request, nearest_first
from binodal.numerics.errors import Undecided
from binodal.numerics.isolate import Box
from binodal.numerics.outcome import Status
from binodal.numerics.refine import refine
from binodal.numerics.results import EventPoint, P

REACH = 5.0
"""Events are sought between own * e^-REACH and own * e^REACH of the parameter that varies."""

SPARE = 1 / 1024
STABLE_ZERO = (
    "on the zero branch S_mm = b G c_1^2/(y_1 - b) is positive, and constant without a linear "
    "mode: the zero state is never unstable"
)


@dataclass(frozen=True)
class CriticalPoint(EventPoint):
    """An event with the residual's linear mode b, the cosine m, the norm r and q = m r.

    At a condensation r and q are not finite and absent. ``label`` tells inequivalent classes apart
    where m and -m are no images of each other.
    """

    b: arb | None
    m: arb
    r: arb | None
    q: arb | None


class DerivedCriticalPoints(CriticalPoints[P]):
    """What events of one and of several directions have in common: one theory, infinite d."""

    limit = "thermodynamic"
    events = ("birth", "coexistence", "instability", "condensation", "mass")
    theories = ("derived", "published")
    alongs = tuple(space({}).fields)

    def assumptions(self, asked: Request) -> tuple[str, ...]:
        """Those of the theory."""
        return assumptions(asked.theory)

    def checked(self, asked: Request) -> Request:
        """Only the derived theory has events."""
        require_derived(asked.theory)
        return asked

    def never(self, asked: Request) -> str:
        """The zero state is stable everywhere."""
        return STABLE_ZERO if asked.event == "instability" else ""


class SingleIndexCriticalPoints(DerivedCriticalPoints[CriticalPoint]):
    """All births, coexistences and condensations of an activation and a teacher."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def found(self, asked: Request) -> Found[CriticalPoint]:
        """Everything between own e^-REACH and own e^REACH. Raises :class:`Undecided`."""
        state = State(self._setting, asked.parameters, asked.along)
        own = asked.parameters[asked.along]
        around = f"{asked.along} between e^-{REACH:g} and e^{REACH:g} times {own}"
        if asked.event == "condensation":
            return self._condensed(state, asked, around)
        parts = normalisable(state, -REACH, REACH, SPARE)
        points: list[CriticalPoint] = []
        open_cells = 0
        for low, high in parts:
            zeros = events(state, asked.event, low, high)
            open_cells += len(zeros.left)
            proved = (_point(state, asked, zero) for zero in zeros.zeros)
            points += [point for point in proved if point is not None]
        if parts != [(-REACH, REACH)]:
            ends = ", ".join(f"{_value(own, a)} to {_value(own, b)}" for a, b in parts)
            around += f" where the law of a neuron is normalisable ({ends or 'nowhere'})"
        held = nearest_first(points, own)
        if open_cells:
            reason = f"{open_cells} cells remain neither excluded nor proved, {around}"
            return Status.UNDECIDED, held, reason
        if not held:
            return Status.ABSENT, (), f"excluded for {around}"
        return Status.CERTIFIED, held, f"all zeros for {around}, by exclusion on cells"

    def _condensed(self, state: State, asked: Request, around: str) -> Found[CriticalPoint]:
        own, bits = asked.parameters[asked.along], bits_of(asked.digits)
        points = []
        for x, m, beta in condensations(state, -REACH, REACH, bits):
            with precision(bits):
                value, u = ball(own) * x.exp(), state.couplings(x)[0]
                label = _label(state, m)
                points.append(
                    CriticalPoint(value, u, _linear(state, beta), m, None, None, label=label)
                )
        if not points:
            return Status.ABSENT, (), f"the law of a neuron is normalisable for {around}"
        reason = f"where u sigma_w^2 (F/r)^2 reaches 1 at infinite r: all such points for {around}"
        return Status.CERTIFIED, nearest_first(points, own), reason


def _value(own: Fraction, x: float) -> str:
    return (ball(own) * arb(x).exp()).str(5, radius=False)


def _linear(state: State, beta: arb) -> arb | None:
    target = state.setting.teacher.get(1)
    return None if target is None else ball(target) * beta


def _label(state: State, m: arb) -> str:
    return "" if state.setting.symmetric else ("m > 0" if m > 0 else "m < 0")


def _point(state: State, asked: Request, zero: Box) -> CriticalPoint | None:
    bits = bits_of(asked.digits)
    proved = of_minima(System(state, asked.event), asked.event, zero, bits)
    if proved is None:
        return None
    with precision(bits):
        x, m, r = proved[-1], proved[0], proved[1].exp()
        beta = proved[2] if state.learns_linear_mode else arb(1)
        value, u = ball(asked.parameters[asked.along]) * x.exp(), state.couplings(x)[0]
        passed = transition(state, proved) if asked.event == "coexistence" else None
        linear, label = _linear(state, beta), _label(state, m)
        return CriticalPoint(value, u, linear, m, r, m * r, label=label, transition=passed)


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
