"""Mean escape times over a barrier that is worth the name, with what they leave out.

A shift of the residual by O(1/d) times a barrier of order d changes a time by a factor that does
not tend to 1, so barriers are those at the residual of the given size, never of the limit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite, log

from flint import arb

from binodal.numerics.errors import Undecided

LOWEST = 1.0
"""A well must be deeper than this in S: one unit of the noise."""


@dataclass(frozen=True)
class Feature:
    """A feature minimum and the barrier before it, at one residual; balls in units of d or P.

    ``order`` is q or x; ``action`` and ``barrier`` are S above the zero state.
    """

    order: arb
    saddle: arb
    action: arb
    barrier: arb

    @property
    def back(self) -> arb:
        """The barrier as seen from the feature."""
        return self.barrier - self.action


@dataclass(frozen=True)
class Escape:
    """How long one neuron (or mode) stays in a well at the given size, computed.

    ``log10_time`` is the Eyring-Kramers time with its next order where that is derived, None where
    there is no barrier to speak of: then ``why`` says so. ``error`` holds the residual's error and
    the order after that, which is an estimate (:func:`kramers`); ``rise`` is S at
    the saddle above the well, ``residual`` that of the metastable state. ``reaction`` bounds what
    log10 of the time leaves out with the residual held, the neuron's own effect on it; ``why`` says
    where it is not small, and what a time by the formula alone rests on.
    ``exact`` is log10 of the mean first-passage time to the other minimum without a formula, with
    its error at the middle of the same residual; :meth:`exact_time` adds the residual's.
    ``lag`` is by how much a constant chance would be earlier, at the most.
    """

    log10_time: float | None
    error: float | None
    rise: arb | None
    residual: Mapping[str, arb] = field(default_factory=dict)
    reaction: float | None = None
    why: str = ""
    exact: tuple[float, float] | None = None
    lag: float | None = None

    def time(self) -> tuple[float, float] | None:
        """log10 of the formula's time with its error; None without."""
        if self.log10_time is None or self.error is None:
            return None
        return self.log10_time, self.error

    def exact_time(self) -> tuple[float, float] | None:
        """``exact``, its error with what the residual's does to the rise of S; None without.

        >>> of = Escape(1.5, 0.1, arb(4, 0.25), exact=(1.75, 0.001))
        >>> print(f"{of.exact_time()[1]:.4f}")
        0.1096
        """
        if self.exact is None or self.rise is None:
            return self.exact
        value, error = self.exact
        return value, error + float(self.rise.rad()) / log(10)

    def timed(self, exact: Callable[[], tuple[float, float]]) -> Escape:
        """With ``exact`` as it is computed, or why it is not."""
        try:
            return replace(self, exact=exact())
        except Undecided as doubt:
            return replace(self, why="; ".join(filter(None, (self.why, str(doubt)))))

    def log_rate(self) -> tuple[float, float]:
        """log of 1/time with its error, exact where that is known. Raises Undecided for none."""
        known = self.exact_time() or self.time()
        if known is None:
            raise Undecided(self.why)
        time, error = known
        return -log(10) * time, log(10) * error

    @classmethod
    def without(cls, why: str) -> Escape:
        """No metastable state at this size."""
        return cls(None, None, None, why=why)


def left_out(heights: Sequence[float], effects: Sequence[float], outwards: bool) -> float:
    """By how much the neuron's own effect on the residual may change the rise of S.

    Both are given along a way from the saddle to the feature. The effect grows on it, so that the
    pass is higher and farther out, but no higher than on that way; from the feature (not
    ``outwards``) it raises the well too.

    >>> left_out([3.0, 2.0, 0.0], [0.1, 1.5, 2.0], True)
    0.5
    """
    over = max(map(sum, zip(heights, effects, strict=True))) - heights[0]
    return over if outwards else max(over, effects[-1])


def kramers(
    rate: float,
    rises: tuple[arb, arb],
    size: str,
    residual: Mapping[str, arb],
    reaction: float,
    next_order: tuple[float, float] | None = None,
) -> Escape:
    """exp(rise)/rate for a well whose saddle rises by ``rises[0]``, and by the other from beyond.

    ``rate`` is the prefactor, ``reaction`` in units of S; ``size`` is the name, d or P, of what
    multiplies the barrier. ``next_order`` is what the well and the saddle add to log of the time,
    each a number over F: what follows is taken as the square of both sizes together, and as that
    over the lower barrier. Where it is not known it is taken as 1 over that barrier.
    """
    left_out = reaction / log(10)
    for rise, place in zip(rises, ("", " seen from behind it"), strict=True):
        if not float(rise.lower()) >= LOWEST:
            height = f"{float(rise.mid()):.2g} +- {float(rise.rad()):.1g}"
            why = f"no time: {size} x barrier{place} is {height}, not above {LOWEST:g}"
            return Escape(None, None, rises[0], residual, left_out, why)
    if not (isfinite(rate) and rate > 0):
        why = f"no time: the prefactor {rate:.3g} is not a rate"
        return Escape(None, None, rises[0], residual, left_out, why)
    slow = 1 / min(float(rise.mid()) for rise in rises)
    added, left = 0.0, log(1 + slow)
    if next_order is not None:
        added, both = sum(next_order), sum(map(abs, next_order))
        left = both * (both + slow)
        if not both < 1:
            why = f"no time: the formula's next order is {both:.2g}, not below 1"
            return Escape(None, None, rises[0], residual, left_out, why)
    time = (float(rises[0].mid()) + added - log(rate)) / log(10)
    error = (float(rises[0].rad()) + left) / log(10)
    small = reaction < float(rises[0].mid())
    why = "" if small else "what is left out may be as large as the barrier"
    return Escape(time, error, rises[0], residual, left_out, why)
