"""Stored experiments: JSON summaries that come with the program, read with tolerance."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

Experiment = dict[str, Any]
"""``experiment``, ``title``, ``question``, ``remark``, ``settings``, ``cases``, ``rows``,
``controls``, ``sources``, ``fits``, ``missing``, ``curves``, ``provenance``, of networks in
training ``onsets``, ``alarms`` and the ``rule``, of measures in equilibrium ``transitions`` and
``unsettled`` runs, and ``problem`` if it cannot be read."""

_ROW = (
    "case",
    "model",
    "observable",
    "theory",
    "limit",
    "modes",
    "at",
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
    "problem",
)


def stored_files() -> list[Traversable]:
    """The files of stored experiments, by name; none if there is no such folder."""
    folder = files("binodal.validate.experiments").joinpath("stored")
    if not folder.is_dir():
        return []
    return sorted((f for f in folder.iterdir() if f.name.endswith(".json")), key=lambda f: f.name)


def read_experiments(summaries: Iterable[Traversable] | None = None) -> list[Experiment]:
    """Every stored experiment; one that cannot be read says so in ``problem``."""
    return [_read(file) for file in (stored_files() if summaries is None else summaries)]


def _read(file: Traversable) -> Experiment:
    name = file.name.removesuffix(".json")
    try:
        return normal(json.loads(file.read_text("utf-8")), name)
    except (OSError, ValueError, TypeError) as error:
        return normal({}, name) | {"problem": f"{file.name} cannot be read: {error}"}


def written(document: Mapping[str, Any]) -> str:
    """A summary as the text of its file."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def normal(document: Any, name: str) -> Experiment:
    """The fields of a summary, whatever else is in it or missing; rows of all cases in one list.

    >>> case = {"name": "cold", "params": {"N": "7"}, "rows": [{"observable": "b", "at": 0.5}]}
    >>> row = normal({"cases": [case, "odd"]}, "x")["rows"][0]
    >>> row["case"], row["params"], row["measured"]
    ('cold', {'N': '7', 'q': 0.5}, None)
    """
    if not isinstance(document, Mapping):
        raise ValueError("not an object")
    cases = _mappings(document.get("cases"))
    return {
        "experiment": _slug(str(document.get("experiment") or name)),
        "title": str(document.get("title") or document.get("experiment") or name),
        "question": str(document.get("question") or ""),
        "remark": str(document.get("remark") or ""),
        "settings": _mapping(document.get("settings")),
        "cases": cases,
        "rows": [row_of(row) for row in (*_mappings(document.get("rows")), *_in(cases, "rows"))],
        "controls": [*_mappings(document.get("controls")), *_in(cases, "controls")],
        "sources": [*_in(cases, "sources")],
        "fits": _mappings(document.get("fits")),
        "missing": [str(case) for case in document.get("missing") or ()],
        "curves": _mapping(document.get("curves")),
        "onsets": _mappings(document.get("onsets")),
        "alarms": _mappings(document.get("alarms")),
        "transitions": _mappings(document.get("transitions")),
        "unsettled": _mappings(document.get("unsettled")),
        "ends": _mappings(document.get("ends")),
        "first_accuracy": document.get("first_accuracy"),
        "rule": str(document.get("rule") or ""),
        "provenance": _mapping(document.get("provenance")),
        "problem": "",
    }


def _in(cases: Iterable[Mapping[str, Any]], what: str) -> Iterator[dict[str, Any]]:
    """Entries of every case, each with the case's name and, for rows, its parameters."""
    for case in cases:
        own = {"case": case.get("name")}
        if what == "rows":
            own |= {"params": case.get("params"), "model": case.get("model")}
        yield from (own | entry for entry in _mappings(case.get(what)))


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
    """A row of a comparison, with the place on its axis among its parameters."""
    params = _mapping(row.get("params"))
    if row.get("at") is not None:
        params.setdefault("q", row["at"])
    return {**{name: row.get(name) for name in _ROW}, "params": params}
