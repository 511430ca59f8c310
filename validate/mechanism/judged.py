"""Escape, norm decay, or neither can be told: a test of two laws that do not contain each other.

The distance between their best fits is held against what it is in draws of delays under either,
with the errors that were seen (Cox 1961; Williams 1970). A law wins where the other would have
fallen so far behind at a chance of ``rate`` at most, while it itself is not so far ahead of, or
behind, what it would be if true; and where no constant delay would have looked like it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, isfinite, log

import numpy as np
from numpy.typing import NDArray

from binodal.validate.mechanism.delays import Array, Delays
from binodal.validate.mechanism.laws import Arrhenius, Constant, Decay, Fit, Law

ESCAPE, DECAY, CONSTANT, UNKNOWN = "escape", "norm decay", "constant", "cannot tell"
DRAWS = 4000
_CLOSE = 3.0
"""Errors by which a network that was not seen to go over may be late."""


@dataclass(frozen=True)
class Told:
    """A law at its best: its values, its distance, and the chance of one as large if it is true."""

    values: Mapping[str, float]
    distance: float
    freedom: int
    chance: float


@dataclass(frozen=True)
class Judged:
    """``outcome`` with its reason.

    ``ratio`` is log likelihood of escape over norm decay. ``chances`` are those of a ratio as
    extreme under each law. ``told_as`` are the shares of draws under each law, at its best fit,
    that the rule calls each outcome: power where they agree, false alarms where they do not.
    """

    outcome: str
    why: str
    laws: Mapping[str, Told]
    ratio: float
    chances: Mapping[str, float]
    told_as: Mapping[str, Mapping[str, float]]
    predicted: Mapping[str, Array]


@dataclass(frozen=True)
class _Statistics:
    """Rows are draws: distance of each law; differences are what tells laws apart."""

    distance: Mapping[str, Array]
    fits: Mapping[str, Fit]

    @property
    def ahead(self) -> Array:
        """How much nearer escape is than norm decay."""
        return self.distance[DECAY] - self.distance[ESCAPE]

    def over_constant(self, name: str) -> Array:
        """How much nearer a law is than a constant."""
        return self.distance[CONSTANT] - self.distance[name]


class _Rule:
    """Thresholds from draws under each law at its best fit, and what they call other draws."""

    def __init__(self, drawn: Mapping[str, _Statistics], rate: float, heated: bool) -> None:
        self._rate, self._heated, self._drawn = rate, heated, drawn

    def chance(self, name: str, values: Array) -> Array:
        """Of as large a lead of the other law, if this one is true."""
        sign = 1.0 if name == DECAY else -1.0
        return _beyond(sign * self._drawn[name].ahead, sign * values)

    def distance_chance(self, name: str, values: Array) -> Array:
        """Of as large a distance of a law, if it is true."""
        return _beyond(self._drawn[name].distance[name], values)

    def calls(self, of: _Statistics) -> Mapping[str, NDArray[np.bool_]]:
        """Which draws are called which outcome."""
        flags = {}
        for name, other in ((ESCAPE, DECAY), (DECAY, ESCAPE)):
            constant = self._drawn[CONSTANT].over_constant(name)
            flags[name] = (
                (self.chance(other, of.ahead) <= self._rate)
                & (self.chance(name, of.ahead) > self._rate)
                & (self.distance_chance(name, of.distance[name]) > self._rate)
                & (_beyond(constant, of.over_constant(name)) <= self._rate)
            )
        flags[ESCAPE] &= self._heated
        flags[UNKNOWN] = ~(flags[ESCAPE] | flags[DECAY])
        return flags


def _beyond(drawn: Array, values: Array) -> Array:
    """The share of draws that are as large, with the value itself as one of them."""
    ranked = np.sort(drawn)
    above = len(ranked) - np.searchsorted(ranked, np.asarray(values) - 1e-9)
    return np.asarray((above + 1) / (len(ranked) + 1))


def judged(of: Delays, rate: float = 0.01, flow: bool = False, seed: int = 0) -> Judged:
    """What the delays say. ``flow``: times and decays are those of gradient flow, so that s = 1.

    >>> levers = {"decay": np.array([1e-3, 1e-3, 1e-2, 1e-2]), "scale": np.array([3.0, 30, 3, 30])}
    >>> logs = np.log((np.log(levers["scale"]) + 1) / levers["decay"])
    >>> judged(Delays(levers, logs, np.full(4, 0.02), [1] * 4, float("inf"))).outcome
    'norm decay'
    """
    laws: dict[str, Law] = {
        ESCAPE: Arrhenius(of),
        DECAY: Decay(of, flow),
        CONSTANT: Constant(of),
    }
    seen = _statistics(laws, of.logs[None], np.ones(1))
    chance = np.random.default_rng(seed)
    drawn, fresh = (
        {name: _drawn(laws, seen.fits[name].predicted[0], of, chance) for name in laws}
        for _ in range(2)
    )
    rule = _Rule(drawn, rate, of.varies("temperature"))
    told = {
        name: Told(
            {key: float(value[0]) for key, value in seen.fits[name].values.items()},
            float(seen.distance[name][0]),
            len(of.logs) - law.freedom,
            float(rule.distance_chance(name, seen.distance[name])[0]),
        )
        for name, law in laws.items()
    }
    called = rule.calls(seen)
    outcome = next(name for name in (ESCAPE, DECAY, UNKNOWN) if called[name][0])
    chances = {name: float(rule.chance(name, seen.ahead)[0]) for name in (ESCAPE, DECAY)}
    told_as = {
        true: {name: float(rows.mean()) for name, rows in rule.calls(fresh[true]).items()}
        for true in laws
    }
    why = _why(outcome, of, rule, seen, chances, rate)
    missed = "" if outcome == UNKNOWN else _missed(of, laws[outcome], told[outcome].values)
    if missed:
        outcome, why = UNKNOWN, missed
    predicted = {name: fit.predicted[0] for name, fit in seen.fits.items()}
    return Judged(outcome, why, told, float(seen.ahead[0] / 2), chances, told_as, predicted)


def _statistics(laws: Mapping[str, Law], logs: Array, scales: Array) -> _Statistics:
    """``scales`` are errors squared of a draw over those that are stated."""
    fits = {name: law.fit(logs) for name, law in laws.items()}
    return _Statistics({name: fit.distance / scales for name, fit in fits.items()}, fits)


def _drawn(
    laws: Mapping[str, Law], truth: Array, of: Delays, chance: np.random.Generator
) -> _Statistics:
    """Delays with the errors seen about a law, judged with errors that are drawn too."""
    logs = truth + of.errors * chance.standard_normal((DRAWS, len(truth)))
    known = np.ones(DRAWS)
    if isfinite(of.freedom):
        known = chance.chisquare(of.freedom, DRAWS) / of.freedom
    return _statistics(laws, logs, known)


def _why(
    outcome: str,
    of: Delays,
    rule: _Rule,
    seen: _Statistics,
    chances: Mapping[str, float],
    rate: float,
) -> str:
    """The reason in words."""
    if outcome != UNKNOWN:
        other = DECAY if outcome == ESCAPE else ESCAPE
        lead = f"such a lead of {outcome} would have a chance of {said(chances[other])}"
        return f"if it were {other}, {lead}"
    near = {name: float(rule.distance_chance(name, seen.distance[name])[0]) for name in chances}
    if max(near.values()) <= rate:
        return "neither law fits: " + ", ".join(f"{k} has p = {said(v)}" for k, v in near.items())
    if min(chances.values()) > rate:
        return "neither law is rejected: " + _apart(of)
    leads = min(near, key=lambda name: -chances[name])
    if leads == ESCAPE and not of.varies("temperature"):
        return "norm decay is rejected; escape is shown by several temperatures alone"
    if near[leads] <= rate:
        return f"{leads} leads, and does not fit: p = {said(near[leads])}"
    if chances[leads] <= rate:
        return "both laws are rejected"
    return "a constant delay is not rejected"


def _apart(of: Delays) -> str:
    varied = [name for name in ("temperature", "decay", "scale") if of.varies(name)]
    return (
        f"{' and '.join(varied)} vary too little for these errors" if varied else "nothing varies"
    )


def said(chance: float) -> str:
    """A chance, of which draws resolve no less than one of them.

    >>> said(0.168), said(1 / 4001)
    ('0.17', 'below 0.0003')
    """
    return f"{chance:.2g}" if chance > 1.5 / DRAWS else f"below {1 / DRAWS:.1g}"


def _missed(of: Delays, law: Law, values: Mapping[str, float]) -> str:
    """Empty, or which setting should have gone over long before the end of its training."""
    for setting, until in of.late:
        if until > 0 and law.at(values, setting) < log(until) - _CLOSE * float(of.errors.max()):
            words = ", ".join(f"{name} {value:g}" for name, value in setting.items())
            time = exp(law.at(values, setting))
            return (
                f"at {words} it says {time:.3g}, and networks had not all gone over by {until:.3g}"
            )
    return ""
