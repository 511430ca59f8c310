"""Birth, coexistence, instability and mass as computed curves at finite d."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from flint import arb

from derive.teacher_student.action import action
from numerics.continuation.computed import COMPUTED, ComputedBoundary, FloatParameters, verdict
from numerics.continuation.result import Boundary, Window
from numerics.continuation.window import ranges, require_points
from numerics.errors import ParameterError
from numerics.teacher_student.boundary_system import SIGNED
from numerics.teacher_student.finite_critical import event_level, event_state
from numerics.teacher_student.functions import order_parameters
from numerics.teacher_student.systems import EVENTS


def boundary_finite(
    parameters: Mapping[str, Fraction],
    event: str,
    names: tuple[str, str] = ("sigma2", "epsilon"),
    theory: str = "derived",
    window: Window | None = None,
    points: int = 200,
    fraction: Fraction = Fraction(1, 2),
    tell: Callable[[], None] = lambda: None,
) -> Boundary:
    """Curves of an event at the given d (and N, n): converged points, neighbours undecided.

    The radius of a point is what a quadrature with twice the nodes changes. Events are those of
    ``critical_finite``. Raises ParameterError for names, ranges and fractions out of range.
    """
    if event not in EVENTS:
        raise ParameterError(f"unknown event {event!r}: choose {', '.join(EVENTS)}")
    if not 0 < fraction < 1:
        raise ParameterError(f"fraction={fraction}: fraction must lie between 0 and 1")
    require_points(points)
    chosen = ranges(parameters, names, window or {}, SIGNED)
    share = float(fraction)

    def level(at: FloatParameters) -> float:
        return event_level(at, event, theory, share)

    def describe(at: FloatParameters) -> tuple[float, Mapping[str, float]]:
        finer = event_level(at, event, theory, share, refine=2)
        return finer, _state(at, theory)

    found = ComputedBoundary(parameters, chosen, SIGNED, level, describe).curves(points, tell)
    reason = COMPUTED if found else f"no sign change found; {COMPUTED}"
    return Boundary(
        event,
        names,
        theory,
        "finite",
        verdict(found),
        chosen,
        tuple(found),
        (),
        reason,
        tuple(a.value for a in action(theory).assumptions),
    )


def _state(at: FloatParameters, theory: str) -> Mapping[str, float]:
    rho, b = event_state(at, theory)
    q2 = order_parameters(theory)(arb(rho), arb(at["sigma_w2"]))[0]
    u = at["n"] ** 2 * at["sigma_a2"] / (at["sigma2"] ** 2 * at["d"] * at["N"])
    return {"u": u, "q": float(q2.mid()) ** 0.5, "rho": rho, "b": b}
