"""One measured number against one predicted one: how far, how probable, what was excluded.

Verdicts come at a declared family-wise rate of false alarms, with controls that must fail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import copysign, expm1, hypot, inf, nan

import numpy as np

from binodal.validate.compare import skewed
from binodal.validate.compare.measurement import Measurement
from binodal.validate.prediction import ON_THESE_DATA, Prediction
from binodal.validate.t_tests import critical, two_sided


@dataclass(frozen=True)
class Score:
    """``z`` is (measured - predicted)/``size``, the error of both; ``p`` the probability of a
    distance as large, by Student's t with ``freedom`` degrees of freedom where the units are
    normal, and of the worst law in the range of :mod:`binodal.validate.compare.skewed` where they
    are not.
    """

    z: float
    p: float
    freedom: float
    size: float
    skewness: float | None = None

    def reach(self, p: float) -> float:
        """The distance that would just have come out as improbable as ``p``; NaN without an error.

        Of the two, above and below, the longer.

        >>> round(Score(0.0, 1.0, 2.0, 0.1).reach(0.05), 4)
        0.4303
        """
        if self.skewness is None:
            return critical(p, self.freedom) * self.size
        return max(skewed.critical(p, round(self.freedom) + 1, self.skewness)) * self.size


def score(measured: Measurement, predicted: Prediction) -> Score:
    """The distance; infinite where the error is zero and the values differ.

    NaN where there is nothing to be judged: no prediction, or none for these units.
    """
    if predicted.missing:
        return Score(nan, nan, measured.units - 1.0, nan)
    gap = measured.value - predicted.value
    size = hypot(measured.error, predicted.error)
    z = gap / size if size else copysign(inf, gap) if gap else 0.0
    freedom = measured.units - 1.0
    if measured.skewness is None:
        return Score(z, two_sided(z, freedom), freedom, size)
    p = skewed.p_value(z, measured.units, measured.skewness)
    return Score(z, p, freedom, size, measured.skewness)


def excludes(measured: Measurement, shift: Score, threshold: float) -> float:
    """The smallest relative error of a theory that a test at ``threshold`` would have rejected.

    A theory that is wrong by a larger share of the measured value comes out DISAGREE, whichever its
    sign. Of a logarithm it is the relative error of what it is the logarithm of. NaN without an
    error bar or a threshold; infinite where nothing was measured but noise around zero.

    >>> row = Measurement("b", 2.0, 0.1, 3, 1e4, 1.0)
    >>> round(excludes(row, score(row, Prediction("derived", "b", 2.1)), 0.05), 4)
    0.2151
    """
    if not 0 < threshold < 1:
        return nan
    reach = shift.reach(threshold)
    if measured.logarithm:
        return expm1(reach) if reach < 700 else inf
    return reach / abs(measured.value) if measured.value else inf


FALSE_ALARMS = 0.01
"""Probability that a comparison of true theories holds any DISAGREE."""

TELLING = 0.05
"""A control is applied to an observable where it differs from the theory by this share."""

LARGEST_ERROR = 0.05
"""AGREE is said only where a theory wrong by this share would have been rejected."""


class Verdict(StrEnum):
    """AGREE: not rejected, although the controls are, and so would be a theory that is a few per
    cent off. INCONCLUSIVE: nothing is claimed.
    """

    AGREE = "AGREE"
    DISAGREE = "DISAGREE"
    INCONCLUSIVE = "INCONCLUSIVE"


@dataclass(frozen=True)
class Row:
    """One observable against one theory.

    ``excludes`` is the smallest relative error of a theory that this row would have rejected.
    """

    measurement: Measurement
    prediction: Prediction
    score: Score
    threshold: float
    excludes: float
    verdict: Verdict
    why: str


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
    within: float = LARGEST_ERROR,
) -> list[Row]:
    """Every prediction against the measurement of the same observable and place.

    Theories are tested together by Holm's rule. A control is held against rate/m, m the number of
    all rows, which is stricter than any theory's threshold. A theory that is not rejected AGREEs
    only if a theory wrong by the share ``within`` would have been rejected, and every control that
    tells (differs there from the reference theory by more than :data:`TELLING`) is rejected, and
    there is one.
    """
    by_place = {m.place: m for m in measurements}
    pairs = [(by_place[_place(p)], p) for p in predictions if _place(p) in by_place]
    scores = [score(m, p) for m, p in pairs]
    thresholds = _thresholds(pairs, scores, rate)
    power = _power(pairs, scores, rate / max(len(pairs), 1), reference)
    rows = []
    for (measured, prediction), result, threshold in zip(pairs, scores, thresholds, strict=True):
        least = excludes(measured, result, threshold)
        verdict, why = _verdict(measured, prediction, result.p, threshold, power)
        if verdict is Verdict.AGREE and not least <= within:
            verdict, why = Verdict.INCONCLUSIVE, _too_coarse(least, within)
        rows.append(Row(measured, prediction, result, threshold, least, verdict, why))
    return rows


def _thresholds(
    pairs: Sequence[tuple[Measurement, Prediction]], scores: Sequence[Score], rate: float
) -> list[float]:
    """Holm's for theories, rate/m for controls, zero for what is not judged."""
    judged = [
        not (m.problem or p.missing) and bool(np.isfinite(s.p))
        for (m, p), s in zip(pairs, scores, strict=True)
    ]
    tested = [i for i, (_, p) in enumerate(pairs) if judged[i] and not p.control]
    by_holm = dict(zip(tested, holm([scores[i].p for i in tested], rate), strict=True))
    strict = rate / max(len(pairs), 1)
    return [
        by_holm.get(i, strict if judged[i] and p.control else 0.0) for i, (_, p) in enumerate(pairs)
    ]


def _too_coarse(least: float, within: float) -> str:
    if not np.isfinite(least):
        return "no power: the measured value is not told from zero"
    return (
        f"no power: errors up to {100 * least:.2g} % are not rejected, {100 * within:.2g} % allowed"
    )


def _place(prediction: Prediction) -> tuple[str, float | None]:
    return prediction.observable, prediction.at


_Power = dict[tuple[str, float | None], tuple[int, list[str]]]


def _power(
    pairs: Sequence[tuple[Measurement, Prediction]],
    scores: Sequence[Score],
    strict: float,
    reference: str,
) -> _Power:
    """For each place: how many controls tell, and which of them are not rejected."""
    expected = {
        _place(p): p.value
        for _, p in reversed(pairs)
        if p.theory == reference
        and p.limit in ("finite", ON_THESE_DATA)
        and not (p.control or p.missing)
    }
    power: _Power = {}
    for (measurement, prediction), result in zip(pairs, scores, strict=True):
        place = measurement.place
        count, survivors = power.setdefault(place, (0, []))
        if not prediction.control or place not in expected:
            continue
        gap = abs(prediction.value - expected[place])
        if not gap > TELLING * abs(expected[place]):
            continue
        if measurement.problem or not result.p <= strict:
            survivors.append(prediction.theory)
        power[place] = (count + 1, survivors)
    return power


def _verdict(
    measurement: Measurement, prediction: Prediction, p: float, threshold: float, power: _Power
) -> tuple[Verdict, str]:
    if prediction.missing:
        what = "no prediction" if np.isnan(prediction.value) else "not judged"
        return Verdict.INCONCLUSIVE, f"{what}: {prediction.missing}"
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
