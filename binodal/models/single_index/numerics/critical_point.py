"""A critical point of a single-index theory, and what a search for them answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import TypeVar

from flint import arb

from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball
from binodal.numerics.boxes.search import Hull
from binodal.numerics.critical import Found, Request, nearest_first
from binodal.numerics.outcome import Status
from binodal.numerics.results import EventPoint

T = TypeVar("T", bound=EventPoint)
_WIDE = 1 / 64
REACH = 5.0
"""Events are sought between own * e^-REACH and own * e^REACH of the parameter that varies."""


@dataclass(frozen=True)
class CriticalPoint(EventPoint):
    """An event with the residual's linear mode b, the cosine m, the norm r and q = m r.

    At a condensation r and q are not finite and absent. ``label`` tells inequivalent classes apart
    where m and -m are no images of each other.
    """

    b: arb | None
    m: arb
    r: arb | None
    q: arb | None


def linear(state: State, beta: arb) -> arb | None:
    """t_1, where the teacher has a linear mode."""
    target = state.setting.teacher.get(1)
    return None if target is None else ball(target) * beta


def label(state: State, m: arb) -> str:
    """The class of a feature, where m and -m are no images."""
    return "" if state.setting.symmetric else ("m > 0" if m > 0 else "m < 0")


def found_in(
    points: Sequence[T],
    left: Sequence[Hull],
    request: Request,
    around: str,
    by: str = "all zeros",
) -> Found[T]:
    """The proved points of a search that left these cells open, their last side the parameter's."""
    own = request.parameters[request.along]
    held = nearest_first(points, own)
    if left:
        places = ", ".join(_values(float(own), *side) for side in _joined(left))
        reason = f"undecided at {request.along} = {places}; elsewhere all for {around}"
        return Status.UNDECIDED, held, reason
    if not held:
        return Status.ABSENT, (), f"excluded for {around}"
    return Status.CERTIFIED, held, f"{by} for {around}, by exclusion on cells"


def _joined(left: Sequence[Hull]) -> list[tuple[float, float]]:
    """Where the parameter is in the hulls, those that touch as one."""
    sides: list[tuple[float, float]] = []
    for low, high in sorted(hull[-1] for hull in left):
        if sides and low <= sides[-1][1]:
            low, high = sides[-1][0], max(high, sides.pop()[1])
        sides.append((low, high))
    return sides


def _values(own: float, low: float, high: float) -> str:
    if high - low < _WIDE:
        return f"{own * exp((low + high) / 2):.5g}"
    return f"{own * exp(low):.5g} to {own * exp(high):.5g} (too many cells stay open)"
