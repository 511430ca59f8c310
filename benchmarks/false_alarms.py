"""How often a comparison rejects a theory that is true: python -m benchmarks.false_alarms.

Units are independent values of a law with a known mean; rows are means of them, judged together at
a declared family-wise rate. Correlated rows share half of their units' variance. The share of
families with any DISAGREE is the rate that was reached; Student's t stands beside it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
from numpy.typing import NDArray

from binodal.validate.compare.skewed import p_value, too_skewed
from binodal.validate.compare.uncertainty import skewness
from binodal.validate.t_tests import critical

Array = NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, ...]], Array]


def _two_kinds(apart: float) -> Draw:
    """Normal units of two kinds, equally many, ``apart`` of their own spreads from the middle."""

    def draw(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        kind = rng.integers(0, 2, shape) * 2.0 - 1.0
        return np.asarray(apart * kind + rng.normal(size=shape))

    return draw


LAWS: Mapping[str, Draw] = {
    "normal": lambda rng, shape: rng.normal(size=shape),
    "lognormal": lambda rng, shape: rng.lognormal(size=shape) - exp(0.5),
    "lognormal, left": lambda rng, shape: exp(0.5) - rng.lognormal(size=shape),
    "lognormal, s = 1/2": lambda rng, shape: rng.lognormal(sigma=0.5, size=shape) - exp(0.125),
    "exponential": lambda rng, shape: rng.exponential(size=shape) - 1,
    "t, 3 degrees": lambda rng, shape: rng.standard_t(3, size=shape),
    "two kinds, 2": _two_kinds(2.0),
    "two kinds, 8": _two_kinds(8.0),
}
"""Laws of mean zero by name."""

UNITS = (4, 8, 16, 32, 64, 200)


@dataclass(frozen=True)
class Family:
    """Rows that are judged together."""

    rows: int
    correlated: bool = False


FAMILIES = Family(1), Family(5), Family(5, correlated=True), Family(20)


def reached(
    law: str, units: int, family: Family, rate: float, repetitions: int, seed: int = 1
) -> tuple[float, float]:
    """The family-wise rates of this test and of Student's t.

    By Holm's rule a family holds a DISAGREE where its least p is at most rate/rows.

    >>> reached("normal", 16, Family(2), 0.01, 200)
    (0.0, 0.01)
    """
    rng = np.random.default_rng((seed, list(LAWS).index(law), units, family.rows))
    values = LAWS[law](rng, (repetitions, family.rows, units))
    if family.correlated:
        values = values + LAWS[law](rng, (repetitions, 1, units))
    threshold = rate / family.rows
    t = values.mean(2) / (values.std(2, ddof=1) / sqrt(units))
    students = np.abs(t) >= critical(threshold, units - 1.0)
    # This test rejects nothing that Student's does not.
    ours = students.copy()
    for index in zip(*np.nonzero(students), strict=True):
        ours[index] = rejected(values[index], float(t[index]), threshold)
    return float(ours.any(1).mean()), float(students.any(1).mean())


def rejected(values: Array, t: float, threshold: float) -> bool:
    """Whether a true mean is held to be wrong, ``t`` standard errors from that of these units."""
    shape = skewness(values)
    return not too_skewed(values.size, shape) and p_value(t, values.size, shape) <= threshold


def main(arguments: Sequence[str]) -> None:
    """A table of all laws, numbers of units and families; the repetitions may be given."""
    repetitions = int(arguments[0]) if arguments else 4000
    rate = float(arguments[1]) if len(arguments) > 1 else 0.05
    print(f"rate {rate:g}, {repetitions} families each: reached (by Student's t)")
    for family in FAMILIES:
        print(f"{family.rows} rows{', correlated' if family.correlated else ''}; units {UNITS}")
        for law in LAWS:
            rates = [reached(law, units, family, rate, repetitions) for units in UNITS]
            cells = "  ".join(f"{ours:.4f} ({students:.4f})" for ours, students in rates)
            print(f"  {law:20s} {cells}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
