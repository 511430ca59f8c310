"""When a component goes over from the early to the late predictor: gradient flow, and its law."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import log, ulp

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.models.diagonal_linear.numerics.gradient_flow import (
    Flow,
    Predictor,
    Vector,
    last_crossing,
    require_degree,
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
    Estimate,
    Moment,
)
from binodal.models.diagonal_linear.setting import Row, Setting
from binodal.numerics.balls import bits_of
from binodal.numerics.critical import CriticalPoints, Found, Request
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status

TOLERANCES = (1e-9, 1e-12)
SAFETY = 3.0
SHARES = (0.1, 0.5, 0.9)
_ARRIVED, _REST, _FURTHER, _MOST = 0.05, 1e-6, 3.0, 20
Share = Callable[[float], float]
Matrix = NDArray[np.float64]


def notes(setting: Setting) -> tuple[str, ...]:
    """What the numbers of a setting rest on."""
    return (FLOW, START, DECAY, LOSSES[setting.loss], *([MARGIN] if setting.separates else []))


class TransitionTimes(CriticalPoints[Moment]):
    """The one event of a diagonal linear network, along time."""

    limit = "thermodynamic"
    events = ("transition",)
    theories = ("derived",)
    alongs = ("time",)

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def assumptions(self, request: Request) -> tuple[str, ...]:
        """Start, decay and loss."""
        return notes(self._setting)

    def checked(self, request: Request) -> Request:
        """Refuses data that cannot be fitted, and degrees whose powers overflow."""
        require_predictors(self._setting)
        require_degree(request.parameters["L"])
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
        rough, fine = (_times(request, setting, ends, tolerance) for tolerance in TOLERANCES)
        begin, middle, end = (_compared(*pair) for pair in zip(rough, fine, strict=True))
        if begin is None or middle is None:
            raise Undecided(f"{name} has no early phase at this alpha and lambda")
        alpha, decay = (float(request.parameters[k]) for k in ("alpha", "lambda"))
        moment = Moment(
            arb(*middle),
            arb(0),
            log_alpha=(log(alpha) / decay, 4 * ulp(log(alpha) / decay)),
            window=end and (end[0] - begin[0], end[1] + begin[1]),
            law=None if known is None else _estimate(known.time),
            scale=None if known is None else _estimate(known.scale),
        )
        why = f"{name} goes from {first[j]} to {last[j]}, each as lambda -> 0; last crossings"
        return Status.CONVERGED, (moment,), why


def _compared(rough: float | None, fine: float | None) -> Estimate | None:
    """A time with its error, from two tolerances; None where either has none."""
    if rough is None or fine is None:
        return None
    return fine, SAFETY * abs(fine - rough) + 1e-13 * fine


def _estimate(of: arb) -> Estimate:
    """As a double, whose rounding is part of the error."""
    return float(of.mid()), float(of.rad()) + ulp(float(of.mid()))


def _law(request: Request, setting: Setting, first: Row, last: Row) -> Law:
    return law(setting, dict(request.parameters), first, last, bits_of(request.digits))


def _times(
    request: Request, setting: Setting, ends: Matrix, tolerance: float
) -> list[float | None]:
    """When w_J has made 10, 50 and 90 % of its way, for good; None where it has not."""
    at = request.parameters
    alpha, decay = float(at["alpha"]), float(at["lambda"])
    require_resolved(decay)
    start = alpha if setting.separates else min(alpha, Path(setting, at["L"]).forgotten(decay))
    flow = Flow(setting, at["L"], start, decay)
    steps, share = _arrived(flow, setting, ends, tolerance)
    shares = np.array([share(s) for s in steps])
    crossings = [
        last_crossing(steps, shares - level, partial(_above, share, level)) for level in SHARES
    ]
    return [None if c is None else (log(alpha / start) + c) / decay for c in crossings]


def _above(share: Share, level: float, s: float) -> float:
    return share(s) - level


def _arrived(flow: Flow, setting: Setting, ends: Matrix, tolerance: float) -> tuple[Vector, Share]:
    """Steps to where w is near its end, and the share of its way that w_J has made by s.

    All of w, on the scale of w_J's way: w_J alone may pass its end and come back. Decay keeps w
    short of the end, which is that of lambda -> 0: beyond half it may rest. Raises Undecided where
    it does neither.
    """
    (first, last), j = ends, setting.component
    start, way = first[j], last[j] - first[j]
    decayed = max(log(flow.alpha), 0.0) + _FURTHER
    for _ in range(_MOST):
        steps, predictor = flow.integrated(decayed, tolerance)

        def share(s: float, predictor: Predictor = predictor) -> float:
            return float((predictor(s)[j] - start) / way)

        here, before = predictor(decayed), predictor(decayed - 1)
        near, moved = np.abs([here - last, here - before]).max(axis=1) / abs(way)
        if near < _ARRIVED or (share(decayed) > 1 / 2 and moved < _REST):
            return steps, share
        decayed += _FURTHER
    raise Undecided(f"at this lambda w_{j + 1} does not come nearer to its late value")
