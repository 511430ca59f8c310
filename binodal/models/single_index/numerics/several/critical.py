"""Critical points of a teacher with two directions at infinite d."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flint import arb

from binodal.models.single_index.numerics.critical import (
    SPARE,
    DerivedCriticalPoints,
    of_minima,
    where_normalisable,
)
from binodal.models.single_index.numerics.critical_point import found_in
from binodal.models.single_index.numerics.several.curves import several_transition
from binodal.models.single_index.numerics.several.reach import Reach
from binodal.models.single_index.numerics.several.search import (
    across_axis,
    forks,
    on_axes,
    zeros_of,
)
from binodal.models.single_index.numerics.several.setting import SeveralSetting
from binodal.models.single_index.numerics.several.symmetries import images, same, unmoved
from binodal.models.single_index.numerics.several.systems import SeveralSystem
from binodal.models.single_index.numerics.several.three import (
    NOT_SEARCHED,
    bends_up,
    class_of,
    own_cosine,
    two_equal,
)
from binodal.models.single_index.numerics.several.turn import Turn, turn_of
from binodal.models.single_index.numerics.state import State
from binodal.models.single_index.numerics.system import System
from binodal.numerics.balls import ball, bits_of, positive, precision
from binodal.numerics.boxes.search import Hull
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


@dataclass(frozen=True)
class _Event:
    """(m_1, m_2, log r), beta and x where an event of a minimum is.

    Where features leave an axis of symmetry, ``leaves`` says that it is theirs.
    """

    place: Box
    beta: arb
    x: arb
    leaves: bool = False


class SeveralCriticalPoints(DerivedCriticalPoints[SeveralPoint]):
    """Births and coexistences of each class of features."""

    def __init__(self, setting: SeveralSetting) -> None:
        self._setting, self._turn = setting, turn_of(setting)

    def checked(self, request: Request) -> Request:
        """No condensation of two directions is known."""
        if request.event == "condensation":
            raise ParameterError("event 'condensation' takes a teacher with one direction")
        return super().checked(request)

    def found(self, request: Request) -> Found[SeveralPoint]:
        """Everything between own e^-REACH and own e^REACH. Raises :class:`Undecided`."""
        state = State(self._setting, request.parameters, request.along)
        own = request.parameters[request.along]
        search = _Search(self._setting, self._turn, state, request)
        events = list(search.found())
        with precision(bits_of(request.digits)):
            points = [self._point(state, request, e) for e in _first_images(self._setting, events)]
        around = f"{request.along} between e^-{REACH:g} and e^{REACH:g} times {own}"
        around += where_normalisable(search.parts, own, -REACH, REACH)
        if not (search.left or two_equal(state, self._setting, -REACH, REACH)):
            held = nearest_first(points, own)
            return Status.UNDECIDED, held, f"all for {around}; {NOT_SEARCHED}"
        return found_in(points, search.left, request, around, "all classes")

    def _point(self, state: State, request: Request, event: _Event) -> SeveralPoint:
        m1, m2, logarithm = event.place
        length = self._setting.linear_target() * event.beta
        given = state, self._setting, event.place, event.beta, event.x
        passed = several_transition(*given) if request.event == "coexistence" else None
        return SeveralPoint(
            ball(request.parameters[request.along]) * event.x.exp(),
            state.couplings(event.x)[0],
            length if self._setting.linear2 else None,
            m1,
            own_cosine(self._setting, m2),
            logarithm.exp(),
            label=class_of(
                self._setting, event.place, unmoved(self._setting, event.place) and not event.leaves
            ),
            transition=passed,
        )


class _Search:
    """The events of minima, part by part of the plane; ``left`` is where it is undecided."""

    def __init__(self, setting: SeveralSetting, turn: Turn, state: State, request: Request) -> None:
        self._setting, self._turn, self._state, self._asked = setting, turn, state, request
        self._bits, self._reach = bits_of(request.digits), Reach(state, setting, turn)
        self.parts = self._reach.parts(-REACH, REACH, SPARE)
        self.left: list[Hull] = []

    def found(self) -> Iterator[_Event]:
        """All events of minima where the law of a neuron is normalisable."""
        for low, high in self.parts:
            yield from self._on_axes(low, high)
            yield from self._between(low, high)
            if self._asked.event == "birth":
                yield from self._forks(low, high)

    def _between(self, low: float, high: float) -> Iterator[_Event]:
        """Off all axes of symmetry."""
        system = SeveralSystem(self._state, self._setting, self._turn, self._asked.event)
        zeros = zeros_of(system, self._setting, self._reach, low, high)
        self.left += zeros.left
        for zero in zeros.zeros:
            proved = refine(system, zero, self._bits)
            with precision(self._bits):
                bends = system.bends(proved)
                signs = [bends.trace, bends.pairs]
                signs += [] if self._asked.event == "birth" else [bends.minor3]
                if self._is_minimum(system.place(proved), proved[-1], *signs):
                    yield self._event(system.place(proved), proved)

    def _on_axes(self, low: float, high: float) -> Iterator[_Event]:
        """On the axes, where the action must bend up across them too."""
        event = self._asked.event
        for axis, state, zeros in on_axes(self._state, self._setting, self._turn, event, low, high):
            self.left += zeros.left
            for zero in zeros.zeros:
                proved = of_minima(System(state, event), event, zero, self._bits)
                if proved is None:
                    continue
                with precision(self._bits):
                    place, across = across_axis(self._state, self._setting, axis, proved)
                    if self._is_minimum(place, proved[-1], across):
                        yield self._event(place, proved)

    def _forks(self, low: float, high: float) -> Iterator[_Event]:
        """Where features leave an axis: minima of them, or of the one on the axis, are born."""
        given = self._state, self._setting, self._turn, self._reach
        for system, zeros in forks(*given, low, high):
            self.left += zeros.left
            for zero in zeros.zeros:
                proved = refine(system, zero, self._bits)
                with precision(self._bits):
                    bends = system.bends(proved)
                    minors, leaves = (bends.minor1, bends.minor2), positive(bends.minor3)
                    if leaves is None:
                        raise Undecided("which features are born at an axis has no proved sign")
                    if self._is_minimum(system.place(proved), proved[-1], *minors):
                        yield self._event(system.place(proved), proved, leaves)

    def _event(self, place: Box, proved: Box, leaves: bool = False) -> _Event:
        beta = proved[-2] if self._state.learns_linear_mode else arb(1)
        return _Event(place, beta, proved[-1], leaves)

    def _is_minimum(self, place: Box, x: arb, *values: arb) -> bool:
        signs = [*map(positive, values), bends_up(self._state, self._setting, place, x)]
        if None in signs:
            raise Undecided("the shape of the action at the event has no proved sign")
        return all(signs)


def _first_images(setting: SeveralSetting, events: Sequence[_Event]) -> list[_Event]:
    """One event of each orbit."""
    kept: list[_Event] = []
    for event in events:
        around = images(setting, [*event.place, event.x])
        if not any(same(image, [*e.place, e.x]) for image in around for e in kept):
            kept.append(event)
    return kept
