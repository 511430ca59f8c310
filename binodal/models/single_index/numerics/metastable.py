"""The zero state at finite d, kept by its barrier: the closure over heights before the saddle.

With the law cut at the cosine of the saddle the closure is still the minimum of a strictly convex
potential; the saddle is that of the solution's own action.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from binodal.models.single_index.numerics.finite_closure import FiniteState, solved_within
from binodal.models.single_index.numerics.float_saddles import (
    FloatSaddle,
    float_saddles,
    landscape_of,
    settled,
)
from binodal.models.single_index.numerics.law import NeuronLaw
from binodal.models.single_index.numerics.window import Array
from binodal.numerics.errors import Undecided

_ROWS = 161
_MOST_CUTS, _SETTLED, _ROUNDING = 60, 1e-3, 1e-13
"""A cut has settled when it moves by this share of the barrier's width."""
_BELOW, _ALIKE, _STEP, _WIDEST = 15.0, 1e-12, 0.01, 4.0
"""In units of U, how far behind a pass nothing returns; which modes of a residual are none; steps
of the search for that place, and how far it goes, in the logarithm of the norm."""
BEYOND = "beyond"
"""The kind of a place behind a pass from which S falls without a minimum."""


@dataclass(frozen=True)
class Pass:
    """From the minimum next to m = 0 over a saddle to a feature, or to a place behind it from which
    S falls without end; two ways out where m is -m."""

    rest: FloatSaddle
    top: FloatSaddle
    feature: FloatSaddle
    exits: int

    def moved(self, law: NeuronLaw, modes: Array) -> Pass | None:
        """The same in another residual, by Newton's method; None where it is gone."""
        before = [self.rest, self.top, self.feature]
        held = [before.pop()] if self.feature.kind == BEYOND else []
        h, v = (np.array(side) for side in zip(*(s.place for s in before), strict=True))
        after = settled(landscape_of(law, modes), h, v)
        if [s.kind for s in after] != [s.kind for s in before]:
            return None
        rest, top, feature = after + [_at(law, modes, *s.place) for s in held]
        return Pass(rest, top, feature, self.exits)

    @property
    def ahead(self) -> float:
        """On which side of zero the feature is."""
        return 1.0 if self.feature.m > self.rest.m else -1.0


@dataclass(frozen=True, eq=False)
class Metastable:
    """The residual of a state with estimates of its errors, and the pass in it."""

    law: NeuronLaw
    modes: Array
    errors: Array
    way: Pass


def pass_in(law: NeuronLaw, modes: Array, deepest: bool = False) -> Pass | None:
    """The pass between zero and the feature, or the ``deepest`` of several; None without a pass.

    Raises :class:`Undecided` where the pass is not unique.
    """
    alike = _alike(law, modes)
    points = [s for s in float_saddles(law, modes, _ROWS) if not alike or s.m > -_ALIKE]
    minima = [s for s in points if s.kind == "minimum"]
    rest = min(minima, key=lambda s: abs(s.m), default=None)
    if rest is None or (alike and abs(rest.m) > _ALIKE):
        return None
    exits = 2 if alike else 1
    features = [s for s in minima if s is not rest]
    if deepest and features:
        features = [min(features, key=lambda s: s.action)]
    tops = [s for s in points if s.kind == "saddle"]
    if not features and len(tops) == 1:
        beyond = _beyond(law, modes, rest, tops[0])
        return None if beyond is None else Pass(rest, tops[0], beyond, exits)
    if not features and not tops:
        return None
    if not features:
        raise Undecided(f"{len(tops)} passes lead out of zero to no feature")
    between = [s for s in points if s not in minima and _between(s, rest, features[0])]
    if len(features) > 1 or len(between) != 1:
        raise Undecided(f"{len(features)} features: the pass out of zero is not unique")
    return Pass(rest, between[0], features[0], exits)


def _alike(law: NeuronLaw, modes: Array) -> bool:
    """Whether m and -m are alike: all modes that the residual has are odd, or all are even."""
    acting = np.abs(modes) > _ALIKE * np.abs(modes).max()
    return law.even or len(set(np.array(law.degrees)[acting] % 2)) == 1


def _at(law: NeuronLaw, modes: Array, h: float, v: float) -> FloatSaddle:
    action = float(landscape_of(law, modes).shape(np.array([h]), np.array([v]))[2][0])
    return FloatSaddle(float(np.tanh(h)), float(np.exp(v)), action, BEYOND, np.inf)


