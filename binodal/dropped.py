"""What many results leave out together: of each term the largest size, and where that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar

from binodal.models.protocol import Model
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.parameters import Parameters
from binodal.result_json import dropped_row

if TYPE_CHECKING:
    from binodal.numerics.continuation.result import Boundary, BoundaryPoint
    from binodal.numerics.dropped import Dropped

_SIDE, _MOST, _POINTS = 5, 125, 65
T = TypeVar("T")
Axes = Mapping[str, Sequence[Fraction]]
Terms = Iterable["Dropped"]


def of_settings(of: Model, parameters: Parameters, theory: str, axes: Axes) -> list[dict[str, Any]]:
    """The largest terms in the thermodynamic limit on a grid of settings, at most five a side.

    Settings that make no sense or cannot be decided are passed over.
    """
    if of.dropped is None:
        return []
    return _largest(_of_settings(of, parameters, theory, axes))


def _of_settings(
    of: Model, parameters: Parameters, theory: str, axes: Axes
) -> Iterator[tuple[dict[str, str], Terms]]:
    assert of.dropped is not None
    solve = of.offer("solve", "thermodynamic")
    side = next(n for n in range(_SIDE, 0, -1) if n == 1 or n ** len(axes) <= _MOST)
    chosen = [spread(values, side) for values in axes.values()]
    for values in product(*chosen):
        at = dict(zip(axes, values, strict=True))
        try:
            setting = parameters.replace(**at)
            solution = solve(setting, theory, 15)
        except (ParameterError, Undecided):
            continue
        yield {name: str(value) for name, value in at.items()}, of.dropped(setting, solution)


def spread(values: Sequence[T], count: int) -> list[T]:
    """At most ``count`` of the values, the ends among them, evenly spread.

    >>> spread(range(10), 4), spread("", 3)
    ([0, 3, 6, 9], [])
    """
    last = len(values) - 1
    if last < 0:
        return []
    places = {round(k * last / max(count - 1, 1)) for k in range(count)}
    return [values[k] for k in sorted(places)]


def of_boundaries(
    of: Model, parameters: Parameters, boundaries: Sequence[Boundary]
) -> list[dict[str, Any]]:
    """The largest terms at the points of all curves, of each at most 65 that are evenly spread."""
    if of.dropped is None:
        return []
    return _largest(
        (_place(boundary, point), _of_point(of, parameters, boundary, point))
        for boundary in boundaries
        for curve in boundary.curves
        for point in spread(curve.points, _POINTS)
    )


def _place(boundary: Boundary, point: BoundaryPoint) -> dict[str, str]:
    words = {"event": boundary.event, "theory": boundary.theory}
    return words | {name: f"{float(value.mid()):.9g}" for name, value in point.values.items()}


def _of_point(of: Model, parameters: Parameters, boundary: Boundary, point: BoundaryPoint) -> Terms:
    """The terms of a point as those of the event along the first of both parameters."""
    from binodal.numerics.dropped import middle
    from binodal.numerics.outcome import Status
    from binodal.numerics.results import Critical

    assert of.dropped is not None
    along, other = boundary.names
    at = {**parameters, other: middle(point.values[other])}
    found: Any = SimpleNamespace(value=point.values[along], **point.state)
    answer = Critical[Any](
        boundary.event,
        along,
        boundary.theory,
        boundary.limit,
        Status.CERTIFIED,
        found,
        (),
        boundary.reason,
        boundary.assumptions,
    )
    return of.dropped(at, answer)


def _largest(found: Iterable[tuple[dict[str, str], Terms]]) -> list[dict[str, Any]]:
    from binodal.numerics.dropped import largest

    return [{**dropped_row(term), "at": place} for term, place in largest(found)]
