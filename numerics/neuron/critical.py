"""Birth, coexistence and instability of a neuron's feature at infinite size, each certified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import sympy as sp
from flint import arb

from binodal.derive.neuron import Neuron
from binodal.numerics.balls import ball, bits_of, interval, positive, precision
from binodal.numerics.codegen.forms import Compiled
from binodal.numerics.codegen.load import compiled_system
from binodal.numerics.compiled_system import CompiledSystem
from binodal.numerics.critical import CriticalPoints, Found, Request, nearest_first
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.isolate import isolate
from binodal.numerics.neuron.action import exact
from binodal.numerics.neuron.results import CriticalPoint
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
def _forms(neuron: Neuron, event: str, along: str) -> Mapping[str, Compiled]:
    """(order, parameters) -> S^(k) order^k at t = y for the event's k; S'' and u as its shape."""
    (order,) = neuron.order
    at_target = neuron.action.subs(dict(zip(neuron.modes, neuron.targets, strict=True)))
    rows = [sp.diff(at_target, order, k) * order**k for k in ORDERS[event]]
    varied = next(s for s in neuron.parameters if str(s) == along)
    shape = {"bend": sp.diff(at_target, order, 2), "u": neuron.coupling / neuron.size}
    arguments = (order, *neuron.parameters)
    return compiled_system("event", rows, (order, varied), arguments, shape)


class _System(CompiledSystem):
    """Two equations in the logarithms of the order parameter and of the parameter over its own."""

    def __init__(self, neuron: Neuron, request: Request) -> None:
        super().__init__(_forms(neuron, request.event, request.along))
        self._neuron, self._along, self._parameters = neuron, request.along, request.parameters
        self._column = 1 + [str(s) for s in neuron.parameters].index(request.along)

    def arguments(self, box: Sequence[arb]) -> list[arb]:
        """The order parameter and all parameters."""
        moved = ball(self._parameters[self._along]) * box[1].exp()
        return [box[0].exp(), *exact(self._neuron, {**self._parameters, self._along: moved})]

    def factors(self, box: Sequence[arb]) -> dict[int, arb]:
        """The order parameter and the parameter, each the slope in its own logarithm."""
        arguments = self.arguments(box)
        return {0: arguments[0], 1: arguments[self._column]}


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
            bend, u = system.shape(proved)
            if request.event == "coexistence":
                sign = positive(bend)
                if sign is None:
                    raise Undecided(f"S'' = {bend.str(5)} at the event has no proved sign")
                if not sign:
                    return None
            arguments = dict(zip(("order", *self.alongs), system.arguments(proved), strict=True))
            return CriticalPoint(arguments[request.along], u, arguments["order"])
