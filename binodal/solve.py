"""``solve``: the self-consistent residual, all saddles of the action and the phase."""

from __future__ import annotations

from binodal.config import DIGITS, Exact, require_digits
from binodal.models.protocol import LIMITS
from binodal.models.registry import model
from binodal.numerics.isolation import isolated
from binodal.page.tables import solve_text
from binodal.request import of_family, prepared, require
from binodal.result import Result
from binodal.result_json import solve_document


@of_family
@isolated
def solve(
    model_name: str,
    *,
    preset: str | None = None,
    theory: str = "derived",
    limit: str = "thermodynamic",
    digits: int = DIGITS,
    beta: Exact | None = None,
    alpha: Exact | None = None,
    **values: Exact,
) -> Result:
    """The self-consistent residual, all saddles of the action and the phase.

    Parameters are given by ``preset`` and by name (``sigma2="0.15"``). Raises
    :class:`binodal.errors.RequestError` or numerics' ParameterError for what makes no sense.
    """
    of = model(model_name)
    require(theory, of.theories, "theory")
    require(limit, LIMITS, "limit")
    parameters, notes = prepared(of, preset, beta, alpha, limit, values)
    digits = require_digits(digits)
    solution = of.offer("solve", limit)(parameters, theory, digits)
    document = solve_document(of, parameters, solution, notes, digits)
    return Result(solution, document, solve_text(document, digits))
