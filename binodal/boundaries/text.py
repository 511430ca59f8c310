"""The document of ``binodal boundary`` as text: each curve with its ends, then the end points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from binodal.page.tables import columns, foot, shown

_SHOWN = 5
_SHORT = 9


def boundary_text(document: Mapping[str, Any], digits: int) -> str:
    """A few points of every curve, the ends, and what is proved."""
    first, second = document["in"]
    words = f"{document['model']}, {document['theory']} theory, {document['limit']} limit"
    lines = [f"{words}: boundaries in {first}, {second}  [{document['status']}]"]
    for boundary in document["boundaries"]:
        lines += _boundary(boundary, document["in"], digits)
    return "\n".join([*lines, *foot({**document, "reason": ""})])


def _boundary(boundary: Mapping[str, Any], names: list[str], digits: int) -> Iterator[str]:
    yield ""
    yield f"{boundary['event']}, {boundary['theory']} theory  [{boundary['status']}]"
    for curve in boundary["curves"]:
        points = curve["points"]
        joined = f"{len(points) - 1 - curve['undecided']} of {len(points) - 1} links proved"
        if not points:
            continue
        yield f"  curve of {len(points)} points, {joined}; ends: {' and '.join(curve['ends'])}"
        picked = sorted({round(k * (len(points) - 1) / (_SHOWN - 1)) for k in range(_SHOWN)})
        state = list(points[0]["at"])
        rows = [[*names, *state]]
        for k in picked:
            values = [shown(points[k]["values"][name], digits) for name in names]
            rows.append([*values, *(_brief(points[k]["at"][name]) for name in state)])
        yield from columns(rows, "    ")
    for end in boundary["end_points"]:
        numbers = "  ".join(f"{name}={_brief(v)}" for name, v in end["values"].items())
        yield f"  {end['kind']}  [{end['status']}]  {numbers}".rstrip()
        yield f"    {end['reason']}"
    yield f"  because  {boundary['reason']}"


def _brief(value: Mapping[str, str]) -> str:
    middle, error = (float(part) for part in value.values())
    return "0" if abs(middle) <= error else f"{middle:.{_SHORT}g}"
