"""Verdicts at a declared family-wise rate of false alarms, with controls that must fail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from validate.t_tests import two_sided
from validate.theory.prediction import Prediction

FALSE_ALARMS = 0.01
"""Probability that a comparison of true theories holds any DISAGREE."""

TELLING = 0.05
"""A control is applied to an observable where it differs from the theory by this share."""


class Verdict(StrEnum):
    """AGREE: not rejected, although the controls are. INCONCLUSIVE: nothing is claimed."""

    AGREE = "AGREE"
    DISAGREE = "DISAGREE"
    INCONCLUSIVE = "INCONCLUSIVE"


@dataclass(frozen=True)
class Measurement:
    """A measured number: its error from ``units`` independent units, and its chains' state.

    ``ess`` counts effective draws over all members; ``problem`` says why the number cannot be
    judged (not equilibrated, nothing there), or is empty. ``dominates`` is the origin of most of
    the error.
    """

    observable: str
    value: float
    stderr: float
    units: int
    ess: float
    rhat: float
    at: float | None = None
    problem: str = ""
    dominates: str = ""

    @property
    def place(self) -> tuple[str, float | None]:
        """What is measured, and where on its axis."""
        return self.observable, self.at


@dataclass(frozen=True)
class Row:
    """One observable against one theory."""

    measurement: Measurement
    prediction: Prediction
    z: float
    p: float
    threshold: float
    verdict: Verdict
    why: str


def p_value(z: float, units: int) -> float:
    """Two-sided p of Student's t with units - 1 degrees of freedom.

    >>> round(p_value(4.303, 3), 3)
    0.05
    """
    return two_sided(z, units - 1)


def holm(p_values: Sequence[float], rate: float) -> list[float]:
    """The threshold of each p under Holm's step-down rule; p <= threshold means rejected.

    Family-wise rate ``rate`` under any dependence: the k-th smallest of m is held against
    rate/(m - k + 1), and once one is not rejected all others are held against its bound.

    >>> holm([0.001, 0.2, 0.02], 0.03)
    [0.01, 0.015, 0.015]
    >>> holm([0.001, 0.03, 0.012], 0.03)
    [0.01, 0.03, 0.015]
    """
    order = np.argsort(p_values, kind="stable")
    thresholds, bound, open_ = [0.0] * len(p_values), 0.0, True
    for rank, index in enumerate(order):
        bound = rate / (len(p_values) - rank) if open_ else bound
        thresholds[index] = bound
        open_ = open_ and p_values[index] <= bound
    return thresholds


def judge(
    measurements: Sequence[Measurement],
    predictions: Sequence[Prediction],
    rate: float = FALSE_ALARMS,
    reference: str = "derived",
) -> list[Row]:
    """Every prediction against the measurement of the same observable and place.

    Theories are tested together by Holm's rule. A control is held against rate/m, m the number of
    all rows, which is stricter than any theory's threshold. A theory that is not rejected AGREEs
    only if every control that tells (differs there from the reference theory by more than
    :data:`TELLING`) is rejected, and there is one.
    """
    found = {m.place: m for m in measurements}
    pairs = [(found[_place(p)], p) for p in predictions if _place(p) in found]
    scores = [_score(m, p) for m, p in pairs]
    chances = [p_value(z, m.units) for z, (m, _) in zip(scores, pairs, strict=True)]
    tested = [
        i
        for i, (m, p) in enumerate(pairs)
        if not p.control and not m.problem and np.isfinite(chances[i])
    ]
    thresholds = dict(zip(tested, holm([chances[i] for i in tested], rate), strict=True))
    strict = rate / max(len(pairs), 1)
    for index, (_, prediction) in enumerate(pairs):
        if prediction.control:
            thresholds[index] = strict
    power = _power(pairs, chances, strict, reference)
    rows = []
    for index, (measurement, prediction) in enumerate(pairs):
        threshold = thresholds.get(index, 0.0)
        verdict, why = _verdict(measurement, prediction, chances[index], threshold, power)
        rows.append(
            Row(measurement, prediction, scores[index], chances[index], threshold, verdict, why)
        )
    return rows


def _place(prediction: Prediction) -> tuple[str, float | None]:
    return prediction.observable, prediction.at


def _score(measurement: Measurement, prediction: Prediction) -> float:
    """(measured - predicted)/error; infinite where the error is zero and the values differ."""
    gap = measurement.value - prediction.value
    size = float(np.hypot(measurement.stderr, prediction.error))
    if size == 0:
        return 0.0 if gap == 0 else float(np.copysign(np.inf, gap))
    return gap / size


_Power = dict[tuple[str, float | None], tuple[int, list[str]]]


def _power(
    pairs: Sequence[tuple[Measurement, Prediction]],
    chances: Sequence[float],
    strict: float,
    reference: str,
) -> _Power:
    """For each place: how many controls tell, and which of them are not rejected."""
    expected = {
        _place(p): p.value
        for _, p in reversed(pairs)
        if p.theory == reference and p.limit == "finite" and not (p.control or p.missing)
    }
    found: _Power = {}
    for (measurement, prediction), chance in zip(pairs, chances, strict=True):
        place = measurement.place
        count, survivors = found.setdefault(place, (0, []))
        if not prediction.control or place not in expected:
            continue
        gap = abs(prediction.value - expected[place])
        if not gap > TELLING * abs(expected[place]):
            continue
        if measurement.problem or not chance <= strict:
            survivors.append(prediction.theory)
        found[place] = (count + 1, survivors)
    return found


def _verdict(
    measurement: Measurement, prediction: Prediction, p: float, threshold: float, power: _Power
) -> tuple[Verdict, str]:
    if prediction.missing:
        return Verdict.INCONCLUSIVE, f"no prediction: {prediction.missing}"
    if measurement.problem:
        return Verdict.INCONCLUSIVE, measurement.problem
    if np.isnan(p):
        return Verdict.INCONCLUSIVE, "no error bar: fewer than two independent units"
    if p <= threshold:
        return Verdict.DISAGREE, f"p = {p:.2g} <= {threshold:.2g}"
    if prediction.control:
        return Verdict.INCONCLUSIVE, "a control that is not rejected"
    count, survivors = power[measurement.place]
    if not count:
        return Verdict.INCONCLUSIVE, "no control tells here, so that agreement would mean nothing"
    if survivors:
        return Verdict.INCONCLUSIVE, f"no power: the control {survivors[0]!r} is not rejected"
    return Verdict.AGREE, f"p = {p:.2g} > {threshold:.2g}, controls rejected"
