"""A case as its summary keeps it: measured and predicted numbers, and what a judge makes of them.

Both are rounded before they are judged, so that z, p, ``excludes`` and the verdict follow from
what is stored, and a stored case can be judged again, by its own predictions or by today's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import isfinite, nan, sqrt
from typing import TYPE_CHECKING, Any

from binodal.comparison.rows_json import document
from binodal.networks import network_of

if TYPE_CHECKING:
    from binodal.numerics.parameters import Parameters
    from binodal.validate.compare.measurement import Measurement
    from binodal.validate.compare.verdict import Row
    from binodal.validate.network_model import NetworkModel
    from binodal.validate.prediction import Prediction

FIGURES = 6
KEPT = (
    "observable",
    "at",
    "theory",
    "limit",
    "modes",
    "measured",
    "stderr",
    "bias",
    "bias_error",
    "predicted",
    "predicted_error",
    "z",
    "p",
    "freedom",
    "excludes",
    "verdict",
    "ess",
    "rhat",
    "skewness",
    "dominates",
    "problem",
)
_ERRORS = "bias", "bias_error", "predicted_error"
"""Zero where they are not told."""

_NO_BIAS_KNOWN = "the draws' share in the mean of logarithms was not recorded"


def judged_case(
    name: str,
    parameters: Parameters,
    measured: Sequence[Measurement],
    predictions: Sequence[Prediction],
    sources: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The case: exact parameters, a row for each theory's prediction, and how controls fared."""
    from binodal.validate.compare.verdict import judge

    short = [_short(m) for m in measured]
    told = [
        replace(p, value=rounded_float(p.value), error=rounded_float(p.error)) for p in predictions
    ]
    rows = judge(short, told)
    case: dict[str, Any] = rounded_values(
        {
            "name": name,
            "model": parameters.model,
            "params": parameters.as_strings(),
            "rows": [_kept(row) for row in document(rows) if not row["control"]],
            "controls": _controls(rows),
            "sources": list(sources),
        }
    )
    return case


def _short(m: Measurement) -> Measurement:
    return replace(
        m,
        value=rounded_float(m.value),
        stderr=rounded_float(m.stderr),
        bias=rounded_float(m.bias),
        bias_error=rounded_float(m.bias_error),
        skewness=m.skewness if m.skewness is None else rounded_float(m.skewness),
    )


def _kept(row: Mapping[str, Any]) -> dict[str, Any]:
    own = {n: row[n] for n in KEPT if row[n] not in (None, "")}
    return {n: value for n, value in own.items() if value or n not in _ERRORS}


def _controls(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """For each wrong theory, by how many rows it was rejected."""
    own = [row for row in rows if row.prediction.control]
    return [
        {
            "control": name,
            "rejected": sum(r.verdict == "DISAGREE" for r in own if r.prediction.theory == name),
            "rows": sum(r.prediction.theory == name for r in own),
        }
        for name in dict.fromkeys(row.prediction.theory for row in own)
    ]


def measurements_of(case: Mapping[str, Any], run: Mapping[str, Any]) -> list[Measurement]:
    """What the rows of a stored case say was measured; ``run`` is its entry in the provenance.

    A case that was stored without its units' skewness is judged by the whole range of it. What the
    law of q needs beyond means and errors is taken from its rows where they tell: the spread of
    the units' logarithms is the error of their mean. The draws' share in that mean they don't tell.
    """
    from binodal.validate.compare.measurement import Measurement

    by_place: dict[tuple[str, float | None], Measurement] = {}
    for row in case["rows"]:
        place = row["observable"], row.get("at")
        units = int(row["freedom"]) + 1 if "freedom" in row else _units_of(case, run)
        if place not in by_place:
            by_place[place] = Measurement(
                *(row["observable"], _number(row, "measured"), _number(row, "stderr"), units),
                *(_number(row, "ess"), _number(row, "rhat")),
                at=row.get("at"),
                problem=row.get("problem", "") or _unrecorded(case, row, units),
                dominates=row.get("dominates", ""),
                logarithm=row["observable"].startswith("log_"),
                bias=row.get("bias", 0.0),
                bias_error=row.get("bias_error", 0.0),
                skewness=_number(row, "skewness"),
            )
    return list(by_place.values())


def _unrecorded(case: Mapping[str, Any], row: Mapping[str, Any], units: int) -> str:
    from binodal.validate.compare.measure import uneven

    if not row["observable"].startswith("log_") or "skewness" in row:
        return ""
    if row["observable"] == "log_density_typical":
        return _NO_BIAS_KNOWN
    errors = [
        r["stderr"]
        for r in case["rows"]
        if r["observable"] == "log_density_typical" and r.get("at") == row["at"] and "stderr" in r
    ]
    return uneven(errors[0] * sqrt(units)) if errors else "the units' spread was not recorded"


def _number(row: Mapping[str, Any], name: str) -> float:
    value = row.get(name)
    return nan if value is None else float(value)


def _units_of(case: Mapping[str, Any], run: Mapping[str, Any]) -> int:
    """Independent units of a run: data sets, or networks of a model that has only one."""
    pairs = run["starts"] == "both" and model_of(case)[1].draw_data is not None
    return int(run["networks"]) // (2 if pairs else 1)


def model_of(case: Mapping[str, Any]) -> tuple[Parameters, NetworkModel]:
    """The exact parameters of a stored case, and what judges its networks."""
    return network_of(case["model"], {name: Fraction(of) for name, of in case["params"].items()})


def rounded_float(value: float) -> float:
    """A float to the figures that are kept; NaN and infinities stay."""
    return float(f"{value:.{FIGURES}g}")


def rounded_values(value: Any) -> Any:
    """Floats to six digits and without NaN, in whatever holds them.

    >>> rounded_values({"x": [1 / 3, float("nan")], "n": 2})
    {'x': [0.333333, None], 'n': 2}
    """
    if isinstance(value, float):
        return rounded_float(value) if isfinite(value) else None
    if isinstance(value, dict):
        return {key: rounded_values(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [rounded_values(inner) for inner in value]
    return value
