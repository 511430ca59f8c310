"""Boundaries of phases as a function of the public API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from binodal.boundaries.curves_json import as_csv, boundary_document, point_rows
from binodal.boundaries.request import (
    MOST_POINTS,
    SUFFIXES,
    chosen_events,
    chosen_theories,
    plane,
)
from binodal.boundaries.text import boundary_text
from binodal.config import Exact, exact_of, require_digits, whole
from binodal.dropped import of_boundaries
from binodal.errors import RequestError
from binodal.models.protocol import LIMITS
from binodal.models.registry import model
from binodal.numerics.isolation import isolated
from binodal.numerics.parameters import Parameters
from binodal.page.output import require_writable, write_text
from binodal.pictured import Pictured
from binodal.progress import Progress
from binodal.request import of_family, prepared, require
from binodal.shown import Row


class Curves(Pictured):
    """Curves of events in a plane; a row a point."""

    dimension = "point"
    picture, listed = "boundaries", "Points"
    shows = "Curves of events in the plane of two parameters."

    def what(self) -> str:
        """Which events, in which plane, with how many points."""
        events = [f"{b['event']} ({b['theory']})" for b in self.document["boundaries"]]
        return (
            f"{', '.join(events)} in {', '.join(self.document['in'])}: {len(self.records())} points"
        )

    def records(self) -> Sequence[Row]:
        """The points: event, theory, curve, both parameters and the state there."""
        return point_rows(self.document)

    def _paint(self, axes: Any) -> None:
        from binodal.boundaries.draw import paint_boundaries

        paint_boundaries(self.document, axes)
        if axes.get_legend_handles_labels()[0]:
            axes.legend()

    def _draw(self, path: Path) -> None:
        from binodal.boundaries.draw import draw_boundaries

        draw_boundaries(self.document, path)

    def write(self, path: Path) -> None:
        """The points (.csv) too."""
        if path.suffix.lower() == ".csv":
            write_text(path, as_csv(self.document))
        else:
            super().write(path)


@of_family
@isolated
def boundary(
    model_name: str,
    events: str | Sequence[str],
    *,
    names: Sequence[str] | None = None,
    ranges: Mapping[str, tuple[Exact, Exact]] | None = None,
    theories: Sequence[str] = ("both",),
    limit: str = "thermodynamic",
    points: int = 200,
    digits: int = 15,
    fraction: Exact = Fraction(1, 2),
    output: Path | str | None = None,
    preset: str | None = None,
    beta: Exact | None = None,
    alpha: Exact | None = None,
    **values: Exact,
) -> Curves:
    """The curves of events in the plane of two parameters, the others fixed.

    Each curve is a list of certified points with, between neighbours, the proof that they lie on
    one branch, or the word undecided; at finite size both are computed only. Without ``names`` the
    plane is the model's usual one, as sigma2 and epsilon of teacher-student. ``ranges`` gives
    (low, high) for a name; without it a third to three times the parameter's value, and both signs
    of epsilon. ``output`` writes a picture (.svg, .png), the document (.json) or the points (.csv).
    Raises :class:`binodal.errors.RequestError` or numerics' ParameterError for bad requests.

    >>> found = boundary(
    ...     "teacher-student", "instability", theories=["derived"], preset="fig2", points=2
    ... )
    >>> found.status, found.document["boundaries"][0]["curves"]
    ('absent', [])
    """
    of = model(model_name)
    require(limit, LIMITS, "limit")
    wanted = chosen_events(of, [events] if isinstance(events, str) else events, limit)
    find = of.offer("boundary", limit)
    pair = plane(of, find.plane if names is None else names)
    chosen = chosen_theories(of, theories)
    points = whole(points, "points", 2, MOST_POINTS)
    share = exact_of(fraction, "fraction")
    digits = require_digits(digits)
    path = None if output is None else _require_output(Path(output))
    parameters, notes = prepared(of, preset, beta, alpha, limit, values)
    window = {
        name: (exact_of(low, name), exact_of(high, name))
        for name, (low, high) in (ranges or {}).items()
    }
    options: dict[str, Any] = {"names": pair, "window": window, "points": points}
    options |= {"fraction": share} if limit == "finite" else {"digits": digits}
    jobs = [(event, theory) for event in wanted for theory in chosen]
    boundaries = _solved(find, parameters, jobs, options)
    document = boundary_document(of, parameters, boundaries, notes, digits)
    document["dropped"] = of_boundaries(of, parameters, boundaries)
    result = Curves(tuple(boundaries), document, boundary_text(document, digits))
    if path is not None:
        result.write(path)
    return result


def _solved(
    find: Callable[..., Any],
    parameters: Parameters,
    jobs: Sequence[tuple[str, str]],
    options: Mapping[str, Any],
) -> list[Any]:
    """One numerics ``Boundary`` for each event and theory."""
    points, boundaries = options["points"], []
    with Progress("boundaries", len(jobs) * points) as progress:
        for done, (event, theory) in enumerate(jobs):

            def tell(until: int = (done + 1) * points) -> None:
                if progress.done + 1 < until:
                    progress.advance()

            boundaries.append(find(parameters, event, theory=theory, tell=tell, **options))
            progress.advance((done + 1) * points - progress.done)
    return boundaries


def _require_output(path: Path) -> Path:
    if path.suffix.lower() not in SUFFIXES:
        raise RequestError(f"{path}: the name must end in {', '.join(SUFFIXES)}")
    return require_writable(path)
