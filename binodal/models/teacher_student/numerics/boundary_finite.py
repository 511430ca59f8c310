"""Birth, coexistence, instability and mass as computed curves at finite d.

The radius of a point is what a quadrature with twice the nodes changes.
"""

from __future__ import annotations

from collections.abc import Mapping

from flint import arb

from binodal.models.teacher_student.numerics.boundary_system import SIGNED
from binodal.models.teacher_student.numerics.finite_critical import event_level, event_state
from binodal.models.teacher_student.numerics.functions import assumptions as assumptions_of
from binodal.models.teacher_student.numerics.functions import order_parameters, strength
from binodal.models.teacher_student.numerics.systems import EVENTS
from binodal.numerics.continuation.boundaries import Request
from binodal.numerics.continuation.computed import ComputedBoundaries, FloatParameters, Levels


class _Boundaries(ComputedBoundaries):
    events = EVENTS
    plane = ("sigma2", SIGNED)
    signed = SIGNED

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Those of the action."""
        return tuple(a.value for a in assumptions_of(request.theory))

    def levels(self, request: Request) -> Levels:
        """What vanishes at the event at the solved closure, and the same on twice the nodes."""
        event, theory, share = request.event, request.theory, float(request.fraction)

        def level(point: FloatParameters) -> float:
            return event_level(point, event, theory, share)

        def describe(point: FloatParameters) -> tuple[float, Mapping[str, float]]:
            return event_level(point, event, theory, share, refine=2), _state(point, theory)

        return Levels(level, describe)


def _state(point: FloatParameters, theory: str) -> Mapping[str, float]:
    rho, b = event_state(point, theory)
    q2 = order_parameters(theory)(arb(rho), arb(point["sigma_w2"]))[0]
    u = float(strength(point).mid())
    return {"u": u, "q": float(q2.mid()) ** 0.5, "rho": rho, "b": b}


boundary_finite = _Boundaries()
