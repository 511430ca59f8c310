"""From runs in equilibrium to a small summary: every measure against sigma^2, and when it moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from binodal.experiments.halves import (
    NOISE,
    control,
    pair,
    told,
    verdicts,
    with_theory,
)
from binodal.experiments.parts import rounded_values
from binodal.experiments.summary import provenance

if TYPE_CHECKING:
    from fractions import Fraction

    from binodal.validate.compare.measurement import Measurement
    from binodal.validate.compare.verdict import Row
    from binodal.validate.experiments.experiment import Case, Experiment
    from binodal.validate.measures.inputs import Array
    from binodal.validate.measures.theory import Theory
    from binodal.validate.run.spec import RunSpec


@dataclass(frozen=True)
class Reading:
    """The last networks of one run: values (network,) by measure, or why there are none.

    ``right`` and ``wrong`` are the derived law's and the control's; ``starts`` and ``units`` say
    where each network began and which independent unit it is of, ``unsettled`` why the
    run's chains have not settled, empty if they have.
    """

    case: Case
    values: Mapping[str, Array]
    silent: Mapping[str, str]
    right: Theory
    wrong: Theory
    starts: Sequence[str]
    units: Sequence[int]
    unsettled: str


def summary(
    experiment: Experiment,
    folder: Path,
    effort: Fraction,
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Everything worth keeping of the finished runs in ``folder``/experiment.

    ``missing`` names those that are not finished. Numbers are rounded to six digits.
    """
    from binodal.validate.onsets.halfway import WORDS
    from binodal.validate.run.folder import is_finished

    cases = experiment.cases(effort)
    places = [(case, folder / experiment.name / case.name) for case in cases]
    done = [(case, place) for case, place in places if is_finished(place)]
    readings: dict[str, list[Reading]] = {}
    for case, place in done:
        readings.setdefault(case.spec.model, []).append(read(case, place))
        say(case.name)
    series = [Series(model, own) for model, own in readings.items()]
    kept: dict[str, Any] = rounded_values(
        {
            "experiment": experiment.name,
            "title": experiment.title,
            "question": experiment.question,
            "rule": WORDS,
            "cases": [],
            "fits": [],
            "curves": {name: curve for one in series for name, curve in one.curves().items()},
            "transitions": [row for one in series for row in one.rows()],
            "unsettled": [one for of in series for one in of.unsettled()],
            "controls": [control(one.model, one.verdicts) for one in series],
            "missing": [case.name for case, place in places if (case, place) not in done],
            "provenance": provenance(done),
        }
    )
    return kept


def read(case: Case, place: Path) -> Reading:
    """Every measure of every network at the end of a run, and what theories say of them."""
    from binodal.measuring.rows import DROPLETS, guarded, readings
    from binodal.measuring.subject import of_run
    from binodal.validate.run.results import diagnosis

    subject = of_run(place, 0)
    networks, (right, wrong) = subject.moments[0].networks, pair(case)
    values, silent = {}, {}
    for name, reading in readings(subject, right, ()).read.items():
        outcomes = [guarded(reading, network) for network in networks]
        why = next((value.why for value in outcomes if value.number is None), "")
        if why:
            silent[name] = why
        elif name != DROPLETS:
            values[name] = np.array([value.number for value in outcomes])
    _, settled = diagnosis(place, case.spec)
    starts, units = _labels(case.spec)
    words = "" if settled.equilibrated else settled.reason
    return Reading(case, values, silent, right, wrong, starts, units, words)


def _labels(spec: RunSpec) -> tuple[list[str], list[int]]:
    """Of all networks in the order of their shards: the start, and the number of the unit."""
    order = [
        (row, slot)
        for slots in spec.shards
        for row in range(len(spec.start_names))
        for slot in slots
    ]
    starts = [spec.start(row, slot) for row, slot in order]
    if spec.network.draw_data is None:
        return starts, list(range(len(order)))
    return starts, [spec.data_set(slot) for _, slot in order]


