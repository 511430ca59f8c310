"""When a component goes over from the early to the late predictor: gradient flow, and its law."""

from __future__ import annotations

import numpy as np

from binodal.models.diagonal_linear.numerics.arrival import Times, moment
from binodal.models.diagonal_linear.numerics.gradient_flow import (
    Flow,
    require_flow,
    require_resolved,
)
from binodal.models.diagonal_linear.numerics.law import Law, law
from binodal.models.diagonal_linear.numerics.path import Path
from binodal.models.diagonal_linear.numerics.predictors import early, late, require_predictors
from binodal.models.diagonal_linear.numerics.results import (
    DECAY,
    FLOW,
    LOSSES,
    MARGIN,
    START,
    Moment,
)
from binodal.models.diagonal_linear.setting import Row, Setting
from binodal.numerics.balls import bits_of
from binodal.numerics.critical import Found, Request
from binodal.numerics.outcome import Status


def notes(setting: Setting) -> tuple[str, ...]:
    """What the numbers of a setting rest on."""
    return (FLOW, START, DECAY, LOSSES[setting.loss], *([MARGIN] if setting.separates else []))


class TransitionTimes(Times):
    """The one event of a diagonal linear network, along time."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Start, decay and loss."""
        return notes(self._setting)

    def checked(self, request: Request) -> Request:
        """Refuses data that cannot be fitted, and degrees whose powers overflow."""
        require_predictors(self._setting)
        require_flow(request.parameters)
        return request

    def found(self, request: Request) -> Found[Moment]:
        """The last time at which w_J is half way, with two tolerances, and the law."""
        setting, j = self._setting, self._setting.component
        first, last = early(setting), late(setting)
        name = f"w_{j + 1}"
        if first[j] == last[j]:
            return Status.ABSENT, (), f"{name} = {first[j]} early and late"
        known = None if setting.separates else _law(request, setting, first, last)
        if known is not None and not known.time > 0:
            scale = float(known.scale.mid())
            return Status.ABSENT, (), f"{name} starts below A* = {scale:.3g}, beyond the transition"
        ends = np.array([first, last], dtype=float)
        alpha, decay = (float(request.parameters[k]) for k in ("alpha", "lambda"))
        require_resolved(decay)
        start = alpha
        if not setting.separates:
            start = min(alpha, Path(setting, request.parameters["L"]).forgotten(decay))
        flow = Flow(setting, request.parameters["L"], start, decay)
        passed = moment(flow, ends, j, name, alpha, decay, known)
        why = f"{name} goes from {first[j]} to {last[j]}, each as lambda -> 0; last crossings"
        return Status.CONVERGED, (passed,), why


def _law(request: Request, setting: Setting, first: Row, last: Row) -> Law:
    return law(setting, dict(request.parameters), first, last, bits_of(request.digits))
