"""``critical``: where an event happens along a parameter."""

from __future__ import annotations

from fractions import Fraction

from binodal.config import DIGITS, Exact, exact_of, require_digits, require_parameter
from binodal.errors import RequestError
from binodal.models.protocol import LIMITS
from binodal.models.registry import model
from binodal.numerics.isolation import isolated
from binodal.page.tables import critical_text
from binodal.request import of_family, prepared, require
from binodal.result import Result
from binodal.result_json import critical_document


@of_family
@isolated
def critical(
    model_name: str,
    event: str,
    *,
    along: str = "sigma2",
    preset: str | None = None,
    theory: str = "derived",
    limit: str = "thermodynamic",
    digits: int = DIGITS,
    fraction: Exact = Fraction(1, 2),
    beta: Exact | None = None,
    alpha: Exact | None = None,
    **values: Exact,
) -> Result:
    """Where an event happens along a parameter, the nearest point first.

    ``fraction`` is the share of the probability that defines the event "mass" at finite size.
    """
    of = model(model_name)
    require(theory, of.theories, "theory")
    require(limit, LIMITS, "limit")
    require(event, of.events or (event,), "event")
    require_parameter(model_name, along)
    share = exact_of(fraction, "fraction")
    if not 0 < share < 1:
        raise RequestError(f"fraction={share}: must be between 0 and 1")
    if event == "mass" and limit != "finite":
        raise RequestError("event mass exists at finite size only: add --limit finite")
    parameters, notes = prepared(of, preset, beta, alpha, limit, values)
    find = of.offer("critical", limit)
    digits = require_digits(digits)
    event_found = find(parameters, event, along, theory, digits, share)
    document = critical_document(of, parameters, event_found, notes, digits)
    return Result(event_found, document, critical_text(document, digits))
