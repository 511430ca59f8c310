"""When a network goes over: its neurons cross a barrier one by one, and each moves it for the rest.

Neurons beyond the barrier are a share f of all. Those on either side are in equilibrium in their
own well, so that f fixes the residual by the closure, and that the rates out and back:
df/dt = (1 - f) out - f back. The delay is the time until the residual is half way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, exp, inf, log
from typing import Protocol

import numpy as np
from numpy.polynomial import Polynomial
from numpy.typing import NDArray
from scipy.optimize import brentq

from binodal.numerics.errors import Undecided
from binodal.numerics.phases.escape import LOWEST, Escape

Array = NDArray[np.float64]
_NODES, _PLACES, _LONGEST, _MOVED, _MOST, _LOOKED = 7, 4001, 3_000_000, 1e-9, 300.0, 11


class TwoStates(Protocol):
    """Neurons, or modes of neurons, on two sides of a barrier, by the share that is beyond.

    What is asked raises Undecided where a well has gone.
    """

    @property
    def mode(self) -> str:
        """The mode of the residual that is watched."""

    @property
    def count(self) -> float:
        """How many there are."""

    @property
    def rest(self) -> float:
        """The share that is beyond in equilibrium."""

    def level(self, share: float) -> float:
        """The watched mode."""

    def log_odds(self, share: float) -> float:
        """log of the chance beyond the barrier over that before it, at that residual."""

    def escape(self, share: float) -> Escape:
        """Of one before the barrier at that residual."""


@dataclass(frozen=True)
class NetworkDelay:
    """When the residual is half way from that of the zero state to that of equilibrium.

    ``mode`` names what is watched, ``level`` is it then, ``share`` how many are beyond the barrier,
    of ``rest`` in the end. ``time`` is that of a wide network whose zero state is in equilibrium,
    and ``error`` holds the lag of a crossing, which is no chance but a way; ``finite`` is the mean
    time of as many as there are. By ``reaction``, relative, the effect of a neuron on its own
    residual may make a network of this width later, at the most. ``first`` is the time of the first
    crossing, ``by_one`` the share at which the rate out has fallen by a factor e, ``slowed`` by
    which factor it has at ``share``.
    ``held`` is what a barrier that does not move would say.
    """

    mode: str
    level: float
    share: float
    rest: float
    time: float
    error: float
    finite: float | None
    first: float
    by_one: float
    slowed: float
    held: float | None
    reaction: float


@dataclass(frozen=True)
class _Flow:
    """log of the rate out and log odds of the wells as polynomials in the share."""

    log_out: Polynomial
    log_odds: Polynomial

    @classmethod
    def through(cls, shares: Array, log_out: Array, log_odds: Array) -> _Flow:
        """The polynomials through all points."""
        rows = (
            Polynomial.fit(shares, values, len(shares) - 1, domain=[shares[0], shares[-1]])
            for values in (log_out, log_odds)
        )
        return cls(*rows)

    def rates(self, share: Array) -> tuple[Array, Array]:
        """(1 - f) out and f back; one over the other as detailed balance has it."""
        out = np.exp(self.log_out(share))
        return (1 - share) * out, share * out * np.exp(-self.log_odds(share))

    def time(self, share: float) -> float:
        """The integral of df over the drift."""
        places = np.linspace(0.0, share, _PLACES)
        up, down = self.rates(places)
        return float(np.trapezoid(1 / (up - down), places))

    def chain(self, count: float, share: float) -> float | None:
        """The mean time in which so many of ``count`` cross, each by chance.

        From k to k + 1 takes h_k = (1 + down_k h_{k-1})/up_k; None where they are too many.
        """
        steps = ceil(count * share)
        if steps > _LONGEST:
            return None
        up, down = (count * rate for rate in self.rates(np.arange(steps) / count))
        total = last = 0.0
        for rise, fall in zip(up.tolist(), down.tolist(), strict=True):
            last = (1 + fall * last) / rise
            total += last
        return total


def network_delay(of: TwoStates) -> NetworkDelay:
    """The delay of a network that starts with all neurons at zero. Raises Undecided for none."""
    try:
        start, end = of.level(0.0), of.level(of.rest)
    except Undecided as doubt:
        raise Undecided(_risen(of) or str(doubt)) from doubt
    if abs(end - start) <= _MOVED * abs(start):
        raise Undecided("so few are beyond the barrier in equilibrium that no residual moves")
    half = (start + end) / 2
    share = float(brentq(lambda f: (of.level(f) - half) / (end - start), 0.0, of.rest))
    nodes = share * (1 - np.cos(np.pi * np.arange(_NODES) / (_NODES - 1))) / 2
    escapes = [of.escape(float(f)) for f in nodes]
    rise = escapes[0].rise
    if rise is None or not rise > LOWEST:
        raise Undecided(escapes[0].why or "the barrier is not above one unit of the noise")
    logs, errors = np.array([escape.log_rate() for escape in escapes]).T
    odds = np.array([of.log_odds(float(f)) for f in nodes])
    fine, rough = (_Flow.through(nodes[::k], logs[::k], odds[::k]) for k in (1, 2))
    time = fine.time(share)
    lag = escapes[0].lag or 0.0
    slope = float(fine.log_out.deriv()(0.0))
    reaction = 10 ** min(max(escape.reaction or 0.0 for escape in escapes), _MOST) - 1
    return NetworkDelay(
        mode=of.mode,
        level=half,
        share=share,
        rest=of.rest,
        time=time,
        error=time * (float(errors.max()) + abs(log(rough.time(share) / time))) + lag,
        finite=fine.chain(of.count, share),
        first=exp(-logs[0]) / of.count,
        by_one=-1 / slope if slope < 0 else inf,
        slowed=exp(logs[0] - logs[-1]),
        held=_held(exp(logs[0]), exp(logs[0] - odds[0]), share),
        reaction=reaction,
    )


def _risen(of: TwoStates) -> str:
    """Where the barrier stands that those raise who cross before there is one; "" for nowhere."""
    rises = {}
    for share in map(float, np.geomspace(of.rest / 32, of.rest, _LOOKED)):
        try:
            rise = of.escape(share).rise
        except Undecided:
            continue
        if rise is not None and rise > LOWEST:
            rises[share] = float(rise.mid())
    if not rises:
        return ""
    return (
        f"no barrier while all are at zero: one stands once a share of {min(rises):.1g} is across, "
        f"of up to {max(rises.values()):.2g} in S; later ones wait for it, as the curves say"
    )


def _held(out: float, back: float, share: float) -> float | None:
    """The time to the share at rates that stay as they are; None where it is never reached."""
    reached = share * (out + back) / out
    return -float(np.log1p(-reached)) / (out + back) if reached < 1 else None


def delay_or_why(of: Callable[[], TwoStates]) -> NetworkDelay | str:
    """The delay, or why there is none."""
    try:
        return network_delay(of())
    except Undecided as doubt:
        return str(doubt)


def halfway(times: Array, values: Array, errors: Array, level: float) -> tuple[float, float] | None:
    """When a curve passes a level for good, and half of what its errors make of that."""
    crossings = [_passed(times, values + k * errors, level, values[0]) for k in (0, 1, -1)]
    if None in crossings:
        return None
    time, *ends = (float(one) for one in crossings if one is not None)
    return time, max(abs(end - time) for end in ends)


def _passed(times: Array, values: Array, level: float, start: float) -> float | None:
    before = np.flatnonzero((values - level) * (start - level) > 0)
    if not len(before) or before[-1] + 1 == len(times):
        return None
    k = before[-1]
    share = (level - values[k]) / (values[k + 1] - values[k])
    return float(times[k] + share * (times[k + 1] - times[k]))
