"""A hysteresis loop as a picture: order parameter, barriers, escape times."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from binodal.maps.draw_map import axis_label
from binodal.reports.style import COLOURS, DASHES, figure

if TYPE_CHECKING:
    from numerics.phases.hysteresis import Feature, Loop, Point

ORDER = {"teacher-student": r"overlap $q$", "modular": r"$x = |w_k|^2$"}
UNIT = {"teacher-student": "d", "modular": "P"}


def draw_hysteresis(loop: Loop, path: Path) -> None:
    """Write the loop to ``path`` (SVG or PNG by its suffix); same loop, same bytes."""
    unit = UNIT[loop.model]
    with figure(path, 3, 1, (6.2, 7.2), sharex=True) as (_, (top, middle, bottom)):
        _order(top, loop)
        _barriers(middle, loop)
        _times(bottom, loop)
        top.set_title(f"{loop.model}, {loop.theory} theory, thermodynamic limit")
        top.set_ylabel(ORDER[loop.model])
        middle.set_ylabel(rf"barrier $\Delta S/{unit}$")
        bottom.set_ylabel(r"$\log_{10}$ escape time")
        bottom.set_xlabel(axis_label(loop.along))
        top.legend(loc="upper right", ncols=2)
        for axes in (middle, bottom):
            axes.legend(loc="best")


def _curve(
    axes: Any, loop: Loop, value: Callable[[Point], float | None], style: int, label: str
) -> None:
    """A curve that breaks where there is no value."""
    places = [float(point.value) for point in loop.points]
    heights = [float("nan") if (h := value(point)) is None else h for point in loop.points]
    axes.plot(places, heights, color=COLOURS[style], linestyle=DASHES[style], label=label)


def _of(branch: str, name: str) -> Callable[[Point], float | None]:
    def value(point: Point) -> float | None:
        feature: Feature | None = getattr(point, branch)
        return None if feature is None else float(getattr(feature, name).mid())

    return value


def _order(axes: Any, loop: Loop) -> None:
    _curve(axes, loop, lambda point: 0.0, 1, "zero state kept: never unstable")
    _curve(axes, loop, _of("heating", "order"), 2, "feature kept: until its birth")
    _curve(axes, loop, _of("heating", "saddle"), 4, "saddle between them")
    axes.set_ylim(top=1.45 * axes.get_ylim()[1])
    for left, right in pairwise(loop.points):
        if (left.phase == "GFL") != (right.phase == "GFL"):
            label = "coexistence lies here"
            axes.axvspan(float(left.value), float(right.value), color="#BBBBBB", label=label)


def _barriers(axes: Any, loop: Loop) -> None:
    _curve(axes, loop, _of("cooling", "barrier"), 1, "out of the zero state")
    _curve(axes, loop, _of("heating", "back"), 2, "out of the feature")
    axes.set_ylim(bottom=0)


def _times(axes: Any, loop: Loop) -> None:
    def time(name: str) -> Callable[[Point], float | None]:
        return lambda point: None if point.escapes is None else getattr(point.escapes, name)

    _curve(axes, loop, time("from_zero"), 1, "out of the zero state, Eyring-Kramers")
    _curve(axes, loop, time("from_feature"), 2, "out of the feature, Eyring-Kramers")
