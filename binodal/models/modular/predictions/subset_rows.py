"""Predictions on a subset of the pairs: the quenched closure, and wrong ways to count the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from math import nan

from binodal.models.modular.numerics.finite import solve_finite
from binodal.models.modular.numerics.results import Solution
from binodal.models.modular.numerics.subset_curves import whole
from binodal.models.modular.numerics.subset_solve import solve_on_subset
from binodal.models.modular.parameters import SHARE
from binodal.numerics.parameters import Parameters
from binodal.validate.prediction import Prediction

LIMIT = "quenched, large P"
_CONTROLS: Mapping[str, int] = {
    "control: equivalent kernel, n = F P^2": 1,
    "control: F counted twice": 2,
    "control: all pairs": 0,
}
"""Powers of F by which sigma^2 is divided in the closure of all pairs, at finite P."""


def predictions(
    parameters: Parameters, theories: Sequence[str], places: Sequence[float] = ()
) -> list[Prediction]:
    """a on the pairs seen, a on the others, and lambda; controls of a and lambda.

    The quenched theory is of large P. To leading order what is learned is the rule, so that a is
    the same on the pairs that are not seen. The controls know no difference either, and have
    neither a least share nor memorising. ``places`` is not used.
    """
    rows: list[Prediction] = []
    if "derived" in theories:
        rows += _rows("derived", solve_on_subset(parameters), LIMIT, False)
    share = parameters[SHARE]
    for name, power in _CONTROLS.items():
        if share < 1 or power == 1:
            rows += _rows(name, _at_noise(parameters, share**power), "finite", True)
    return rows


def _at_noise(parameters: Parameters, factor: Fraction) -> Solution:
    """The closure of all pairs with sigma^2 over a factor."""
    own = whole(parameters)
    return _solved(tuple({**own, "sigma2": own["sigma2"] / factor}.items()))


@cache
def _solved(values: tuple[tuple[str, Fraction], ...]) -> Solution:
    return solve_finite(dict(values))


def _rows(theory: str, solution: Solution, limit: str, control: bool) -> Iterator[Prediction]:
    blank = Prediction(theory, "", nan, limit=limit, modes=1, control=control)
    closure = solution.closure
    for name in ("a", "a_test", "lambda"):
        if closure is None:
            yield replace(blank, observable=name, missing=solution.reason)
            continue
        ball = closure.lam if name == "lambda" else closure.a
        value, error = float(ball.mid()), float(ball.rad())
        yield replace(blank, observable=name, value=value, error=error)
