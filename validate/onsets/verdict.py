"""Before, with or after: onsets of a measure in several trainings, against the test accuracy's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.stats import t as student

from binodal.validate.onsets.courses import Course, lags

RATE = 0.01
"""Of one wrong "before" or "after" among all measures, by Bonferroni."""

MOST = 0.5
"""A measure has an onset in more than this share of the trainings that generalise, or none."""


@dataclass(frozen=True)
class Lag:
    """Onsets of one measure in the trainings of one learner.

    ``mean`` with ``stderr`` and the half-width of its interval is of the onset after that of the
    test accuracy, in the courses' coordinate; None where fewer than three trainings have both.
    ``of`` trainings generalise and have the curve, ``seen`` of them with an onset, ``both`` with
    one of the test accuracy as well; of ``flat`` ones that do not generalise ``false`` have one.
    """

    name: str
    verdict: str
    mean: float | None
    stderr: float | None
    half: float | None
    seen: int
    both: int
    of: int
    false: int
    flat: int


def lag(courses: Sequence[Course], name: str, resolution: float, tests: int) -> Lag:
    """What the trainings of one learner say; ``tests`` measures are asked at once.

    The verdict is "before" or "after" where the interval of the mean excludes zero, "with" where it
    lies within one ``resolution``, that of the moments, and "undecided" else; "no onset" of a
    measure that has none in most trainings.
    """
    learned = [c for c in courses if c.generalises and name in c.curves]
    others = [c for c in courses if not c.generalises and name in c.curves]
    lags_seen = list(lags(learned, name))
    counts = {
        "seen": sum(c.onsets[name] is not None for c in learned),
        "both": len(lags_seen),
        "of": len(learned),
        "false": sum(c.onsets[name] is not None for c in others),
        "flat": len(others),
    }
    if len(lags_seen) < 3 or counts["seen"] <= MOST * len(learned):
        verdict = "no onset" if learned else "no curve"
        return Lag(name, verdict, None, None, None, **counts)
    mean, error = float(np.mean(lags_seen)), float(np.std(lags_seen, ddof=1)) / sqrt(len(lags_seen))
    # A mean of places on a grid has at least the error of their rounding.
    error = max(error, resolution / sqrt(12 * len(lags_seen)))
    half = error * float(student.isf(RATE / tests / 2, len(lags_seen) - 1))
    if abs(mean) > half:
        verdict = "before" if mean < 0 else "after"
    else:
        verdict = "with" if abs(mean) + half <= resolution else "undecided"
    return Lag(name, verdict, mean, error, half, **counts)
