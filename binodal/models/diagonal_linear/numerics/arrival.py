"""When a predictor has made its way from early to late, by a flow that can be integrated."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import log, ulp
from typing import Protocol

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.models.diagonal_linear.numerics.gradient_flow import (
    Predictor,
    Vector,
    last_crossing,
)
from binodal.models.diagonal_linear.numerics.law import Law
from binodal.models.diagonal_linear.numerics.results import Estimate, Moment
from binodal.numerics.critical import CriticalPoints
from binodal.numerics.errors import Undecided

TOLERANCES = (1e-9, 1e-12)
SAFETY = 3.0
SHARES = (0.1, 0.5, 0.9)
ARRIVED = 0.05
"""How near its end, on the scale of its way, a predictor has gone over."""
_REST, _FURTHER, _MOST = 1e-6, 3.0, 20
Share = Callable[[float], float]
Matrix = NDArray[np.float64]


class Times(CriticalPoints[Moment]):
    """The one event of gradient flow, along time."""

    limit = "thermodynamic"
    events = ("transition",)
    theories = ("derived",)
    alongs = ("time",)


class Followed(Protocol):
    """A flow in s = lambda t from u = v = ``alpha`` on."""

    @property
    def alpha(self) -> float:
        """The start that is integrated."""

    def integrated(self, end: float, tolerance: float) -> tuple[Vector, Predictor]:
        """The steps taken, and the predictor at any s up to the end. Raises Undecided."""


def moment(
    flow: Followed,
    ends: Matrix,
    component: int,
    name: str,
    alpha: float,
    decay: float,
    law: Law | None,
) -> Moment:
    """When a component is half way from ``ends``' first row to its last, with two tolerances.

    ``alpha`` is the start that is asked about, as good as the one that is integrated; ``law`` the
    time for slow decay and its scale. Raises Undecided where there is no early phase.
    """
    skipped = log(alpha / flow.alpha)
    rough, fine = (
        [
            None if s is None else (skipped + s) / decay
            for s in _crossings(flow, ends, component, name, tolerance)
        ]
        for tolerance in TOLERANCES
    )
    begin, middle, end = (_compared(*pair) for pair in zip(rough, fine, strict=True))
    if begin is None or middle is None:
        raise Undecided(f"{name} has no early phase at this alpha and lambda")
    return Moment(
        arb(*middle),
        arb(0),
        log_alpha=(log(alpha) / decay, 4 * ulp(log(alpha) / decay)),
        window=end and (end[0] - begin[0], end[1] + begin[1]),
        law=None if law is None else _estimate(law.time),
        scale=None if law is None else _estimate(law.scale),
    )


def _compared(rough: float | None, fine: float | None) -> Estimate | None:
    """A time with its error, from two tolerances; None where either has none."""
    if rough is None or fine is None:
        return None
    return fine, SAFETY * abs(fine - rough) + 1e-13 * fine


def _estimate(of: arb) -> Estimate:
    """As a double, whose rounding is part of the error."""
    return float(of.mid()), float(of.rad()) + ulp(float(of.mid()))


def _crossings(
    flow: Followed, ends: Matrix, component: int, name: str, tolerance: float
) -> list[float | None]:
    """s where 10, 50 and 90 % of the way are made, for good; None where they are not."""
    steps, share = _arrived(flow, ends, component, name, tolerance)
    shares = np.array([share(s) for s in steps])
    return [last_crossing(steps, shares - level, partial(_above, share, level)) for level in SHARES]


def _above(share: Share, level: float, s: float) -> float:
    return share(s) - level


def _arrived(
    flow: Followed, ends: Matrix, component: int, name: str, tolerance: float
) -> tuple[Vector, Share]:
    """Steps to where w is near its end, and the share of its way that w_J has made by s.

    All of w, on the scale of w_J's way: w_J alone may pass its end and come back. Decay keeps w
    short of the end, which is that of lambda -> 0: beyond half it may rest. Raises Undecided where
    it does neither.
    """
    first, last = ends
    start, way = first[component], last[component] - first[component]
    decayed = max(log(flow.alpha), 0.0) + _FURTHER
    for _ in range(_MOST):
        steps, predictor = flow.integrated(decayed, tolerance)

        def share(s: float, predictor: Predictor = predictor) -> float:
            return float((predictor(s)[component] - start) / way)

        here, before = predictor(decayed), predictor(decayed - 1)
        near, moved = np.abs([here - last, here - before]).max(axis=1) / abs(way)
        if near < ARRIVED or (share(decayed) > 1 / 2 and moved < _REST):
            return steps, share
        decayed += _FURTHER
    raise Undecided(f"at this lambda {name} does not come nearer to its late value")
