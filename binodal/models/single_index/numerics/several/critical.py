"""Critical points of a teacher with two directions at infinite d."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import exp

from flint import arb

from binodal.models.single_index.numerics.critical import DerivedCriticalPoints
from binodal.models.single_index.numerics.several.search import classes, several_events
from binodal.models.single_index.numerics.several.setting import SeveralSetting
from binodal.models.single_index.numerics.several.systems import SeveralSystem
from binodal.models.single_index.numerics.several.three import NOT_SEARCHED, bends_up, own_cosine
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball, bits_of, positive, precision
from binodal.numerics.critical import Found, Request, nearest_first
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.isolate import Box
from binodal.numerics.outcome import Status
from binodal.numerics.refine import refine
from binodal.numerics.results import EventPoint

REACH = 3.0
"""Events are sought between own * e^-REACH and own * e^REACH of the parameter that varies."""


@dataclass(frozen=True)
class SeveralPoint(EventPoint):
    """An event with the length b of the linear residual, both cosines and the norm.

    The linear residual stays along the teacher's linear part. ``label`` is the class of the
    feature: unspecialised where an exchange of the directions leaves it in place.
    """

    b: arb | None
    m1: arb
    m2: arb
    r: arb

    @property
    def m3(self) -> arb:
        """The third cosine, equal to the second one."""
        return self.m2


class SeveralCriticalPoints(DerivedCriticalPoints[SeveralPoint]):
    """Births and coexistences of each class of features."""

    def __init__(self, setting: SeveralSetting) -> None:
        self._setting = setting

    def checked(self, asked: Request) -> Request:
        """No condensation of two directions is known."""
        if asked.event == "condensation":
            raise ParameterError("event 'condensation' takes a teacher with one direction")
        return super().checked(asked)

    def found(self, asked: Request) -> Found[SeveralPoint]:
        """Everything between own e^-REACH and own e^REACH. Raises :class:`Undecided`."""
        state = State(self._setting, asked.parameters, asked.along)
        own = asked.parameters[asked.along]
        zeros = several_events(state, self._setting, asked.event, -REACH, REACH)
        labelled = classes(self._setting, zeros.zeros)
        proved = (self._point(state, asked, zero, label) for zero, label in labelled)
        held = nearest_first([point for point in proved if point is not None], own)
        around = f"{asked.along} between e^-{REACH:g} and e^{REACH:g} times {own}"
        if zeros.left:
            places = ", ".join(f"{_middle(own, hull[-1]):.5g}" for hull in zeros.left)
            reason = f"undecided near {asked.along} = {places}; elsewhere all for {around}"
            return Status.UNDECIDED, held, reason
        if self._setting.third is not None:
            return Status.UNDECIDED, held, f"all for {around}; {NOT_SEARCHED}"
        if not held:
            return Status.ABSENT, (), f"excluded for {around}"
        return Status.CERTIFIED, held, f"all classes for {around}, by exclusion on cells"

    def _point(self, state: State, asked: Request, zero: Box, label: str) -> SeveralPoint | None:
        """The proved point; None for a coexistence that is not one of a minimum."""
        bits = bits_of(asked.digits)
        system = SeveralSystem(state, self._setting, asked.event)
        proved = refine(system, zero, bits)
        with precision(bits):
            _, *minors = system.shape(proved)
            signs = [positive(v) for v in (minors[:2] if asked.event == "birth" else minors)]
            x = proved[-1]
            signs.append(bends_up(state, self._setting, proved, x))
            if None in signs:
                raise Undecided("the shape of the action at the event has no proved sign")
            if not all(signs):
                return None
            length = self._setting.linear_target() * (proved[3] if len(proved) == 5 else 1)
            return SeveralPoint(
                ball(asked.parameters[asked.along]) * x.exp(),
                state.couplings(x)[0],
                length if self._setting.linear2 else None,
                proved[0],
                own_cosine(self._setting, proved[1]),
                proved[2].exp(),
                label=label,
            )


def _middle(own: Fraction, side: tuple[float, float]) -> float:
    return float(own) * exp(sum(side) / 2)
