"""Where theories say that a measure is half-way, with an error, held against networks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import exp, isfinite, nan
from typing import TYPE_CHECKING, Any

import numpy as np

from binodal.experiments.parts import rounded_values

if TYPE_CHECKING:
    from binodal.validate.compare.measurement import Measurement
    from binodal.validate.compare.verdict import Row
    from binodal.validate.experiments.experiment import Case
    from binodal.validate.measures.inputs import Array
    from binodal.validate.measures.theory import Theory
    from binodal.validate.prediction import Prediction

    Values = Mapping[str, tuple[float, float]]

NOISE = "sigma2"
RIGHT, WIDE, WRONG = "derived", "derived, orders in 1/N", "control: sigma_a^2 doubled"
"""The derived law of infinitely many neurons, the same with what is known beyond it, and a theory
that is wrong on purpose: it has the transition elsewhere."""

FACTOR = 2
_OF_THEORY = ("predicted", "p", "excludes", "judged", "because", "beyond")


def pair(case: Case) -> tuple[Theory, Theory]:
    """What the derived law and the control say of measures at a case."""
    from binodal.measuring.rows import theory_at

    measurable, parameters = case.spec.network.measurable, case.spec.parameters
    assert measurable is not None
    doubled = parameters.replace(sigma_a2=FACTOR * parameters["sigma_a2"])
    right, wrong = (theory_at(measurable.theory, setting) for setting in (parameters, doubled))
    return right, wrong


def theories(pairs: Sequence[tuple[Theory, Theory]]) -> dict[str, Sequence[Values]]:
    """Numbers with their errors by theory, at every place."""
    right, wrong = zip(*pairs, strict=True)
    return {
        RIGHT: [_mean_field(one) for one in right],
        WIDE: [one.values if one.mean_field else {} for one in right],
        WRONG: [_mean_field(one) for one in wrong],
    }


def _mean_field(of: Theory) -> Values:
    """Without an error: what mean field leaves out is what is asked."""
    known = of.mean_field or {name: value for name, (value, _) in of.values.items()}
    return {name: (value, 0.0) for name, value in known.items()}


def curve(values: Sequence[Values], name: str) -> tuple[Array, Array] | None:
    """A measure with its error at each place, None where a theory is silent at one."""
    if not all(name in one for one in values):
        return None
    averages, errors = np.array([one[name] for one in values]).T
    return averages, errors


def middles(
    places: Array, told: Mapping[str, Sequence[Values]], names: Iterable[str]
) -> Iterator[Prediction]:
    """The sigma^2 at which each theory has each measure half-way, where it is so once.

    ``places`` are logarithms of sigma^2. Errors at all of them add: what a theory leaves out at one
    it leaves out at its neighbours.
    """
    from binodal.validate.onsets.halfway import half_way, middle
    from binodal.validate.prediction import Prediction

    for name in names:
        for theory, own in told.items():
            course = curve(own, name)
            if course is None or half_way(places, course[0]).size != 1:
                continue
            values, errors = course
            value, left = middle(places, values), 0.0
            for moved in np.diag(errors):
                ends = (middle(places, values + sign * moved) for sign in (1, -1))
                left += max(abs(end - value) for end in ends)
            if isfinite(left):
                half = exp(value)
                yield Prediction(theory, name, half, half * left, control=theory == WRONG)


def verdicts(
    measured: Sequence[Measurement], places: Array, pairs: Sequence[tuple[Theory, Theory]]
) -> list[Row]:
    """Every middle of networks against those of the theories."""
    from binodal.validate.compare.verdict import judge

    names = [measurement.observable for measurement in measured]
    return judge(measured, list(middles(places, theories(pairs), names)))


def told(rows: Iterable[Row]) -> dict[str, dict[str, Any]]:
    """What is stored of the verdicts on the derived law, by measure; with orders in 1/N beside."""
    entries: dict[str, dict[str, Any]] = {}
    for row in rows:
        own = {
            "predicted": row.prediction.value,
            "p": row.score.p,
            "excludes": row.excludes,
            "judged": str(row.verdict),
        }
        entry = entries.setdefault(row.measurement.observable, {})
        if row.prediction.theory == RIGHT:
            entry |= {**own, "because": row.why}
        elif row.prediction.theory == WIDE:
            entry["beyond"] = {**own, "error": row.prediction.error}
    return entries


def control(model: str, rows: Iterable[Row]) -> dict[str, Any]:
    """How many middles reject the wrong theory."""
    own = [row.verdict == "DISAGREE" for row in rows if row.prediction.control]
    return {"case": model, "control": WRONG, "rejected": sum(own), "rows": len(own)}


def judged_again(document: Mapping[str, Any]) -> dict[str, Any]:
    """A stored series in equilibrium with what today's theories say of it; networks stay."""
    from binodal.experiments.registry import experiment_of

    cases = experiment_of(document["experiment"]).cases(Fraction(1))
    curves, transitions, controls = dict(document["curves"]), [], []
    for model in dict.fromkeys(row["model"] for row in document["transitions"]):
        own = sorted((c for c in cases if c.spec.model == model), key=lambda c: -c.varied[NOISE])
        pairs = [pair(case) for case in own]
        rows = [row for row in document["transitions"] if row["model"] == model]
        places = np.log([float(case.varied[NOISE]) for case in own])
        judged = verdicts([_measurement(row) for row in rows if "middle" in row], places, pairs)
        known = told(judged)
        plain = ({k: v for k, v in row.items() if k not in _OF_THEORY} for row in rows)
        transitions += [{**row, **known.get(row["measure"], {})} for row in plain]
        controls.append(control(model, judged))
        for row in rows:
            name = f"{model}, {row['measure']}"
            if name in curves:
                curves[name] = with_theory(curves[name], pairs, row["measure"])
    renewed = {"curves": curves, "transitions": transitions, "controls": controls}
    return {**document, **rounded_values(renewed)}


def with_theory(
    of: Mapping[str, Any], pairs: Sequence[tuple[Theory, Theory]], name: str
) -> dict[str, Any]:
    """A curve of networks beside that of the derived law, where it has one."""
    plain = {key: value for key, value in of.items() if key != "predicted"}
    course = curve(theories(pairs)[RIGHT], name)
    return plain if course is None else {**plain, "predicted": course[0].tolist()}


def _measurement(row: Mapping[str, Any]) -> Measurement:
    """A stored middle; how skewed its units are is not stored, so the whole range counts."""
    from binodal.validate.compare.measurement import Measurement

    units = row["units"]
    return Measurement(
        row["measure"], row["middle"], row["stderr"], units, units, 1.0, skewness=nan
    )
