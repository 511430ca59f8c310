"""A result's document as an xarray.Dataset."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from binodal.extras import extra

_PARTS = ("closure", "real_mode", "at")
_KINDS = {"mid": "rad", "value": "error"}


def dataset(document: Mapping[str, Any]) -> Any:
    """Scalars of the closure or of the event, and saddles along the dimension ``saddle``.

    A number NAME has NAME_rad beside it if it is a proved ball, NAME_error if it is an estimate.
    In double precision: the document keeps all digits. Raises RequestError without xarray.
    """
    with extra("sweep", "to_xarray"):
        import xarray

    data: dict[str, Any] = dict(_scalars(document))
    saddles = document.get("saddles", [])
    for name in saddles[0] if saddles else ():
        column = [saddle[name] for saddle in saddles]
        if name == "mass_ball":
            name, column = "mass_rad", [ball and float(ball["rad"]) for ball in column]
        if isinstance(column[0], Mapping):
            for key, values in _columns(name, column):
                data[key] = ("saddle", values)
        else:
            blank: Any = float("nan") if name.startswith("mass") else ""
            data[name] = ("saddle", [blank if value is None else value for value in column])
    numbers = {"saddles", "others", "value", *_PARTS}
    facts = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in document.items()
        if name not in numbers and value is not None
    }
    return xarray.Dataset(data, attrs=facts)


def _scalars(document: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for part in _PARTS:
        prefix = "real_mode_" if part == "real_mode" else ""
        for name, number in (document.get(part) or {}).items():
            yield from _number(prefix + name, number)
    if document.get("value") is not None:
        yield from _number(document["along"], document["value"])


def _number(name: str, number: Mapping[str, str] | None) -> Iterator[tuple[str, float]]:
    for key, spread in _KINDS.items():
        if number is not None and key in number:
            yield name, float(number[key])
            yield f"{name}_{spread}", float(number[spread])


def _columns(name: str, column: list[Mapping[str, str]]) -> Iterator[tuple[str, list[float]]]:
    rows = [dict(_number(name, number)) for number in column]
    for key in rows[0]:
        yield key, [row[key] for row in rows]
