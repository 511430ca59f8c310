"""``critical``: where an event happens along a parameter."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from binodal.arrays import over_arrays
from binodal.config import DIGITS, Exact, Given, exact_of, require_digits, require_parameter
from binodal.errors import RequestError
from binodal.models.protocol import LIMITS
from binodal.models.registry import model
from binodal.numerics.isolation import isolated
from binodal.page.blocks import Block, literal
from binodal.page.number import held
from binodal.page.tables import critical_text
from binodal.reports.landscape import plot_landscape
from binodal.request import of_family, prepared, require, require_event
from binodal.result import Result
from binodal.result_json import critical_document
from binodal.shown import Row, rows_table


class Event(Result):
    """Where an event happens; its rows are all such points, the nearest first."""

    dimension = ""

    def what(self) -> str:
        """The event, or that there is none."""
        words = f"{self.document['event']} along {self.document['along']}"
        if self.document["value"] is not None:
            return words
        return f"{words}: {'none' if self.status == 'absent' else 'not decided'}"

    def numbers(self) -> Row:
        """The parameter's value there, and the state."""
        return self._point(self.document)

    def records(self) -> list[Row]:
        """The nearest point and all others."""
        points = [self.document, *self.document["others"]]
        return [self._point(point) for point in points if point["value"] is not None]

    def _point(self, point: Mapping[str, Any]) -> Row:
        return {self.document["along"]: held(point["value"]), **held(point["at"] or {})}

    def tables(self) -> list[Block]:
        """The points, with all usual digits."""
        return rows_table(self.records(), literal(self.headline()), digits=DIGITS)

    def plot(self, axes: Any = None) -> Any:
        """The action at the event with its saddles (minima filled), on matplotlib axes.

        New axes are made if none are given. Raises :class:`binodal.errors.RequestError` when
        nothing was found.
        """
        return plot_landscape(self.document, axes)


@of_family
@over_arrays
@isolated
def critical(
    model_name: str,
    event: str,
    *,
    along: str | None = None,
    preset: str | None = None,
    theory: str = "derived",
    limit: str = "thermodynamic",
    digits: int = DIGITS,
    fraction: Exact = Fraction(1, 2),
    beta: Exact | None = None,
    alpha: Exact | None = None,
    **values: Given,
) -> Event:
    """Where an event happens along a parameter, the nearest point first.

    Without ``along`` it is sigma2, or what the model names in its place, as the time.
    ``fraction`` is the share of the probability that defines the event "mass" at finite size.
    Arrays of values give a table (:class:`binodal.arrays.Many`).
    """
    of = model(model_name)
    require(theory, (*of.theories, *of.point_theories), "theory")
    require(limit, LIMITS, "limit")
    require_event(event, of, limit)
    along = of.along if along is None else along
    if along != of.along:
        require_parameter(model_name, along)
    share = exact_of(fraction, "fraction")
    if not 0 < share < 1:
        raise RequestError(f"fraction={share}: must be between 0 and 1")
    parameters, notes = prepared(of, preset, beta, alpha, limit, values)
    find = of.offer("critical", limit)
    digits = require_digits(digits)
    event_found = find(parameters, event, along, theory, digits, share)
    document = critical_document(of, parameters, event_found, notes, digits)
    return Event(event_found, document, critical_text(document, digits))
