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
from binodal.numerics.rescale import whole_sizes
from binodal.result_json import dropped_row

if TYPE_CHECKING:
    from binodal.numerics.continuation.result import Boundary, BoundaryPoint
    from binodal.numerics.dropped import Dropped

_SETTINGS = {"thermodynamic": (5, 125), "finite": (3, 9)}
"""Most settings a side and in all: at finite size each is solved with proof, in about a second."""

_POINTS, _COSTLY = 65, 5
"""Of a curve, and those at which a term is looked at that needs a solution at finite size."""

T = TypeVar("T")
Axes = Mapping[str, Sequence[Fraction]]
Terms = Iterable["Dropped"]


def of_settings(
    of: Model, parameters: Parameters, theory: str, axes: Axes, limit: str = "thermodynamic"
) -> list[dict[str, Any]]:
    """The largest terms on a grid of settings, at most five a side, or three at finite size.

    Settings that make no sense or cannot be decided are passed over; sizes are rounded to integers
    at finite size.
    """
    if of.dropped is None:
        return []
    return _largest(_of_settings(of, parameters, theory, axes, limit))


def _of_settings(
    of: Model, parameters: Parameters, theory: str, axes: Axes, limit: str
) -> Iterator[tuple[dict[str, str], Terms]]:
    assert of.dropped is not None
    solve = of.offer("solve", limit)
    longest, most = _SETTINGS[limit]
    side = next(n for n in range(longest, 0, -1) if n == 1 or n ** len(axes) <= most)
    chosen = [spread(values, side) for values in axes.values()]
    for values in product(*chosen):
        point = dict(zip(axes, values, strict=True))
        try:
            setting = parameters.replace(**point)
            if limit == "finite":
                setting = whole_sizes(setting)[0]
            solution = solve(setting, theory, 15)
        except (ParameterError, Undecided):
            continue
        yield {name: str(setting[name]) for name in point}, of.dropped(setting, solution)


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
    """The largest terms at the points of all curves, of each at most 65 that are evenly spread.

    Terms that take a solution at finite size are looked at in five of them.
    """
    if of.dropped is None:
        return []
    return _largest(
        (_place(boundary, point), _of_point(of, parameters, boundary, point, costly))
        for boundary in boundaries
        for curve in boundary.curves
        for count, costly in ((_POINTS, False), (_COSTLY, True))
        for point in spread(curve.points, count)
    )


def _place(boundary: Boundary, point: BoundaryPoint) -> dict[str, str]:
    words = {"event": boundary.event, "theory": boundary.theory}
    return words | {name: f"{float(value.mid()):.9g}" for name, value in point.values.items()}


def _of_point(
    of: Model, parameters: Parameters, boundary: Boundary, point: BoundaryPoint, costly: bool
) -> Terms:
    """The terms of a point as those of the event along the first of both parameters."""
    from binodal.numerics.dropped import middle
    from binodal.numerics.outcome import Status
    from binodal.numerics.results import Critical

    assert of.dropped is not None
    along, other = boundary.names
    numbers = {**parameters, other: middle(point.values[other])}
    state: Any = SimpleNamespace(value=point.values[along], costly=costly, **point.state)
    answer = Critical[Any](
        boundary.event,
        along,
        boundary.theory,
        boundary.limit,
        Status.CERTIFIED,
        state,
        (),
        boundary.reason,
        boundary.assumptions,
    )
    return of.dropped(numbers, answer)


def _largest(terms: Iterable[tuple[dict[str, str], Terms]]) -> list[dict[str, Any]]:
    from binodal.numerics.dropped import largest

    return [{**dropped_row(term), "at": place} for term, place in largest(terms)]
