"""One measured number against one predicted number: how far, how probable, what was excluded."""

from __future__ import annotations

from dataclasses import dataclass
from math import copysign, expm1, hypot, inf, nan

from binodal.validate.compare import skewed
from binodal.validate.compare.measurement import Measurement
from binodal.validate.prediction import Prediction
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
