"""Stored summaries with their rows in one list, each row with its case and exact parameters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from binodal.reports.summaries import stored_files

_EMPTY = dict.fromkeys(
    (
        "at",
        "measured",
        "stderr",
        "bias",
        "bias_error",
        "predicted",
        "z",
        "p",
        "freedom",
        "excludes",
        "ess",
        "rhat",
        "problem",
    )
)


def documents() -> list[dict[str, Any]]:
    """Every stored experiment."""
    return [expanded(json.loads(file.read_text("utf-8"))) for file in stored_files()]


def expanded(document: Mapping[str, Any]) -> dict[str, Any]:
    """The summary with ``rows``, ``controls`` and ``sources`` over all cases.

    >>> found = expanded({"cases": [{"name": "x", "params": {"N": "7"}, "rows": [{"z": 2.0}],
    ...                              "controls": []}]})
    >>> found["rows"][0]["case"], found["rows"][0]["params"], found["rows"][0]["at"]
    ('x', {'N': '7'}, None)
    """
    rows, controls, sources = [], [], []
    for case in document["cases"]:
        own = {"case": case["name"], "params": case["params"]}
        rows += [_EMPTY | own | row for row in case["rows"]]
        controls += [{"case": case["name"]} | row for row in case["controls"]]
        sources += [{"case": case["name"]} | row for row in case.get("sources", ())]
    return {**document, "rows": rows, "controls": controls, "sources": sources}