class Series:
    """The readings of one model along sigma^2, from the largest down."""

    def __init__(self, model: str, readings: Sequence[Reading]) -> None:
        self.model = model
        self.readings = sorted(readings, key=lambda one: -one.case.varied[NOISE])
        self.against = self.readings[0].case.against
        self.noises = [float(one.case.varied[NOISE]) for one in self.readings]
        self.places = np.log(self.noises)
        self.units = {name: self._in_units(name) for name in self._names()}

    def _names(self) -> list[str]:
        """Measures with a value of every network."""
        return [n for n in self.readings[0].values if all(n in one.values for one in self.readings)]

    def _in_units(self, name: str) -> Array:
        from binodal.validate.compare.record import averaged

        columns = [averaged(one.values[name], np.array(one.units)) for one in self.readings]
        return np.stack(columns, axis=1)

    def _silent(self) -> dict[str, str]:
        """Why there is no curve of the other measures."""
        told = [of for one in self.readings for of in one.silent.items() if of[0] not in self.units]
        return dict(reversed(told))

    def curves(self) -> dict[str, Any]:
        """Of every measure its mean, error and prediction at each sigma^2."""
        return {f"{self.model}, {name}": self._curve(name) for name in self.units}

    def _curve(self, name: str) -> dict[str, Any]:
        values = self.units[name]
        curve = {
            "x": self.noises,
            "y": values.mean(axis=0).tolist(),
            "error": (values.std(axis=0, ddof=1) / np.sqrt(len(values))).tolist(),
        }
        return with_theory(curve, self._pairs, name)

    @property
    def _pairs(self) -> list[tuple[Theory, Theory]]:
        return [(one.right, one.wrong) for one in self.readings]

    def rows(self) -> list[dict[str, Any]]:
        """One row a measure: when it moves, and what theory says of that."""
        judged = told(self.verdicts)
        rows = [{**self._row(name), **judged.get(name, {})} for name in self.units]
        silent = self._silent().items()
        return rows + [
            {"model": self.model, "measure": name, "verdict": "no curve", "why": why}
            for name, why in silent
        ]

    def _row(self, name: str) -> dict[str, Any]:
        from binodal.validate.onsets.halfway import UNDECIDED, compared

        reference, apart = self.units[self.against], self._apart(name)
        comparison = compared(self.places, self.units[name], reference, len(self.units))
        loose = sum(1 for _ in self.unsettled())
        why = f"{loose} of {len(self.readings)} runs have not settled" if loose else comparison.why
        row = {
            "model": self.model,
            "measure": name,
            "against": self.against,
            "verdict": UNDECIDED if loose else comparison.verdict,
            "why": why,
            "apart": apart,
        }
        if comparison.ratio is None or comparison.half is None:
            return row
        ends = (
            comparison.ratio,
            comparison.ratio - comparison.half,
            comparison.ratio + comparison.half,
        )
        bounds = dict(zip(("ratio", "low", "high"), map(exp, ends), strict=True))
        where = next(iter(self._measured(name)))
        own = {"middle": where.value, "stderr": where.stderr, "units": where.units}
        return {**row, **bounds, **own}

    def _apart(self, name: str) -> list[float]:
        """Where networks of both starts differ, once in a hundred series by chance."""
        from binodal.validate.onsets.halfway import RATE
        from binodal.validate.t_tests import welch

        tests, distances = len(self.units) * len(self.readings), []
        for noise, one in zip(self.noises, self.readings, strict=True):
            first = np.array(one.starts) == one.starts[0]
            groups = one.values[name][first], one.values[name][~first]
            if welch([groups]).p < RATE / tests:
                distances.append(noise)
        return distances

    @cached_property
    def verdicts(self) -> list[Row]:
        """The middle of every measure against that of the derived law and of the control."""
        measured = [m for name in self.units for m in self._measured(name)]
        return verdicts(measured, self.places, self._pairs)

    def _measured(self, name: str) -> Iterator[Measurement]:
        """The sigma^2 of a measure's middle, if it has one."""
        from binodal.validate.compare.measurement import Measurement
        from binodal.validate.compare.uncertainty import jackknife, jackknife_skewness
        from binodal.validate.onsets.halfway import compared, middle

        units = self.units[name]
        place = compared(self.places, units, self.units[self.against], len(self.units))
        if place.ratio is None:
            return

        def at(curve: Array) -> float:
            return exp(middle(self.places, curve))

        value, error = jackknife(at, units)
        count, skewed = len(units), jackknife_skewness(at, units)
        problem = next((f"{run['case']} {run['why']}" for run in self.unsettled()), "")
        yield Measurement(name, value, error, count, count, 1.0, problem=problem, skewness=skewed)

    def unsettled(self) -> Iterator[dict[str, str]]:
        """The runs whose chains have not settled, and why."""
        for one in self.readings:
            if one.unsettled:
                yield {"case": one.case.name, "why": one.unsettled}
