"""``ladder``: how an event approaches its thermodynamic limit."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from binodal.config import Exact, exact_of
from binodal.errors import RequestError
from binodal.models.registry import model
from binodal.numerics.isolation import isolated
from binodal.page.output import PICTURES, drawn, require_kind, write_text
from binodal.page.tables import foot
from binodal.progress import Progress
from binodal.request import of_family, prepared, require
from binodal.result import Result
from binodal.result_json import dropped_rows, header

BETAS = tuple(Fraction(2) ** k for k in range(-3, 11))


@of_family
@isolated
def ladder(
    model_name: str,
    event: str = "birth",
    *,
    betas: Sequence[Exact] = BETAS,
    fraction: Exact = Fraction(1, 2),
    output: Path | None = None,
    preset: str | None = None,
    theory: str = "derived",
    **values: Exact,
) -> Result:
    """How sigma^2 of an event approaches its thermodynamic limit along the model's scaling.

    Raises RequestError or numerics' ParameterError for what makes no sense.
    """
    from binodal.maps.ladder_json import DERIVED, draw_ladder, ladder_data, ladder_text
    from binodal.numerics.phases.ladder import ladder as climbed

    of = model(model_name)
    require(theory, of.theories, "theory")
    require(event, ("birth", "coexistence", "mass"), "event")
    path = None if output is None else require_kind(output, (*PICTURES, ".json"))
    factors = [exact_of(beta, "beta") for beta in betas]
    if len(set(factors)) != len(factors) or not factors:
        raise RequestError("betas: give different numbers, at least one")
    share = exact_of(fraction, "fraction")
    approach = of.offer("approach")
    parameters, notes = prepared(of, preset, None, None, "thermodynamic", values)
    with Progress("ladder", len(factors)) as progress:
        found = climbed(approach, parameters, factors, event, theory, share, progress.advance)
    assumptions = (*of.limits["finite"].assumptions(theory), DERIVED, *notes)
    document = header(of.name, theory, "finite", parameters, assumptions, found.status)
    dropped = dropped_rows(of, parameters, found.at_limit) if found.at_limit else []
    document |= {**ladder_data(found), "dropped": dropped}
    text = "\n".join([ladder_text(found), *foot({**document, "reason": ""})])
    result = Result(found, document, text)
    if path is not None and path.suffix == ".json":
        write_text(path, result.to_json() + "\n")
    elif path is not None:
        drawn(path, lambda place: draw_ladder(found, place))
    return result
