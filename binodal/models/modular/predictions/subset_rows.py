"""Predictions on a subset of the pairs: the quenched closure, mean field at finite P with its first
order in 1/N, and wrong ways to count the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from math import nan

from binodal.models.modular.numerics.finite import solve_finite
from binodal.models.modular.numerics.results import Closure, Solution
from binodal.models.modular.numerics.subset_curves import whole
from binodal.models.modular.numerics.subset_outputs import Outputs, outputs
from binodal.models.modular.numerics.subset_solve import SubsetClosure, solve_on_subset
from binodal.models.modular.parameters import SHARE
from binodal.models.modular.predictions import finite_width
from binodal.models.modular.predictions.rows import controls
from binodal.models.modular.predictions.subset_changes import Changes, changes
from binodal.models.modular.predictions.subset_rule import Addition
from binodal.numerics.errors import Undecided
from binodal.validate.expansion import Expansion
from binodal.validate.prediction import Prediction

LIMIT = "quenched, large P"
ON_SUBSETS = "finite"
"""Mean field on subsets as they are, with its first order in 1/N."""
CONTROLS: Mapping[str, int] = {
    "control: equivalent kernel, n = F P^2": 1,
    "control: F counted twice": 2,
    "control: all pairs": 0,
}
"""Powers of F by which sigma^2 is divided in the closure of all pairs, at finite P. Beside them
stand the controls of all pairs, at the first of these noises."""


def predictions(
    parameters: Mapping[str, Fraction], theories: Sequence[str], places: Sequence[float] = ()
) -> list[Prediction]:
    """a and the loss on the pairs seen and on the others, the accuracy there, and lambda; controls
    of a and lambda.

    The quenched theory is of large P. Both theories tell pairs that are seen from others, mean
    field at finite P on the branch that generalises. The controls know no difference, and have
    neither a least share nor memorising. ``places`` is not used.
    """
    rows: list[Prediction] = []
    if "derived" in theories:
        solution = solve_on_subset(parameters)
        rows += quenched_rows("derived", solution)
        rows += _of_outputs(solution, parameters)
        rows += _on_subsets(parameters)
    share = parameters[SHARE]
    for name, power in CONTROLS.items():
        if share < 1 or power == 1:
            solution = _at_noise(parameters, share**power)
            rows += _rows(name, solution.closure, solution.reason, "finite", True)
    floats = {name: float(value) for name, value in whole(parameters).items()}
    wrong = controls({**floats, "sigma2": floats["sigma2"] / float(share)})
    return rows + [row for row in wrong if row.observable in ("a", "lambda")]


def _of_outputs(solution: Solution, parameters: Mapping[str, Fraction]) -> Iterator[Prediction]:
    """Losses, and the accuracy on the other pairs, of the quenched theory.

    The error is what the scatter between pairs leaves open.
    """
    closure = solution.closure
    if not isinstance(closure, SubsetClosure):
        return
    blank = Prediction("derived", "", nan, limit=LIMIT, modes=1)
    if solution.phase == "GFL":
        why = "to leading order the zero state says nothing of any pair"
        yield from (replace(blank, observable=name, missing=why) for name in Outputs._fields)
        return
    told = outputs(closure.a, closure.others, parameters)
    for name, ball in told._asdict().items():
        value, error = float(ball.mid()), float(ball.rad())
        yield replace(blank, observable=name, value=value, error=error)


def _on_subsets(parameters: Mapping[str, Fraction]) -> Iterator[Prediction]:
    """Mean field on subsets with its first order in 1/N; the second is that of all pairs."""
    own = {name: float(value) for name, value in whole(parameters).items()}
    share = float(parameters[SHARE])
    names = ("a", "lambda")
    every = {row.observable: row for row in finite_width.predictions(own)}
    known = [replace(every[name], limit=ON_SUBSETS) for name in names]
    if share == 1 or any(row.missing for row in known):
        yield from known
        return
    try:
        (change,) = changes(Addition.of(int(own["P"])), own, share)
        here = finite_width.expansion(own)
    except Undecided as why:
        blank = replace(known[0], value=nan, error=0.0, missing=str(why))
        for name in (*names, "a_test"):
            yield replace(blank, observable=name)
        return
    yield from on_subset(known, here, change)


def on_subset(
    known: Sequence[Prediction], here: Expansion, change: Changes
) -> Iterator[Prediction]:
    """a, lambda and a on the other pairs, from rows of a and lambda on all pairs, their orders in
    1/N, and what subsets change."""
    parts = ((of.a, of.level) for of in change)
    for name, row, start, doubt, shift, unsure in zip(("a", "lambda"), known, *parts, strict=True):
        begin, first = here.start[name], here.shift[name]
        second = here.second.get(name, here.dropped(name))
        # The second order may change as the first does.
        left_out = begin * (doubt + unsure) + abs(second * begin * shift / first)
        value = row.value + begin * (start - 1 + shift)
        yield replace(row, observable=name, value=value, error=row.error + left_out)
    moved = change.shift.a_test
    # Rare neurons carry it, whose chances one order changes much: the next may be half as large.
    left_out = change.unsure.a_test + change.shift_unsure.a_test + abs(moved) / 2
    value = change.start.a_test + moved
    yield replace(known[0], observable="a_test", value=value, error=left_out)


def _at_noise(parameters: Mapping[str, Fraction], factor: Fraction) -> Solution:
    """The closure of all pairs with sigma^2 over a factor."""
    own = whole(parameters)
    return _solved(tuple({**own, "sigma2": own["sigma2"] / factor}.items()))


@cache
def _solved(values: tuple[tuple[str, Fraction], ...]) -> Solution:
    return solve_finite(dict(values))


def quenched_rows(theory: str, solution: Solution, control: bool = False) -> Iterator[Prediction]:
    """a on the pairs seen, a on the others, and lambda, of a quenched closure."""
    return _rows(theory, solution.closure, solution.reason, LIMIT, control)


def _rows(
    theory: str, closure: Closure | None, reason: str, limit: str, control: bool
) -> Iterator[Prediction]:
    """The same of a closure, or why there is none."""
    blank = Prediction(theory, "", nan, limit=limit, modes=1, control=control)
    for name in ("a", "a_test", "lambda"):
        if closure is None:
            yield replace(blank, observable=name, missing=reason)
            continue
        if name == "a_test" and isinstance(closure, SubsetClosure):
            ball = closure.others
        else:
            ball = closure.lam if name == "lambda" else closure.a
        value, error = float(ball.mid()), float(ball.rad())
        yield replace(blank, observable=name, value=value, error=error)
