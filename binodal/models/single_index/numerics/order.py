"""The order of the transition by which the zero state is left, with what proves it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from flint import arb

from binodal.models.single_index.numerics.reach import reach_of
from binodal.models.single_index.numerics.results import Saddle
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import interval, precision
from binodal.numerics.errors import Undecided

_BITS, _STEP, _FINEST = 96, 0.25, 2.0**-9
_STABLE = "the zero state is never unstable, so no transition is continuous"


def order(
    state: State, saddles: Sequence[Saddle], theory: str, left: bool = False
) -> tuple[str, str]:
    """first, none or undecided, and why; never continuous. ``left`` says that neurons left it."""
    relaxed = theory == "derived"
    beyond = [k for k in state.setting.modes if k > 1]
    if beyond and state.setting.overlaps.bounds.bent_line(2) == [0, 0]:
        modes = ", ".join(f"He_{k}" for k in beyond)
        return "first", f"{_STABLE}; {modes} keeps its target and wins as sigma2 falls"
    if beyond and relaxed and state.setting.homogeneous:
        return (
            "first",
            f"{_STABLE}; as sigma2 falls neurons jump to another overlap",
        )
    if any(s.kind == "minimum" for s in saddles[1:]):
        return "first", f"{_STABLE}; a feature lies beside it"
    if left:
        return "first", f"{_STABLE}; neurons without a bound lie beside it"
    if not beyond and relaxed and never_a_feature(state):
        return "none", (
            f"{_STABLE}; the linear mode alone has no feature at this sigma_w2, as c_1(r) falls "
            "nowhere below sigma_w and rises nowhere faster than r above"
        )
    return "undecided", f"{_STABLE}; whether there is one is not known"


def never_a_feature(state: State) -> bool:
    """Whether h = 1 + c_3/c_1 is proved at most 1 above sigma_w and at least 0 below.

    So far as saddles of the linear mode can reach for any A <= 1: elsewhere it does not matter.
    """
    setting = state.setting
    if setting.absent(3):
        return True
    with precision(_BITS):
        sigma = state.couplings(arb(0))[2].sqrt()
        strength = arb(0).union(1 / state.rest(arb(0))[1] ** 2)
        try:
            below, above, _ = reach_of(setting, strength, sigma, [arb(1)])
        except Undecided:
            return False
        return _holds(state, sigma, below, 0.0, 1) and _holds(state, sigma, 0.0, above, 0)


def _holds(state: State, sigma: arb, low: float, high: float, shift: int) -> bool:
    """Whether c_3 + c_1 has c_1's sign (shift 1), or c_3 the other one (shift 0), everywhere."""
    count = max(1, int((high - low) / _STEP))
    stack = list(pairwise(low + (high - low) * k / count for k in range(count + 1)))
    while stack:
        start, stop = stack.pop()
        overlaps = state.setting.overlaps.at(sigma * interval(start, stop).exp(), 4)
        one, three = overlaps[1], overlaps[3]
        tilt = three / one
        if (shift + tilt > 0) if shift else (tilt < 0):
            continue
        if stop - start < _FINEST:
            return False
        middle = (start + stop) / 2
        stack += [(start, middle), (middle, stop)]
    return True
