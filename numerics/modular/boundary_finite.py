"""Birth, coexistence, mass and gmfl2 of modular addition as computed curves at finite P."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np

from numerics.balls import precision
from numerics.continuation.computed import COMPUTED, ComputedBoundary, FloatParameters, verdict
from numerics.continuation.result import Boundary, BoundaryCurve, Window
from numerics.continuation.system import Vector
from numerics.continuation.window import ranges, require_points
from numerics.errors import ParameterError
from numerics.modular.event_temperature import SHARED, float_temperatures, state
from numerics.modular.finite import CUT
from numerics.modular.finite_critical import GMFL2_RULE
from numerics.modular.results import (
    REAL_SIZES,
    STABLE_ZERO,
    assumptions,
    require,
    require_complex_mode,
)
from numerics.outcome import Status

_BITS = 80


def boundary_finite(
    parameters: Mapping[str, Fraction],
    event: str,
    names: tuple[str, str] = ("sigma2", "sigma_a2"),
    theory: str = "derived",
    window: Window | None = None,
    points: int = 200,
    fraction: Fraction = Fraction(1, 2),
    tell: Callable[[], None] = lambda: None,
) -> Boundary:
    """Curves of an event at the given P: converged points, neighbours undecided.

    The radius of a point is its distance from the certified temperature of the event at the
    point's other parameters. Raises ParameterError as ``critical_finite`` does.
    """
    for name in names:
        require(event, name, theory)
    require_complex_mode(parameters)
    require_points(points)
    if not 0 < fraction < 1:
        raise ParameterError(f"fraction={fraction}: fraction must lie between 0 and 1")
    chosen = ranges(parameters, names, window or {})
    for name, least in (("P", 3), ("N", 2)):
        if name in chosen and chosen[name][0] < least:
            raise ParameterError(f"{name}={chosen[name][0]}: at finite P {name} >= {least}")
    notes = [CUT] if event in SHARED else []
    notes += [GMFL2_RULE] if event == "gmfl2" else []
    notes += [REAL_SIZES] if {"N", "P"} & set(names) else []
    rest = (chosen, assumptions(theory, *notes))
    if event == "instability":
        return _result(event, names, theory, Status.ABSENT, (), STABLE_ZERO, rest)

    def many(columns: Mapping[str, Vector]) -> Vector:
        with np.errstate(all="ignore"):
            found = float_temperatures(columns, event, theory, float(fraction))
            return np.log(np.where(found > 0, found, np.nan) / columns["sigma2"])

    def level(at: FloatParameters) -> float:
        return float(many({name: np.array([value]) for name, value in at.items()})[0])

    def describe(at: FloatParameters) -> tuple[float, Mapping[str, float]]:
        with precision(_BITS):
            exact = {name: Fraction(value) for name, value in at.items()}
            found = state(exact, event, theory, fraction)
            gap = float((found.sigma2 / at["sigma2"]).log().mid())
            share = at["sigma2"] / float(found.tau.mid())
        return gap, {"u": float(found.u.mid()), "x": float(found.x.mid()), "a": share}

    found = ComputedBoundary(parameters, chosen, "", level, describe, many).curves(points, tell)
    reason = COMPUTED if found else f"no sign change found; {COMPUTED}"
    return _result(event, names, theory, verdict(found), tuple(found), reason, rest)


def _result(
    event: str,
    names: tuple[str, str],
    theory: str,
    status: Status,
    curves: tuple[BoundaryCurve, ...],
    reason: str,
    rest: tuple[Window, tuple[str, ...]],
) -> Boundary:
    chosen, notes = rest
    return Boundary(event, names, theory, "finite", status, chosen, curves, (), reason, notes)
