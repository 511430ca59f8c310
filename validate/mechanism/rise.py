"""When the accuracy on held-out inputs rises to a half for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from binodal.validate.errors import DataError

HALF = 0.5


@dataclass(frozen=True)
class Rise:
    """The step of half the answers, None if never; up to which step one looked.

    ``blur`` is the standard error of its logarithm: the gap between looks, evenly filled.
    """

    step: float | None
    last: float
    blur: float = 0.0


def rise(steps: Sequence[int], values: Sequence[float]) -> Rise:
    """The last rise through a half, between two looks by the logarithm of the step.

    Raises DataError where no look was below a half: it rose before the first.

    >>> found = rise([1, 10, 100, 1000], [0.0, 0.1, 0.9, 1.0])
    >>> round(found.step, 1), round(found.blur, 2), rise([1, 10], [0.0, 0.1]).step
    (31.6, 0.66, None)
    """
    last = float(steps[-1]) if steps else 0.0
    if not values or values[-1] < HALF:
        return Rise(None, last)
    below = [k for k, value in enumerate(values) if value < HALF]
    if not below:
        raise DataError(
            f"half of the answers were right at the first look, step {steps[0]}: when that came is "
            "not known"
        )
    k = below[-1]
    start, end = log(max(steps[k], 1)), log(max(steps[k + 1], 1))
    share = (HALF - values[k]) / (values[k + 1] - values[k])
    return Rise(exp(start + share * (end - start)), last, (end - start) / 12**0.5)
