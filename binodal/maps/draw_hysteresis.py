"""A hysteresis loop as a picture: order parameter, barriers, escape times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from binodal.maps.draw_map import axis_label
from binodal.maps.loop_json import size_at, sizes
from binodal.page.style import COLOURS, DASHES, figure, titled

if TYPE_CHECKING:
    from binodal.models.protocol import Model
    from binodal.numerics.phases.escape import Feature
    from binodal.numerics.phases.hysteresis import Loop, Point


def draw_hysteresis(of: Model, loop: Loop, path: Path) -> None:
    """Write the loop to ``path`` (SVG or PNG by its suffix); same loop, same bytes."""
    with figure(path, 3, 1, (6.2, 7.2), sharex=True) as (_, axes):
        paint_hysteresis(of, loop, axes)


def paint_hysteresis(of: Model, loop: Loop, axes: Sequence[Any]) -> None:
    """The loop on three axes: order parameter, barriers, escape times."""
    top, middle, bottom = axes
    _order(top, loop)
    _barriers(middle, of, loop)
    _times(bottom, of, loop)
    top.set_title(titled(of.name, f"{loop.theory} theory, thermodynamic limit"))
    top.set_ylabel(of.order.latex)
    middle.set_ylabel(rf"barrier $\Delta S/{axis_label(of.size).strip('$')}$")
    bottom.set_ylabel(r"$\log_{10}$ escape time")
    bottom.set_xlabel(axis_label(loop.along))
    top.legend(loc="upper right", ncols=2)
    middle.legend(loc="upper right", ncols=2)


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
    low, high = axes.get_ylim()
    axes.set_ylim(top=max(1.45 * high, high + 0.3 * (high - low)))
    for left, right in pairwise(loop.points):
        if _feature_below(left) != _feature_below(right):
            label = "coexistence lies here"
            axes.axvspan(float(left.value), float(right.value), color="#BBBBBB", label=label)


def _feature_below(point: Point) -> bool:
    return point.cooling is not None and float(point.cooling.action.mid()) < 0


def _barriers(axes: Any, of: Model, loop: Loop) -> None:
    _curve(axes, loop, _of("cooling", "barrier"), 1, "out of the zero state")
    _curve(axes, loop, _of("heating", "back"), 2, "out of the feature")
    size = _at(of, loop)
    _curve(axes, loop, _rise(of, loop, "from_zero"), 3, f"out of the zero state at {size}")
    _curve(axes, loop, _rise(of, loop, "from_feature"), 4, f"out of the feature at {size}")
    axes.set_ylim(0, 1.45 * axes.get_ylim()[1])


def _rise(of: Model, loop: Loop, name: str) -> Callable[[Point], float | None]:
    """The barrier at the given size over that size."""

    def value(point: Point) -> float | None:
        rise = None if point.escapes is None else getattr(point.escapes, name).rise
        return None if rise is None else float(rise.mid()) / size_at(of, loop, point)

    return value


def _time(name: str) -> Callable[[Point], float | None]:
    def value(point: Point) -> float | None:
        return None if point.escapes is None else getattr(point.escapes, name).log10_time

    return value


def _times(axes: Any, of: Model, loop: Loop) -> None:
    """Times at the given size; a curve breaks where there is no barrier worth the name."""
    if all(point.escapes is None for point in loop.points):
        _said(axes, "no escape times for this model")
        return
    names = {"from_zero": "out of the zero state", "from_feature": "out of the feature"}
    for style, (name, label) in enumerate(names.items(), start=3):
        _curve(axes, loop, _time(name), style, f"{label} at {_at(of, loop)}, Eyring-Kramers")
        _exact(axes, loop, name, style)
    if all(_time(name)(point) is None for name in names for point in loop.points):
        _said(axes, _why_none(loop) or "no barrier above one unit of noise at this size: no times")
    axes.legend(loc="best", title="points: mean first-passage time")


def _exact(axes: Any, loop: Loop, name: str, style: int) -> None:
    """Mean first-passage times as points with their errors."""
    known = [
        (float(point.value), *exact)
        for point in loop.points
        if point.escapes is not None
        and (exact := getattr(point.escapes, name).exact_time()) is not None
    ]
    if known:
        places, times, errors = zip(*known, strict=True)
        axes.errorbar(places, times, errors, fmt=".", color=COLOURS[style])


def _why_none(loop: Loop) -> str:
    """The one reason of all places, or nothing."""
    known = [point.escapes for point in loop.points if point.escapes is not None]
    whys = {escape.why for of in known for escape in (of.from_zero, of.from_feature)}
    return whys.pop() if len(whys) == 1 else ""


def _said(axes: Any, text: str) -> None:
    axes.text(0.5, 0.3, text, ha="center", transform=axes.transAxes)


def _at(of: Model, loop: Loop) -> str:
    return sizes(of, loop).replace(of.size, axis_label(of.size))
