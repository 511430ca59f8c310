"""How events at finite d approach their limit, and where to look for them.

An event near a guess is bracketed there, where a scan would cost a hundred solves.
"""

from __future__ import annotations

from typing import Any

from binodal.models.teacher_student.numerics.critical import critical
from binodal.models.teacher_student.numerics.finite_critical import (
    critical_finite,
    event_level,
    refound,
)
from binodal.numerics.bracketed import bracketed
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided
from binodal.numerics.parameters import Parameters
from binodal.numerics.phases.ladder import Approach

_WIDTHS = (0.02, 0.08, 0.3)
_TOLERANCE = 1e-14


_shift = Forms("binodal.models.teacher_student.forms.shift").floats("shift")


def shift(parameters: Parameters, scaled: Parameters, theory: str, point: Any) -> float:
    """The coefficient of 1/d in the birth's sigma^2, at a point of the limit: one order."""
    numbers = {name: float(value) for name, value in parameters.items()}
    numbers["sigma2"] = float(point.value.mid())
    state = (float(point.rho.mid()), float(point.b.mid()))
    return float(_shift(theory)(*state, *numbers.values())[0])


def event_near(
    scaled: Parameters, event: str, theory: str, guess: float
) -> tuple[float, float] | None:
    """sigma^2 of the event and an error estimate, or None without a change of sign near the guess.

    Brackets guess (1 -+ w) for growing w; the error is the change on a quadrature twice as fine.
    Converged, not certified; None too where the level has no value between, or the finer one has
    no crossing there.
    """
    parameters = {name: float(value) for name, value in scaled.items()}

    def level(value: float, refine: int = 1) -> float:
        return event_level({**parameters, "sigma2": value}, event, theory, 0.5, refine)

    for width in _WIDTHS:
        low, high = guess * (1 - width), guess * (1 + width)
        at_low, at_high = level(low), level(high)
        if at_low * at_high < 0:
            try:
                root = bracketed(level, low, high, guess * _TOLERANCE, _TOLERANCE)
                finer = refound(lambda value: level(value, 2), root, guess)
            except Undecided:
                return None
            return finer, abs(finer - root) + guess * _TOLERANCE
    return None


APPROACH = Approach("d", 1, critical, critical_finite, shift, event_near)
