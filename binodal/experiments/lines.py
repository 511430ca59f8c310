"""Theories between the cases of an experiment, so that a figure has lines and not joined points.

They take minutes, so that ``experiment`` leaves them to ``binodal.experiments.again``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from binodal.experiments.parts import model_of
from binodal.experiments.registry import experiment_names, experiment_of
from binodal.experiments.rows import main_theory

BETWEEN = 8
"""Steps of a line from one case to the next."""


def lines_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """Curves {x, y}, named by :func:`line_name`, of what the document's experiment follows."""
    name = document["experiment"]
    followed = experiment_of(name).followed if name in experiment_names() else None
    if followed is None:
        return {}
    observable, along = followed
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for case in document["cases"]:
        fixed = tuple((key, value) for key, value in case["params"].items() if key != along)
        groups.setdefault(fixed, []).append(case)
    lines: dict[str, Any] = {}
    for cases in groups.values():
        cases.sort(key=lambda case: Fraction(case["params"][along]))
        values = _between([Fraction(case["params"][along]) for case in cases])
        points = [predicted(cases[0], observable, along, value) for value in values]
        for theory in points[0]:
            line = {"x": [float(v) for v in values], "y": [place[theory] for place in points]}
            lines[line_name(cases[0]["name"], observable, theory)] = line
    return lines


def line_name(first: str, observable: str, theory: str) -> str:
    """The name of a line that begins at a case.

    >>> line_name("P-7-sigma2-0.0014", "a", "derived, finite width")
    'P-7-sigma2-0.0014 and on: a, derived, finite width'
    """
    return f"{first} and on: {observable}, {theory}"


def predicted(
    case: Mapping[str, Any], observable: str, along: str, value: Fraction
) -> dict[str, float]:
    """What each theory in its main form says, had the case another value of one parameter."""
    parameters, network = model_of(case)
    rows = [
        ({"theory": p.theory, "limit": p.limit, "modes": p.modes}, p.value)
        for p in network.predictions(parameters.replace(**{along: value}), places=[])
        if p.observable == observable and not p.missing
    ]
    return {main_theory(row): number for row, number in rows if main_theory(row)}


def _between(values: Sequence[Fraction]) -> list[Fraction]:
    """The values in order, and those in between.

    >>> [str(value) for value in _between([Fraction(1), Fraction(3)])][:3]
    ['1', '5/4', '3/2']
    """
    steps = [a + (b - a) * k / BETWEEN for a, b in pairwise(values) for k in range(BETWEEN)]
    return [*steps, values[-1]]
