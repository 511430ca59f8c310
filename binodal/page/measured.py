"""Measurements from networks that a figure can show beside a theory's curve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Data = Mapping[str, Mapping[str, Any]]
_CLOSE = 1e-6


@dataclass(frozen=True)
class Points:
    """Abscissa, measured value and standard error, one entry a setting."""

    x: Array
    y: Array
    error: Array

    def __bool__(self) -> bool:
        return bool(self.x.size)


def as_float(value: Any) -> float | None:
    """A finite number from a number, a decimal or a rational as text; None for anything else.

    >>> as_float("8/700") == 8 / 700, as_float("many"), as_float(None)
    (True, None, None)
    """
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(Fraction(value)) if isinstance(value, str) else float(value)
    except (ValueError, TypeError, ZeroDivisionError, OverflowError):
        return None
    return number if isfinite(number) else None


def finite_list(values: Array) -> list[float | None]:
    """Numbers for JSON, which has no NaN.

    >>> finite_list(np.array([1.0, np.nan]))
    [1.0, None]
    """
    return [float(value) if isfinite(value) else None for value in values]


def experiments(earlier: Data, *chapters: str) -> list[dict[str, Any]]:
    """Those of the chapters: trained for the report ("networks"), or ("stored"); all if none named.

    >>> experiments({"stored": {"experiments": [{"title": "Law"}]}})
    [{'title': 'Law'}]
    """
    named = chapters or ("networks", "stored")
    return [each for name in named for each in earlier.get(name, {}).get("experiments", [])]


def rows(earlier: Data) -> Iterator[Mapping[str, Any]]:
    """Every row of a comparison: of the networks trained here, then of stored experiments.

    A row carries ``experiment``, and in ``params`` the settings of its experiment.
    """
    for experiment in experiments(earlier):
        for row in experiment["rows"]:
            params = {**experiment["settings"], **(row.get("params") or {})}
            yield {**row, "experiment": experiment["experiment"], "params": params}


def points(
    earlier: Data,
    observable: str,
    along: str,
    setting: Mapping[str, float],
    model: str = "",
    **sought: Any,
) -> Points:
    """What was measured of an observable at a setting, against one of its parameters.

    Of several rows for one measurement (one a theory) the first counts. Rows of another ``model``
    do not, where they name one, nor those without a number of effective draws, which are of a time
    and not of equilibrium. ``sought`` are further fields of ``params`` that have to agree.
    """
    by_place: dict[tuple[str, float], tuple[float, float]] = {}
    wanted = {**{k: v for k, v in setting.items() if k != along}, **sought}
    for row in rows(earlier):
        place = as_float(row["params"].get(along))
        value, error = as_float(row.get("measured")), as_float(row.get("stderr"))
        if row.get("observable") != observable or place is None or value is None:
            continue
        if row.get("ess") is None:
            continue
        if model and row.get("model", model) != model:
            continue
        if all(_agrees(row["params"].get(name), want) for name, want in wanted.items()):
            by_place.setdefault((row["experiment"], place), (value, error or 0.0))
    table = sorted((place, *value) for (_, place), value in by_place.items())
    columns = np.array(table, dtype=float).reshape(-1, 3).T
    return Points(*columns)


def densities(earlier: Data, setting: Mapping[str, float]) -> Points:
    """log p(q) against q as measured at a setting: trained here, else a stored curve."""
    for experiment in experiments(earlier, "networks"):
        for curve in (
            experiment.get("densities", []) if _fits(experiment["settings"], setting) else ()
        ):
            return Points(*(np.array(curve[key]) for key in ("q", "log_density", "error")))
    for experiment in experiments(earlier, "stored"):
        cases = {row["case"]: row["params"] for row in experiment["rows"] if row.get("case")}
        for case, params in cases.items():
            curve = experiment["curves"].get(f"{case} networks")
            if _fits({**experiment["settings"], **params}, setting) and curve:
                return Points(*(np.array(curve[key], dtype=float) for key in ("x", "y", "error")))
    return points(earlier, "log_density", "q", setting)


def _fits(given: Mapping[str, Any], setting: Mapping[str, float]) -> bool:
    return all(_agrees(given.get(name), want) for name, want in setting.items())


def _agrees(given: Any, want: Any) -> bool:
    if isinstance(want, str):
        return bool(given == want)
    number = as_float(given)
    return number is not None and abs(number - want) <= _CLOSE * max(1e-12, abs(want))
