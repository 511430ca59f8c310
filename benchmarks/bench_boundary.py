"""A certified boundary curve, against following the same curve in floats without any proof."""

from __future__ import annotations

import numpy as np

from benchmarks.timing import Row, seconds
from binodal.models.registry import preset
from binodal.models.teacher_student.numerics.boundary import SIGNED, boundary
from binodal.models.teacher_student.numerics.boundary_system import BoundarySystem
from binodal.models.teacher_student.numerics.critical import critical
from binodal.numerics.balls import precision
from binodal.numerics.continuation.certify import LINK_BITS
from binodal.numerics.continuation.system import Vector, floats
from binodal.numerics.continuation.track import at_coordinate, tangent, track
from binodal.numerics.continuation.window import axes_of, longest_step, ranges, spans

POINTS = 200


def run() -> list[Row]:
    """``naive`` follows the curve through the preset's point in floats: no proof, no search."""
    point = preset("fig2")
    rows = []
    for theory in ("published", "derived"):
        for event in ("coexistence", "birth"):

            def certified(event: str = event, theory: str = theory) -> object:
                window = {"epsilon": (point["epsilon"] * 3, point["epsilon"] / 3)}
                return boundary(point, event, theory=theory, window=window, points=POINTS)

            curves = boundary(point, event, theory=theory, points=POINTS)
            open_links = sum(curve.undecided for curve in curves.curves)
            name = f"{event}, {theory}: {POINTS} points, 15 digits"
            note = f"one core; {open_links} links undecided; naive: one float curve, no proof"
            rows.append(Row(name, seconds(certified, 3), _unproved(event, theory), note))
    return rows


def _unproved(event: str, theory: str) -> float:
    """Seconds to follow one curve in floats, from a point that is given."""
    parameters = preset("fig2")
    window = ranges(
        parameters,
        ("sigma2", SIGNED),
        {SIGNED: (parameters[SIGNED] * 3, parameters[SIGNED] / 3)},
        SIGNED,
    )
    axes = axes_of(window, SIGNED)
    system = BoundarySystem(event, theory, axes, parameters)
    point = critical(parameters, event, "sigma2", theory).point
    if point is None:
        raise ValueError(f"no {event} at the preset")
    with precision(LINK_BITS):
        t = -(1 - 2 * point.rho).log()
        log = (point.value / float(axes[0].unit)).log()
        place: Vector = np.append(floats([t, log]), float(parameters[SIGNED]))
        polished = at_coordinate(system, place, 2, float(parameters[SIGNED]))
        start = place if polished is None else polished
        limits = [(0.0, float("inf")), *spans(axes, window)]
        step = longest_step(axes, window) * 40 / POINTS

        def follow() -> None:
            for sign in (1, -1):
                track(system, start, sign * tangent(system, start), limits, step)

        return seconds(follow, 3)
