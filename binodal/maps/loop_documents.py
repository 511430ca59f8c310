"""Hysteresis loops as JSON objects and as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from binodal.document import number

if TYPE_CHECKING:
    from numerics.phases.hysteresis import Feature, Loop, Point

ORDER_NAMES = {"teacher-student": "q", "modular": "x"}
ASSUMPTIONS = (
    "escape: overdamped Langevin dw = -grad S dt + sqrt(2) dW of one neuron (or one of its modes) "
    "at a fixed mean residual; one loop, good when the barrier is well above 1 in units of S",
    "kept states: the zero state is never unstable in this limit, so the loop closes only at "
    "finite size; the feature ends at its birth",
)


def loop_data(loop: Loop, digits: int) -> dict[str, Any]:
    """The loop's points; certified numbers as balls, escape times as computed decimals."""
    return {
        "along": loop.along,
        "order_parameter": ORDER_NAMES[loop.model],
        "points": [_point(loop, point, digits) for point in loop.points],
    }


def _point(loop: Loop, point: Point, digits: int) -> dict[str, Any]:
    escapes = point.escapes
    return {
        "value": str(point.value),
        "status": str(point.status),
        "phase": point.phase,
        "cooling": _feature(loop, point.cooling, digits),
        "heating": _feature(loop, point.heating, digits),
        "log10_escape_time": None
        if escapes is None
        else {"zero": escapes.from_zero, "feature": escapes.from_feature},
        "reason": point.reason,
    }


def _feature(loop: Loop, feature: Feature | None, digits: int) -> dict[str, Any] | None:
    if feature is None:
        return None
    named = {
        ORDER_NAMES[loop.model]: feature.order,
        "saddle": feature.saddle,
        "action": feature.action,
        "barrier": feature.barrier,
        "barrier_back": feature.back,
    }
    return {name: number(value, digits) for name, value in named.items()}


def loop_text(loop: Loop) -> str:
    """One line a point: phase, order parameters, barriers both ways, escape times."""
    name = ORDER_NAMES[loop.model]
    lines = [f"{loop.model}, {loop.theory}, thermodynamic limit, along {loop.along}"]
    heads = (loop.along, "phase", name, "out of zero", "out of feature", "log10 t0", "log10 tf")
    lines.append("  ".join(f"{head:>14}" for head in heads))
    for point in loop.points:
        escapes = point.escapes
        cells = (
            f"{float(point.value):.8g}",
            point.phase,
            _short(point.heating and point.heating.order),
            _short(point.cooling and point.cooling.barrier),
            _short(point.heating and point.heating.back),
            _short(escapes and escapes.from_zero),
            _short(escapes and escapes.from_feature),
        )
        lines.append("  ".join(f"{cell:>14}" for cell in cells))
    return "\n".join([*lines, *ASSUMPTIONS])


def _short(value: Any) -> str:
    if value is None:
        return "-"
    return f"{float(value.mid() if hasattr(value, 'mid') else value):.6g}"
