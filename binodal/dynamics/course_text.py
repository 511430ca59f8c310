"""A course in time as the document of ``binodal dynamics``, and as its table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from math import isinf
from typing import Any

import numpy as np

from binodal.numerics.dynamics.course import Course
from binodal.numerics.phases.network_delay import halfway
from binodal.page.number import held
from binodal.page.tables import columns, foot
from binodal.result_json import number
from binodal.shown import Row

_SHOWN, _DIGITS = 12, 5
_NO_PROOF = 15
_NO_DELAY = "no delay is derived for this start and model"


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
        "delay": _delay_of(course),
    }


def _delay_of(course: Course) -> dict[str, Any]:
    """When a network goes over, by crossings one after another and by the curve; or why not."""
    of = course.delay
    if isinstance(of, str):
        return {"why": of or _NO_DELAY}
    curve = course.curves[of.mode]
    seen = halfway(course.times, curve.values, curve.errors, of.level)
    delay = {**asdict(of), "by_one": None if isinf(of.by_one) else of.by_one}
    del delay["error"]
    return {
        **delay,
        "time": number((of.time, of.error), _NO_PROOF),
        "curve": number(seen, _NO_PROOF),
        "why": "",
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
        table.append(["rest", *("" if place is None else _level(place) for place in levels)])
    head = f"{document['model']}, {document['theory']} theory: in time  [{document['status']}]"
    chosen = "  ".join(f"{name}={_plain(v)}" for name, v in document["integration"].items())
    integrated = [f"integrated  {chosen}"] if chosen else []
    told = [*_late(document["delay"]), *_beside(document), *integrated]
    return "\n".join([head, *columns(table), *told, *foot(document)])


def _brief(of: Mapping[str, Any], k: int) -> str:
    return f"{of['values'][k]:.{_DIGITS}g} ± {of['errors'][k]:.1g}"


def _level(point: Mapping[str, str]) -> str:
    return f"{float(point['value']):.{_DIGITS}g}"


def _plain(value: float) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _late(of: Mapping[str, Any]) -> list[str]:
    """The delay, what moves the barrier, and what one that does not move would say."""
    if of["why"]:
        return [] if of["why"] == _NO_DELAY else [f"delay       none: {of['why']}"]
    by_curve, held, chain = of["curve"], of["held"], of["finite"]
    seen = "not passed here" if by_curve is None else f"t = {_measured(by_curve)}"
    time = of["time"]
    vague = float(time["error"]) > float(time["value"])
    told = [
        f"{of['mode']} is half way, at {of['level']:.5g}: t = {_measured(time)} by crossings"
        + ("" if chain is None else f", {chain:.4g} one by one")
        + f"; by the curve {seen}",
        f"{of['share']:.3g} of all have crossed then, {of['rest']:.3g} in the end; the first by "
        f"{of['first']:.3g}; the rate has fallen by {of['slowed']:.3g}",
    ]
    if held is not None:
        told.append(f"a barrier that does not move would say t = {held:.4g}")
    if vague:
        told.append("no law here: a crossing is longer on its way than all wait for it")
    if of["reaction"] * float(time["value"]) > float(time["error"]):
        told.append(
            "a network of this width may be later by a factor of up to "
            f"{1 + of['reaction']:.3g}: one that crosses moves its own residual"
        )
    return [f"{'' if k else 'delay':12}{words}" for k, words in enumerate(told)]


def _measured(of: Mapping[str, str]) -> str:
    return f"{float(of['value']):.4g} ± {float(of['error']):.1g}"


def _beside(document: Mapping[str, Any]) -> list[str]:
    """How far networks are from the curves."""
    if "networks" not in document:
        return []
    beside = document["networks"]
    far = "  ".join(f"{name} {value:.1f}" for name, value in beside["away"].items())
    return [f"networks    {beside['count']}, largest distance in errors: {far}"]
