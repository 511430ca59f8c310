"""Birth, coexistence, mass and gmfl2 of modular addition as computed curves at finite P.

The radius of a point is its distance from the certified temperature of the event at the point's
other parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from binodal.models.modular.numerics.event_temperature import float_temperatures, state
from binodal.models.modular.numerics.finite_critical import notes
from binodal.models.modular.numerics.results import (
    EVENTS,
    STABLE_ZERO,
    require,
    require_complex_mode,
)
from binodal.numerics.balls import precision
from binodal.numerics.continuation.boundaries import Request
from binodal.numerics.continuation.computed import ComputedBoundaries, FloatParameters, Levels
from binodal.numerics.continuation.system import Vector
from binodal.numerics.errors import ParameterError

_BITS = 80
_LEAST = {"P": 3, "N": 2}


class _Boundaries(ComputedBoundaries):
    events = EVENTS
    plane = ("sigma2", "sigma_a2")

    def checked(self, asked: Request) -> Request:
        """The request, with names that are in the tables and sizes that are large enough."""
        for name in asked.names:
            require(asked.event, name, asked.theory)
        require_complex_mode(asked.parameters)
        for name, least in _LEAST.items():
            low = asked.window[name][0] if name in asked.window else least
            if low < least:
                raise ParameterError(f"{name}={low}: at finite P {name} >= {least}")
        return asked

    def never(self, asked: Request) -> str:
        """The zero state is stable everywhere."""
        return STABLE_ZERO if asked.event == "instability" else ""

    def assumptions(self, asked: Request) -> tuple[str, ...]:
        """Those of finite P."""
        return notes(asked.theory, asked.event, *asked.names)

    def levels(self, asked: Request) -> Levels:
        """log of the event's temperature over sigma^2, in floats and as a ball."""

        def many(columns: Mapping[str, Vector]) -> Vector:
            with np.errstate(all="ignore"):
                found = float_temperatures(columns, asked.event, asked.theory, asked.fraction)
                return np.log(np.where(found > 0, found, np.nan) / columns["sigma2"])

        def level(at: FloatParameters) -> float:
            return float(many({name: np.array([value]) for name, value in at.items()})[0])

        def describe(at: FloatParameters) -> tuple[float, Mapping[str, float]]:
            with precision(_BITS):
                exact = {name: Fraction(value) for name, value in at.items()}
                found = state(exact, asked.event, asked.theory, asked.fraction)
                gap = float((found.sigma2 / at["sigma2"]).log().mid())
                share = at["sigma2"] / float(found.tau.mid())
            return gap, {"u": float(found.u.mid()), "x": float(found.x.mid()), "a": share}

        return Levels(level, describe, many)


boundary_finite = _Boundaries()
