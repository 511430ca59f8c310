"""Predictions of networks on a subset, those of the closure in the response among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import nan

from flint import arb

from binodal.models.modular.numerics.subset_curves import whole
from binodal.models.modular.numerics.subset_outputs import Outputs, outputs
from binodal.models.modular.parameters import SHARE
from binodal.models.modular.predictions import subset_rows
from binodal.models.modular.predictions.response_left_out import few_left_out
from binodal.models.modular.predictions.subset_rule import LARGEST
from binodal.numerics.errors import Undecided
from binodal.validate.prediction import Prediction

LIMIT = "finite, response of the other neurons"


def predictions(
    parameters: Mapping[str, Fraction], theories: Sequence[str], places: Sequence[float] = ()
) -> list[Prediction]:
    """Those of :mod:`binodal.models.modular.predictions.subset_rows`, and where P is larger than
    mean field on subsets takes those of neurons that answer each other."""
    rows = subset_rows.predictions(parameters, theories, places)
    if "derived" in theories and parameters["P"] > LARGEST and parameters[SHARE] < 1:
        rows += by_response(parameters)
    return rows


def by_response(parameters: Mapping[str, Fraction]) -> Iterator[Prediction]:
    """a on either kind of pairs, and what the law of outputs says from them."""
    own = {name: float(value) for name, value in whole(parameters).items()}
    try:
        found = few_left_out(own, float(parameters[SHARE]))
    except Undecided as why:
        for name in ("a", "a_test", *Outputs._fields):
            yield Prediction("derived", name, nan, limit=LIMIT, modes=1, missing=str(why))
        return
    for name, value, error in zip(("a", "a_test"), found[:2], found.unsure, strict=True):
        yield Prediction("derived", name, value, error, limit=LIMIT, modes=1)
    seen, others = map(arb, found[:2], found.unsure)
    for name, ball in _over(seen, others, parameters).items():
        value, error = float(ball.mid()), float(ball.rad())
        yield Prediction("derived", name, value, error, limit=LIMIT, modes=1)


def _over(seen: arb, others: arb, parameters: Mapping[str, Fraction]) -> dict[str, arb]:
    """The law of outputs from one end of both errors to the other, and in the middle."""
    ends = [
        outputs(s, o, parameters)._asdict()
        for s, o in (
            (seen.mid(), others.mid()),
            (seen.lower(), others.lower()),
            (seen.upper(), others.upper()),
            (seen.lower(), others.upper()),
            (seen.upper(), others.lower()),
        )
    ]
    first, *rest = ends
    for end in rest:
        first = {name: ball.union(end[name]) for name, ball in first.items()}
    return first
