"""``hysteresis``: both branches of a loop along a parameter, with barriers and escape times."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from binodal.config import DIGITS, Exact, require_digits
from binodal.dropped import of_settings
from binodal.errors import said
from binodal.maps.loop_json import loop_data, loop_notes, loop_row, loop_text
from binodal.models.registry import model
from binodal.numerics.isolation import isolated
from binodal.page.output import PICTURES, require_kind
from binodal.page.tables import dropped_lines
from binodal.pictured import Pictured
from binodal.progress import Progress
from binodal.request import of_family, prepared, require
from binodal.result_json import header
from binodal.shown import Row


class Branches(Pictured):
    """Both branches of a loop; a row a place, barriers and escape times out of each state."""

    dimension, picture = "place", "hysteresis"
    shows = listed = "Order parameter, barriers and escape times of both branches."

    def what(self) -> str:
        """Along what, and how far."""
        points = self.document["points"]
        ends = " to ".join(str(float(Fraction(points[k]["value"]))) for k in (0, -1))
        return f"hysteresis along {self.document['along']} from {ends}, {len(points)} points"

    def records(self) -> list[Row]:
        """The place, its phase, the feature and its barriers, and log10 of escape times."""
        return [loop_row(self.document, point) for point in self.document["points"]]

    def _shape(self) -> tuple[Any, ...]:
        return 3, (6.2, 7.2)

    def _paint(self, axes: Any) -> None:
        from binodal.maps.draw_hysteresis import paint_hysteresis

        paint_hysteresis(model(self.document["model"]), self.value, axes)

    def _draw(self, path: Path) -> None:
        from binodal.maps.draw_hysteresis import draw_hysteresis

        draw_hysteresis(model(self.document["model"]), self.value, path)


@of_family
@isolated
def hysteresis(
    model_name: str,
    along: str,
    *,
    output: Path | str | None = None,
    preset: str | None = None,
    theory: str = "derived",
    digits: int = DIGITS,
    beta: Exact | None = None,
    alpha: Exact | None = None,
    **values: Exact,
) -> Branches:
    """Both branches of the loop along NAME=START:STOP:COUNT, with barriers and escape times.

    ``output`` is a picture (.svg, .png) or the points (.json). Raises RequestError or numerics'
    ParameterError for what makes no sense.
    """
    from binodal.numerics.phases.hysteresis import hysteresis as swept
    from binodal.sweeps.axis import parse_axes

    of = model(model_name)
    require(theory, of.theories, "theory")
    digits = require_digits(digits)
    (axis,) = parse_axes([along], model_name, tuple(values), said("--along", "along"))
    path = None if output is None else require_kind(Path(output), (*PICTURES, ".json"))
    given = {axis.name: axis.start, **values}
    branches = of.offer("branches")
    parameters, notes = prepared(of, preset, beta, alpha, "thermodynamic", given)
    with Progress("hysteresis", axis.count) as progress:
        loop = swept(
            branches,
            parameters,
            axis.name,
            axis.start,
            axis.stop,
            axis.count,
            theory,
            progress.advance,
        )
    limit = of.limits["thermodynamic"].assumptions(theory) if of.kept is None else ()
    assumptions = (*limit, *loop_notes(of, loop), *notes)
    document = header(of.name, theory, "thermodynamic", parameters, assumptions, loop.status)
    dropped = of_settings(of, parameters, theory, {axis.name: axis.values()})
    document |= {**loop_data(of, loop, digits), "dropped": dropped}
    text = "\n".join([loop_text(of, loop), *dropped_lines(document)])
    result = Branches(loop, document, text)
    if path is not None:
        result.write(path)
    return result
