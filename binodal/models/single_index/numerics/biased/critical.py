"""Births and coexistences of neurons with random biases at infinite d, each class certified."""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

from binodal.models.single_index.numerics.biased.notes import AROUND, notes
from binodal.models.single_index.numerics.biased.search import SPARE, biased_events, centred, label
from binodal.models.single_index.numerics.biased.setting import BiasedSetting
from binodal.models.single_index.numerics.biased.state import BiasedState, state_of
from binodal.models.single_index.numerics.biased.systems import BiasedSystem
from binodal.models.single_index.numerics.critical import DerivedCriticalPoints
from binodal.models.single_index.numerics.critical_point import found_in
from binodal.models.single_index.numerics.transition import Place, transition
from binodal.numerics.balls import ball, bits_of, positive, precision
from binodal.numerics.critical import Found, Request
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.isolate import Box
from binodal.numerics.refine import refine
from binodal.numerics.results import EventPoint

REACH = 1.0
"""Events are sought between own * e^-REACH and own * e^REACH of the parameter that varies."""


@dataclass(frozen=True)
class BiasedPoint(EventPoint):
    """An event with the residual's linear mode b, the cosine, the norm and the bias of a neuron.

    ``label`` is the class of the feature: what all its images have in common.
    """

    b: arb | None
    m: arb
    r: arb
    q: arb
    beta: arb


class BiasedCriticalPoints(DerivedCriticalPoints[BiasedPoint]):
    """Births and coexistences of each class of features."""

    def __init__(self, setting: BiasedSetting) -> None:
        self._setting = setting

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Those of the biases' prior."""
        return notes(self._setting, request.theory)

    def checked(self, request: Request) -> Request:
        """No condensation of neurons with random biases is known."""
        if request.event == "condensation":
            raise ParameterError(
                "event 'condensation' takes neurons without random biases: bias none or fixed:B"
            )
        return super().checked(request)

    def found(self, request: Request) -> Found[BiasedPoint]:
        """Everything between own e^-REACH and own e^REACH. Raises :class:`Undecided`."""
        state = state_of(self._setting, request.parameters, request.along)
        own = request.parameters[request.along]
        zeros = biased_events(state, request.event, -REACH, REACH)
        proved = (self._point(state, request, zero) for zero in zeros.zeros)
        points = [point for point in proved if point is not None]
        around = f"{request.along} between e^-{REACH:g} and e^{REACH:g} times {own}, {AROUND}"
        return found_in(points, zeros.left, request, around, "all classes")

    def _point(self, state: BiasedState, request: Request, zero: Box) -> BiasedPoint | None:
        """The proved point; None for one that is not of a minimum."""
        bits = bits_of(request.digits)
        system = BiasedSystem(state, request.event)
        proved = refine(system, zero, bits)
        with precision(bits + SPARE):
            proved = centred(self._setting, system, proved)
        with precision(bits):
            _, *minors = system.shape(proved)
            signs = [positive(v) for v in (minors[:2] if request.event == "birth" else minors)]
            if None in signs:
                raise Undecided("the shape of the action at the event has no proved sign")
            if not all(signs):
                return None
            x, m, r, bias = proved[-1], proved[0], proved[1].exp(), proved[2]
            target = self._setting.teacher.get(1)
            share = proved[3] if len(proved) == 5 else arb(1)
            known = request.event == "coexistence"
            place = Place(m, r, bias, ball(self._setting.pin), share, x)
            return BiasedPoint(
                ball(request.parameters[request.along]) * x.exp(),
                state.couplings(x)[0],
                None if target is None else ball(target) * share,
                m,
                r,
                m * r,
                bias,
                label=label(self._setting, m, bias),
                transition=transition(state, place, state.tilt(share, x)) if known else None,
            )
