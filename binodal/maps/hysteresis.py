"""``hysteresis``: both branches of a loop along a parameter, with barriers and escape times."""

from __future__ import annotations

from pathlib import Path

from binodal.config import DIGITS, Exact, require_digits
from binodal.maps.loop_json import ASSUMPTIONS, loop_data, loop_text
from binodal.models.registry import model
from binodal.numerics.isolation import isolated
from binodal.page.output import PICTURES, drawn, require_kind, write_text
from binodal.progress import Progress
from binodal.request import of_family, prepared, require
from binodal.result import Result
from binodal.result_json import header


@of_family
@isolated
def hysteresis(
    model_name: str,
    along: str,
    *,
    output: Path | None = None,
    preset: str | None = None,
    theory: str = "derived",
    digits: int = DIGITS,
    beta: Exact | None = None,
    alpha: Exact | None = None,
    **values: Exact,
) -> Result:
    """Both branches of the loop along NAME=START:STOP:COUNT, with barriers and escape times.

    ``output`` is a picture (.svg, .png) or the points (.json). Raises RequestError or numerics'
    ParameterError for what makes no sense.
    """
    from binodal.numerics.phases.hysteresis import hysteresis as swept
    from binodal.sweeps.axis import parse_axes

    of = model(model_name)
    require(theory, of.theories, "theory")
    digits = require_digits(digits)
    (axis,) = parse_axes([along], model_name, tuple(values), "--along")
    path = None if output is None else require_kind(output, (*PICTURES, ".json"))
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
    assumptions = (*of.limits["thermodynamic"].assumptions(theory), *ASSUMPTIONS, *notes)
    document = header(of.name, theory, "thermodynamic", parameters, assumptions, loop.status)
    result = Result(loop, {**document, **loop_data(of, loop, digits)}, loop_text(of, loop))
    if path is not None and path.suffix == ".json":
        write_text(path, result.to_json() + "\n")
    elif path is not None:
        from binodal.maps.draw_hysteresis import draw_hysteresis

        drawn(path, lambda place: draw_hysteresis(of, loop, place))
    return result
