"""Stored networks for the page: at which parameters they were trained, and what was measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from binodal.experiments.stored import read_experiments
from binodal.explorer.offered import explored
from binodal.models.explorer import Explorer, Trained
from binodal.models.registry import model
from binodal.page.measured import as_float

_ALONG = "sigma2"
_LONG = 8
Series = dict[str, Any]


def networks() -> dict[str, list[Series]]:
    """Series along sigma^2 by model: choice, state, parameters as texts, and points.

    A point is sigma^2, the measured value and its standard error; all else is the same in a series.
    """
    by_model: dict[str, list[Series]] = {name: [] for name in explored()}
    for experiment in read_experiments():
        for case in experiment["cases"]:
            for name, key, point in _points(case):
                same = [s for s in by_model[name] if all(s[k] == key[k] for k in key)]
                if not same:
                    by_model[name].append({**key, "points": []})
                points = (same or by_model[name][-1:])[0]["points"]
                if all(point[0] != other[0] for other in points):
                    points.append(point)
    return {
        name: [{**one, "points": sorted(one["points"])} for one in series]
        for name, series in by_model.items()
    }


def _points(case: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any], list[float]]]:
    """Of every observable of a case that the page has: model, what is the same, and the point."""
    of = model(str(case["model"]))
    if of.family not in explored():
        return
    explorer = explored()[of.family]
    values = {k: _text(v) for k, v in case["params"].items()}
    along = as_float(values.pop(_ALONG))
    for how in _shown(explorer, of.space.settings):
        row = _row(case["rows"], how.observable)
        if along is not None and row is not None:
            whole = {**values, **how.coefficients}
            yield (
                of.family,
                {"choice": how.choice, "state": how.state, "values": whole},
                [along, *row],
            )


def _shown(explorer: Explorer, settings: Mapping[str, str]) -> Iterable[Trained]:
    if explorer.trained is not None:
        return explorer.trained(settings)
    return [Trained("", {}, name, name) for name in explorer.residual]


def _row(rows: Iterable[Mapping[str, Any]], observable: str) -> list[float] | None:
    """The measured value and its standard error: the same beside every theory."""
    for row in rows:
        value, error = as_float(row.get("measured")), as_float(row.get("stderr"))
        if row.get("observable") == observable and value is not None and error is not None:
            return [float(f"{value:.6g}"), float(f"{error:.3g}")]
    return None


def _text(value: str) -> str:
    """As a double where the fraction is long, which is what the page computes with."""
    return value if len(value) < _LONG else repr(float(Fraction(value)))
