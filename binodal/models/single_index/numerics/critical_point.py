"""A critical point of a single-index theory, and what a search for them answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb

from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import ball
from binodal.numerics.critical import Found, Request, nearest_first
from binodal.numerics.outcome import Status
from binodal.numerics.results import EventPoint

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
    points: Sequence[CriticalPoint], open_cells: int, asked: Request, around: str
) -> Found[CriticalPoint]:
    """The proved points of a search that left so many cells open."""
    held = nearest_first(points, asked.parameters[asked.along])
    if open_cells:
        reason = f"{open_cells} cells remain neither excluded nor proved, {around}"
        return Status.UNDECIDED, held, reason
    if not held:
        return Status.ABSENT, (), f"excluded for {around}"
    return Status.CERTIFIED, held, f"all zeros for {around}, by exclusion on cells"
