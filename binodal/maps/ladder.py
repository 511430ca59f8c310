"""``ladder``: how an event approaches its thermodynamic limit."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from binodal.config import Exact, exact_of
from binodal.errors import RequestError
from binodal.models.registry import model
from binodal.numerics.isolation import isolated
from binodal.page.output import PICTURES, require_kind
from binodal.page.tables import foot
from binodal.pictured import Pictured
from binodal.progress import Progress
from binodal.request import of_family, prepared, require
from binodal.result_json import dropped_rows, header
from binodal.shown import Row

BETAS = tuple(Fraction(2) ** k for k in range(-3, 11))


class Rungs(Pictured):
    """How an event approaches its limit; a row a size."""

    dimension = "rung"
    picture, listed = "ladder", "Sizes"
    shows = "Distance to the limit against the size."

    def what(self) -> str:
        """The event, its limit and the leading correction."""
        of, coefficient = self.document, self.document["coefficient"]
        known = {name: value for name, value in coefficient.items() if value is not None}
        words = ", ".join(f"{value:.6g} ({name})" for name, value in known.items())
        limit = "" if of["limit_value"] is None else f", limit {of['limit_value']:.10g}"
        return f"{of['event']} by size{limit}, coefficient of 1/{of['size']}^{of['power']}: {words}"

    def records(self) -> list[Row]:
        """The sizes with the event's value, its error and the scaled distance to the limit."""
        return list(self.document["rungs"])

    def _paint(self, axes: Any) -> None:
        from binodal.maps.ladder_json import paint_ladder

        paint_ladder(self.value, axes)

    def _draw(self, path: Path) -> None:
        from binodal.maps.ladder_json import draw_ladder

        draw_ladder(self.value, path)


@of_family
@isolated
def ladder(
    model_name: str,
    event: str = "birth",
    *,
    betas: Sequence[Exact] = BETAS,
    fraction: Exact = Fraction(1, 2),
    output: Path | str | None = None,
    preset: str | None = None,
    theory: str = "derived",
    **values: Exact,
) -> Rungs:
    """How sigma^2 of an event approaches its thermodynamic limit along the model's scaling.

    Raises RequestError or numerics' ParameterError for what makes no sense.
    """
    from binodal.maps.ladder_json import DERIVED, ladder_data, ladder_text
    from binodal.numerics.phases.ladder import ladder as climbed

    of = model(model_name)
    require(theory, of.theories, "theory")
    require(event, ("birth", "coexistence", "mass"), "event")
    path = None if output is None else require_kind(Path(output), (*PICTURES, ".json"))
    factors = [exact_of(beta, "beta") for beta in betas]
    if len(set(factors)) != len(factors) or not factors:
        raise RequestError("betas: give different numbers, at least one")
    share = exact_of(fraction, "fraction")
    approach = of.offer("approach")
    parameters, notes = prepared(of, preset, None, None, "thermodynamic", values)
    with Progress("ladder", len(factors)) as progress:
        rungs = climbed(approach, parameters, factors, event, theory, share, progress.advance)
    derived = (DERIVED,) if approach.shift is not None else ()
    assumptions = (*of.limits["finite"].assumptions(theory), *derived, *notes)
    document = header(of.name, theory, "finite", parameters, assumptions, rungs.status)
    dropped = dropped_rows(of, parameters, rungs.at_limit) if rungs.at_limit else []
    document |= {**ladder_data(rungs), "dropped": dropped}
    text = "\n".join([ladder_text(rungs), *foot({**document, "reason": ""})])
    result = Rungs(rungs, document, text)
    if path is not None:
        result.write(path)
    return result