def _beyond(
    law: NeuronLaw, modes: Array, rest: FloatSaddle, top: FloatSaddle
) -> FloatSaddle | None:
    """The first place behind a pass where the lowest S is so far below it; None for nowhere."""
    on, depth = landscape_of(law, modes), _BELOW / law.at["d"]
    (start, v), ahead = top.place, np.sign(top.m - rest.m)
    norms = v + np.arange(-_WIDEST / 4, _WIDEST, _STEP)
    for h in start + ahead * np.arange(_STEP, _WIDEST, _STEP):
        heights = on.shape(np.full_like(norms, h), norms)[2]
        lowest = int(heights.argmin())
        if heights[lowest] < top.action - depth:
            return _at(law, modes, float(h), float(norms[lowest]))
    return None


def _between(saddle: FloatSaddle, *ends: FloatSaddle) -> bool:
    return min(s.m for s in ends) < saddle.m < max(s.m for s in ends)


def _why_none(law: NeuronLaw) -> str:
    """Why no neuron is held at zero in the residual where nothing is learned."""
    points = float_saddles(law, law.target, _ROWS)
    rest = min(points, key=lambda s: abs(s.m), default=None)
    if rest is None or rest.kind != "minimum":
        return "zero overlap is no minimum where nothing is learned"
    return "no barrier is seen where nothing is learned"


def at_equilibrium(coarse: FiniteState, fine: FiniteState) -> Metastable | None:
    """The closure of all neurons, with the change on a finer quadrature; None without a pass."""
    way = pass_in(fine.law, fine.modes, deepest=True)
    errors = np.abs(fine.modes - coarse.modes) + _ROUNDING
    return None if way is None else Metastable(fine.law, fine.modes, errors, way)


def zero_basin(whole: FiniteState) -> Metastable:
    """The closure while every neuron is before the saddle.

    It is sought from the saddle where nothing is learned, and from that at equilibrium. Errors are
    the change on a finer quadrature, and that when the cut moves inwards by the width of the
    barrier. Raises :class:`Undecided` without a barrier, and where the closure is not solved.
    """
    basin, doubts = None, []
    for modes in (whole.law.target, whole.modes):
        try:
            basin = basin or _settled_cut(replace(whole, modes=modes))
        except Undecided as doubt:
            doubts.append(str(doubt))
    if basin is None:
        why = _why_none(whole.law)
        raise Undecided("; ".join((f"at d = {whole.law.at['d']:g} {why}", *doubts)))
    state, way, cut = basin
    layer = min(_width(state, way), abs(cut - way.rest.place[0]) / 2)
    fine = _cut(state, way, cut, refine=2)
    inside = _cut(state, way, cut - way.ahead * layer)
    errors = np.abs(fine.modes - state.modes) + np.abs(inside.modes - state.modes) + _ROUNDING
    final = pass_in(fine.law, fine.modes)
    if final is None:
        raise Undecided("the saddle before the zero state is not seen on a finer quadrature")
    return Metastable(fine.law, fine.modes, errors, final)


def _settled_cut(state: FiniteState) -> tuple[FiniteState, Pass, float] | None:
    """The law that is cut at its own saddle, and where; None where the saddle vanishes."""
    way, cut = pass_in(state.law, state.modes), np.inf
    for _ in range(_MOST_CUTS):
        if way is None:
            return None
        before, cut = cut, way.top.place[0]
        if abs(cut - before) <= _SETTLED * _width(state, way):
            return state, way, cut
        try:
            state = _cut(state, way, cut)
        except Undecided as doubt:
            rise = state.law.at["d"] * (way.top.action - way.rest.action)
            raise Undecided(f"{doubt}, before a barrier of {rise:.2g} in S") from doubt
        way = way.moved(state.law, state.modes) or pass_in(state.law, state.modes)
    raise Undecided(f"the saddle before the zero state did not settle near m = {np.tanh(cut):.3g}")


def _cut(state: FiniteState, way: Pass, cut: float, refine: int = 1) -> FiniteState:
    low, high = sorted((cut, -cut if way.exits == 2 else -way.ahead * np.inf))
    return solved_within(state, (low, high), refine)


def _width(state: FiniteState, way: Pass) -> float:
    """Of the barrier in h, one over the root of d times its curvature along the descent."""
    places = (np.array([side]) for side in way.top.place)
    _, (hh, hv, vv) = landscape_of(state.law, state.modes).derivatives(*places)
    falling = float(np.hypot((hh - vv) / 2, hv)[0] - (hh + vv)[0] / 2)
    return float(1 / np.sqrt(state.law.at["d"] * falling))
