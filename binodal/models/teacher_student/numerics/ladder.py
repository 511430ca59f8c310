"""An event at finite d near a guess: bracketed there, where a scan would cost a hundred solves."""

from __future__ import annotations

from collections.abc import Mapping

from scipy.optimize import brentq

from binodal.models.teacher_student.numerics.finite_critical import event_level, refound
from binodal.numerics.errors import Undecided

_WIDTHS = (0.02, 0.08, 0.3)
_TOLERANCE = 1e-14


def event_near(
    parameters: Mapping[str, float], event: str, theory: str, fraction: float, guess: float
) -> tuple[float, float] | None:
    """sigma^2 of the event and an error estimate, or None without a change of sign near the guess.

    Brackets guess (1 -+ w) for growing w; the error is the change on a quadrature twice as fine.
    Converged, not certified; None too where the finer one has no crossing there.
    """

    def level(value: float, refine: int = 1) -> float:
        return event_level({**parameters, "sigma2": value}, event, theory, fraction, refine)

    for width in _WIDTHS:
        low, high = guess * (1 - width), guess * (1 + width)
        at_low, at_high = level(low), level(high)
        if at_low * at_high < 0:
            root = float(brentq(level, low, high, xtol=guess * _TOLERANCE, rtol=_TOLERANCE))
            try:
                finer = refound(lambda value: level(value, 2), root, guess)
            except Undecided:
                return None
            return finer, abs(finer - root) + guess * _TOLERANCE
    return None
