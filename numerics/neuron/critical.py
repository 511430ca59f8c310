"""Birth, coexistence and instability of a neuron's feature at infinite size, each certified."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache

import sympy as sp
from flint import arb

from binodal.derive.neuron import Neuron
from binodal.numerics.balls import ball, bits_of, interval, positive, precision
from binodal.numerics.codegen.load import compiled
from binodal.numerics.critical import CriticalPoints, Found, Request, nearest_first
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.isolate import isolate
from binodal.numerics.neuron.action import exact
from binodal.numerics.neuron.results import CriticalPoint
from binodal.numerics.neuron.tail import BallFunction
from binodal.numerics.neuron.zero import fluctuations
from binodal.numerics.outcome import Status
from binodal.numerics.refine import refine

ORDERS = {"birth": (1, 2), "coexistence": (0, 1)}
"""Orders of the derivatives of S that vanish at each event."""

STABLE_ZERO = (
    "the features begin so late at zero that the curvature there is the cost's for every value of "
    "every parameter: the zero state never becomes unstable"
)
_SEARCH_BITS, _RANGE, _REACH = 96, 7, 14


@cache
def _forms(neuron: Neuron, event: str, along: str) -> tuple[BallFunction, BallFunction]:
    """(order, parameters) -> S^(k) order^k at t = y for the event's k, and their slopes.

    The slopes are in the order parameter and in the parameter that varies.
    """
    (order,) = neuron.order
    at_target = neuron.action.subs(dict(zip(neuron.modes, neuron.targets, strict=True)))
    rows = [sp.diff(at_target, order, k) * order**k for k in ORDERS[event]]
    varied = next(s for s in neuron.parameters if str(s) == along)
    named = {f"F{k}": row for k, row in enumerate(rows)}
    named |= {"bend": sp.diff(at_target, order, 2), "u": neuron.coupling / neuron.size}
    slopes = {f"J{k}_{x}": sp.diff(row, x) for k, row in enumerate(rows) for x in (order, varied)}
    arguments = (order, *neuron.parameters)
    return compiled("event", named, arguments, "arb"), compiled(
        "event_slopes", slopes, arguments, "arb"
    )


class _System:
    """Two equations in the logarithms of the order parameter and of the parameter over its own."""

    def __init__(self, neuron: Neuron, request: Request) -> None:
        self._neuron, self._request = neuron, request
        self._value, self._slopes = _forms(neuron, request.event, request.along)

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """The order parameter and all parameters."""
        own: dict[str, Fraction | arb] = {**self._request.parameters}
        own[self._request.along] = (
            ball(self._request.parameters[self._request.along]) * box[1].exp()
        )
        return [box[0].exp(), *exact(self._neuron, own)]

    def whole(self, box: Sequence[arb]) -> tuple[arb, ...]:
        """The two equations, S'' and the coupling over the size."""
        return tuple(self._value(*self.arguments(box)))

    def value(self, box: Sequence[arb]) -> list[arb]:
        """The two equations."""
        return list(self.whole(box)[:2])

    def jacobian(self, box: Sequence[arb]) -> list[list[arb]]:
        """By the chain rule from the order parameter and the parameter."""
        arguments = self.arguments(box)
        flat = self._slopes(*arguments)
        varied = [str(s) for s in self._neuron.parameters].index(self._request.along)
        by = arguments[0], arguments[1 + varied]
        return [[flat[2 * k] * by[0], flat[2 * k + 1] * by[1]] for k in (0, 1)]


class NeuronCriticalPoints(CriticalPoints[CriticalPoint]):
    """All zeros with own e^-7 < parameter < own e^7 and e^-14 < order parameter < e^14."""

    limit = "thermodynamic"
    events = (*ORDERS, "instability", "mass")

    def __init__(
        self, neuron: Neuron, theories: tuple[str, ...] = ("derived",), notes: tuple[str, ...] = ()
    ) -> None:
        if not fluctuations(neuron).is_zero_matrix:
            raise ParameterError(
                f"the features are linear in {neuron.order[0]} at the zero state, whose residual "
                "then moves with every parameter: its events are not available here"
            )
        self._neuron, self.theories, self._notes = neuron, theories, notes
        self.alongs = tuple(str(s) for s in neuron.parameters)

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Those of the model."""
        return self._notes

    def never(self, request: Request) -> str:
        """The zero state is stable everywhere."""
        return STABLE_ZERO if request.event == "instability" else ""

    def found(self, request: Request) -> Found[CriticalPoint]:
        """Isolated by exclusion, then proved to many digits."""
        system, own = _System(self._neuron, request), request.parameters[request.along]
        with precision(_SEARCH_BITS):
            box = [interval(-_REACH, _REACH), interval(-_RANGE, _RANGE)]
            search = isolate(system, box)
        if not search.complete:
            raise Undecided(
                f"after {search.boxes} boxes {len(search.undecided)} remain neither excluded nor "
                f"proved; {len(search.zeros)} zeros were proved"
            )
        points = [self._point(system, zero, request) for zero in search.zeros]
        held = nearest_first([p for p in points if p is not None], own)
        searched = f"{request.along} between e^-7 and e^7 times {own}"
        if not held:
            return Status.ABSENT, (), f"excluded for {searched}"
        return Status.CERTIFIED, held, f"all zeros for {searched}, by exclusion"

    def _point(
        self, system: _System, zero: Sequence[arb], request: Request
    ) -> CriticalPoint | None:
        """The proved point; None where S touches zero from below, at a maximum."""
        bits = bits_of(request.digits)
        proved = refine(system, zero, bits)
        with precision(bits):
            *_, bend, u = system.whole(proved)
            if request.event == "coexistence":
                sign = positive(bend)
                if sign is None:
                    raise Undecided(f"S'' = {bend.str(5)} at the event has no proved sign")
                if not sign:
                    return None
            arguments = dict(zip(("order", *self.alongs), system.arguments(proved), strict=True))
            return CriticalPoint(arguments[request.along], u, arguments["order"])
