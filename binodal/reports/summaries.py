"""Stored experiments: JSON summaries that come with the program, read with tolerance."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

Experiment = dict[str, Any]
"""``experiment``, ``title``, ``question``, ``settings``, ``rows``, ``controls``, ``fits``,
``missing``, ``curves``, ``provenance``, and ``problem`` if it cannot be read."""

_ROW = (
    "case",
    "observable",
    "theory",
    "measured",
    "stderr",
    "predicted",
    "z",
    "p",
    "freedom",
    "excludes",
    "verdict",
    "ess",
    "rhat",
)


def stored_files() -> list[Traversable]:
    """The files of stored experiments, by name; none if there is no such folder."""
    folder = files("binodal.validate.experiments").joinpath("stored")
    if not folder.is_dir():
        return []
    return sorted((f for f in folder.iterdir() if f.name.endswith(".json")), key=lambda f: f.name)


def read_experiments(found: Iterable[Traversable] | None = None) -> list[Experiment]:
    """Every stored experiment; one that cannot be read says so in ``problem``."""
    return [_read(file) for file in (stored_files() if found is None else found)]


def _read(file: Traversable) -> Experiment:
    name = file.name.removesuffix(".json")
    try:
        return normal(json.loads(file.read_text("utf-8")), name)
    except (OSError, ValueError, TypeError) as error:
        return normal({}, name) | {"problem": f"{file.name} cannot be read: {error}"}


def normal(document: Any, name: str) -> Experiment:
    """The fields of a summary that the report shows, whatever else is in it or missing.

    >>> normal({"rows": [{"observable": "b", "measured": 1}, "odd"]}, "x")["rows"][0]["measured"]
    1
    """
    if not isinstance(document, Mapping):
        raise ValueError("not an object")
    rows = document.get("rows")
    return {
        "experiment": _slug(str(document.get("experiment") or name)),
        "title": str(document.get("title") or document.get("experiment") or name),
        "question": str(document.get("question") or ""),
        "settings": _mapping(document.get("settings")),
        "rows": [row_of(row) for row in rows or () if isinstance(row, Mapping)],
        "controls": _mappings(document.get("controls")),
        "fits": _mappings(document.get("fits")),
        "missing": [str(case) for case in document.get("missing") or ()],
        "curves": _mapping(document.get("curves")),
        "provenance": _mapping(document.get("provenance")),
        "problem": "",
    }


def _slug(name: str) -> str:
    """A name that can be part of a file's name and of an anchor.

    >>> _slug("../Law of q")
    'law-of-q'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "experiment"


def _mappings(value: Any) -> list[dict[str, Any]]:
    return [_mapping(entry) for entry in value if entry] if isinstance(value, list) else []


def _mapping(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}


def row_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a comparison; the theory is named with its limit and its modes, if they are told.

    >>> row_of({"theory": "derived", "limit": "finite", "modes": 3, "at": 0.5})["theory"]
    'derived, finite, modes to H5'
    """
    params = _mapping(row.get("params"))
    if row.get("at") is not None:
        params.setdefault("q", row["at"])
    theory = str(row.get("theory") or "-")
    if row.get("limit") and not row.get("control") and "," not in theory:
        modes = row.get("modes")
        more = f", modes to H{2 * modes - 1}" if isinstance(modes, int) and modes > 2 else ""
        theory = f"{theory}, {row['limit']}{more}"
    return {**{name: row.get(name) for name in _ROW}, "theory": theory, "params": params}
