"""Birth, coexistence, mass and gmfl2 of modular addition as computed curves at finite P.

The radius of a point is its distance from the certified temperature of the event at the point's
other parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from binodal.models.modular.numerics.event_temperature import float_temperatures, state
from binodal.models.modular.numerics.finite_critical import notes
from binodal.models.modular.numerics.results import EVENTS, NEVER, require, require_complex_mode
from binodal.numerics.balls import precision
from binodal.numerics.continuation.boundaries import Request
from binodal.numerics.continuation.computed import ComputedBoundaries, FloatParameters, Levels
from binodal.numerics.continuation.system import Vector
from binodal.numerics.errors import ParameterError

_BITS = 80
_LEAST = {"P": 3, "N": 2}


class FiniteCyclicBoundaries(ComputedBoundaries):
    """The curves of events of modular addition at finite P, or of what equals one of its modes."""

    events = EVENTS
    impossible = NEVER
    plane = ("sigma2", "sigma_a2")

    def mode(self, own: Mapping[str, Any]) -> Mapping[str, Any]:
        """The parameters of the mode whose events these are: numbers or columns."""
        return own

    def checked(self, request: Request) -> Request:
        """The request, with names that are in the tables and sizes that are large enough."""
        for name in request.names:
            require(request.event, name, request.theory)
        require_complex_mode(self.mode(request.parameters))
        for name, least in _LEAST.items():
            low = request.window[name][0] if name in request.window else least
            if low < least:
                raise ParameterError(f"{name}={low}: at finite P {name} >= {least}")
        return request

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Those of finite P."""
        return notes(request.theory, request.event, *request.names)

    def levels(self, request: Request) -> Levels:
        """log of the event's temperature over sigma^2, in floats and as a ball."""

        def many(columns: Mapping[str, Vector]) -> Vector:
            with np.errstate(all="ignore"):
                at_mode = self.mode(columns)
                levels = float_temperatures(
                    at_mode, request.event, request.theory, request.fraction
                )
                return np.log(np.where(levels > 0, levels, np.nan) / columns["sigma2"])

        def level(point: FloatParameters) -> float:
            return float(many({name: np.array([value]) for name, value in point.items()})[0])

        def describe(point: FloatParameters) -> tuple[float, Mapping[str, float]]:
            with precision(_BITS):
                exact = {name: Fraction(value) for name, value in self.mode(point).items()}
                event = state(exact, request.event, request.theory, request.fraction)
                gap = float((event.sigma2 / point["sigma2"]).log().mid())
                share = point["sigma2"] / float(event.tau.mid())
            return gap, {"u": float(event.u.mid()), "x": float(event.x.mid()), "a": share}

        return Levels(level, describe, many)


boundary_finite = FiniteCyclicBoundaries()
