"""Boundaries as the JSON document of ``binodal boundary``, and its points as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from binodal.models.protocol import Model
from binodal.numerics.parameters import Parameters
from binodal.page.number import held
from binodal.result_json import header, number

PROVED, UNDECIDED = "same branch", "undecided"


def boundary_document(
    of: Model, parameters: Parameters, boundaries: Sequence[Any], notes: Sequence[str], digits: int
) -> dict[str, Any]:
    """Numerics' ``Boundary`` objects, one for each event and theory.

    ``links[i]`` of a curve says whether its points i and i + 1 are proved to lie on one branch.
    """
    theories = list(dict.fromkeys(boundary.theory for boundary in boundaries))
    assumptions = [a for boundary in boundaries for a in boundary.assumptions]
    first = boundaries[0]
    return {
        **header(
            of.name,
            " and ".join(theories),
            first.limit,
            parameters,
            (*assumptions, *notes),
            overall([boundary.status for boundary in boundaries]),
        ),
        "in": list(first.names),
        "window": {name: [str(low), str(high)] for name, (low, high) in first.window.items()},
        "boundaries": [_boundary(boundary, digits) for boundary in boundaries],
    }


def overall(statuses: Sequence[str]) -> str:
    """Undecided if one is; else the weakest of those that exist; absent if none does."""
    for status in ("undecided", "converged", "certified"):
        if status in statuses:
            return status
    return "absent"


def _boundary(boundary: Any, digits: int) -> dict[str, Any]:
    proved = boundary.limit == "thermodynamic"
    return {
        "event": boundary.event,
        "theory": boundary.theory,
        "status": str(boundary.status),
        "reason": boundary.reason,
        "curves": [_curve(curve, digits, proved) for curve in boundary.curves],
        "end_points": [
            {
                "kind": end.kind,
                "status": str(end.status),
                "values": {name: number(v, digits) for name, v in end.values.items()},
                "reason": end.reason,
            }
            for end in boundary.end_points
        ],
    }


def _curve(curve: Any, digits: int, proved: bool) -> dict[str, Any]:
    return {
        "ends": list(curve.ends),
        "undecided": curve.undecided,
        "points": [
            {
                "values": {name: number(v, digits, proved) for name, v in point.values.items()},
                "exact": {name: str(value) for name, value in point.exact.items()},
                "at": {name: number(v, digits, proved) for name, v in point.state.items()},
            }
            for point in curve.points
        ],
        "links": [PROVED if link.proved else UNDECIDED for link in curve.links],
    }


def point_rows(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row a point: event, theory, curve, both parameters and the state there."""
    return [
        {
            "event": boundary["event"],
            "theory": boundary["theory"],
            "curve": position,
            **held({**point["values"], **point["at"]}),
        }
        for boundary in document["boundaries"]
        for position, curve in enumerate(boundary["curves"])
        for point in curve["points"]
    ]


def as_csv(document: Mapping[str, Any]) -> str:
    """One row a point: event, theory, curve, both parameters and the state with their errors.

    ``joined`` says whether the point is proved to share its branch with the row above.
    """
    rows: list[dict[str, str]] = []
    for boundary in document["boundaries"]:
        for position, curve in enumerate(boundary["curves"]):
            for k, point in enumerate(curve["points"]):
                row = {key: boundary[key] for key in ("event", "theory", "status")}
                row |= {"curve": str(position), "joined": "" if k == 0 else curve["links"][k - 1]}
                for name, value in {**point["values"], **point["at"]}.items():
                    middle, error = value.values()
                    row |= {name: middle, f"{name}_error": error}
                rows.append(row)
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
