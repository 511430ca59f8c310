"""A course in time as the document of ``binodal dynamics``, and as its table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from binodal.numerics.dynamics.course import Course
from binodal.page.number import held
from binodal.page.tables import columns, foot
from binodal.result_json import number
from binodal.shown import Row

_SHOWN, _DIGITS = 12, 5
_NO_PROOF = 15


def data_of(course: Course) -> dict[str, Any]:
    """Times, curves with errors, values at rest, and how it was integrated."""
    return {
        "time": course.times.tolist(),
        "curves": {
            name: {"values": of.values.tolist(), "errors": of.errors.tolist()}
            for name, of in course.curves.items()
        },
        "rest": {name: number(pair, _NO_PROOF) for name, pair in course.rest.items()},
        "panels": [list(panel) for panel in course.panels],
        "integration": dict(course.numbers),
        "reason": course.why,
    }


def rows_of(document: Mapping[str, Any]) -> list[Row]:
    """A row a time: every curve as a number with its error."""
    return [
        {
            "time": time,
            **{
                name: held(number((of["values"][k], of["errors"][k]), _NO_PROOF))
                for name, of in document["curves"].items()
            },
        }
        for k, time in enumerate(document["time"])
    ]


def course_text(document: Mapping[str, Any]) -> str:
    """A dozen times of the curves, what they tend to, and what that rests on."""
    times, curves = document["time"], document["curves"]
    picked = np.unique(np.linspace(0, len(times) - 1, _SHOWN).round().astype(int))
    table = [["time", *curves]]
    for k in picked:
        table.append([f"{times[k]:.4g}", *(_brief(of, k) for of in curves.values())])
    rest = document["rest"]
    if rest:
        levels = (rest.get(name) for name in curves)
        table.append(["rest", *("" if at is None else _level(at) for at in levels)])
    head = f"{document['model']}, {document['theory']} theory: in time  [{document['status']}]"
    chosen = "  ".join(f"{name}={_plain(v)}" for name, v in document["integration"].items())
    integrated = [f"integrated  {chosen}"] if chosen else []
    return "\n".join([head, *columns(table), *_beside(document), *integrated, *foot(document)])


def _brief(of: Mapping[str, Any], k: int) -> str:
    return f"{of['values'][k]:.{_DIGITS}g} ± {of['errors'][k]:.1g}"


def _level(at: Mapping[str, str]) -> str:
    return f"{float(at['value']):.{_DIGITS}g}"


def _plain(value: float) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _beside(document: Mapping[str, Any]) -> list[str]:
    """How far networks are from the curves."""
    if "networks" not in document:
        return []
    beside = document["networks"]
    far = "  ".join(f"{name} {value:.1f}" for name, value in beside["away"].items())
    return [f"networks    {beside['count']}, largest distance in errors: {far}"]
