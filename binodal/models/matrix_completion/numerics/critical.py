"""When an entry goes over from the early to the late predictor: gradient flow, and its law."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from flint import arb

from binodal.models.diagonal_linear.numerics.arrival import ARRIVED, Times, moment
from binodal.models.diagonal_linear.numerics.gradient_flow import require_resolved
from binodal.models.diagonal_linear.numerics.law import Law
from binodal.models.diagonal_linear.numerics.results import Moment
from binodal.models.matrix_completion.numerics.flow import CompletionFlow, Seen
from binodal.models.matrix_completion.numerics.predictors import HalfWay, early, half_way, late
from binodal.models.matrix_completion.numerics.results import NOTES
from binodal.models.matrix_completion.setting import Setting, named
from binodal.numerics.balls import ball
from binodal.numerics.critical import Found, Request
from binodal.numerics.outcome import Status


class CompletionTimes(Times):
    """The one event of matrix completion, along time."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Start, decay and loss."""
        return NOTES

    def found(self, request: Request) -> Found[Moment]:
        """The last time at which the entry is half way, with two tolerances, and the law."""
        of = self._setting
        name, seen = f"w_{named(of.entry)}", Seen.entries(of)
        first, end = early(of), late(of)
        last = end.w
        way = float(last[of.entry] - first[of.entry])
        if abs(way) <= end.error:
            return Status.ABSENT, (), f"{name} is {first[of.entry]:.4g} early and late"
        level = float(first[of.entry] + last[of.entry]) / 2
        alpha, decay = (request.parameters[k] for k in ("alpha", "lambda"))
        near = ARRIVED * abs(way)
        half = half_way(seen, float(alpha), of.entry, level, last, near)
        if half is None:
            return Status.ABSENT, (), f"{name} starts beyond the transition at this alpha"
        require_resolved(float(decay))
        upper = np.triu_indices(of.size)
        passed = moment(
            CompletionFlow(seen, float(alpha), float(decay)),
            np.array([first[upper], last[upper]]),
            of.everywhere.index(of.entry),
            name,
            float(alpha),
            float(decay),
            _law(half, alpha, decay),
        )
        why = f"{name} goes from {first[of.entry]:.6g} to {last[of.entry]:.6g}, each as lambda -> 0"
        return Status.CONVERGED, (passed,), f"{why}; last crossings"


def _law(half: HalfWay, alpha: Fraction, decay: Fraction) -> Law:
    """log(alpha/A*)/lambda and the lag, without what is of order lambda."""
    waited = (ball(alpha).log() - arb(*half.log_scale)) / ball(decay)
    return Law(arb(*half.log_scale).exp(), waited + arb(*half.later))
