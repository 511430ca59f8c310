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


@dataclass(frozen=True)
class Pass:
    """From the minimum next to m = 0 over a saddle to a feature; two ways out where m is -m."""

    rest: FloatSaddle
    top: FloatSaddle
    feature: FloatSaddle
    exits: int

    def moved(self, law: NeuronLaw, modes: Array) -> Pass | None:
        """The same in another residual, by Newton's method; None where it is gone."""
        before = (self.rest, self.top, self.feature)
        h, v = (np.array(side) for side in zip(*(s.place for s in before), strict=True))
        escape = settled(landscape_of(law, modes), h, v)
        if [s.kind for s in escape] != [s.kind for s in before]:
            return None
        rest, top, feature = escape
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


def pass_in(law: NeuronLaw, modes: Array) -> Pass | None:
    """The pass between zero and the feature; None without both.

    Raises :class:`Undecided` where there is more than one feature.
    """
    points = float_saddles(law, modes, _ROWS)
    minima = [s for s in points if s.kind == "minimum"]
    rest = min(minima, key=lambda s: abs(s.m), default=None)
    if rest is None or (law.even and rest.m):
        return None
    features = [s for s in minima if s is not rest]
    if not features:
        return None
    between = [s for s in points if s not in minima and _between(s, rest, features[0])]
    if len(features) > 1 or len(between) != 1:
        raise Undecided(f"{len(features)} features: the pass out of zero is not unique")
    return Pass(rest, between[0], features[0], 2 if law.even else 1)


def _between(saddle: FloatSaddle, *ends: FloatSaddle) -> bool:
    return min(s.m for s in ends) < saddle.m < max(s.m for s in ends)


def at_equilibrium(coarse: FiniteState, fine: FiniteState) -> Metastable | None:
    """The closure of all neurons, with the change on a finer quadrature; None without a pass."""
    way = pass_in(fine.law, fine.modes)
    errors = np.abs(fine.modes - coarse.modes) + _ROUNDING
    return None if way is None else Metastable(fine.law, fine.modes, errors, way)


def zero_basin(whole: FiniteState) -> Metastable | None:
    """The closure while every neuron is before the saddle; None where there is none.

    It is sought from the saddle where nothing is learned, and from that at equilibrium. Errors are
    the change on a finer quadrature, and that when the cut moves inwards by the width of the
    barrier. Raises :class:`Undecided` where the closure is not solved.
    """
    for modes in (whole.law.target, whole.modes):
        basin = _settled_cut(replace(whole, modes=modes))
        if basin is not None:
            break
    else:
        return None
    state, way, cut = basin
    layer = min(_width(state, way), abs(cut - way.rest.place[0]) / 2)
    fine = _cut(state, way, cut, refine=2)
    inside = _cut(state, way, cut - way.ahead * layer)
    errors = np.abs(fine.modes - state.modes) + np.abs(inside.modes - state.modes) + _ROUNDING
    final = pass_in(fine.law, fine.modes)
    return None if final is None else Metastable(fine.law, fine.modes, errors, final)


def _settled_cut(state: FiniteState) -> tuple[FiniteState, Pass, float] | None:
    """The law that is cut at its own saddle, and where; None where the saddle vanishes."""
    way, cut = pass_in(state.law, state.modes), np.inf
    for _ in range(_MOST_CUTS):
        if way is None:
            return None
        before, cut = cut, way.top.place[0]
        if abs(cut - before) <= _SETTLED * _width(state, way):
            return state, way, cut
        state = _cut(state, way, cut)
        way = way.moved(state.law, state.modes) or pass_in(state.law, state.modes)
    raise Undecided(f"the saddle before the zero state did not settle near m = {np.tanh(cut):.3g}")


def _cut(state: FiniteState, way: Pass, cut: float, refine: int = 1) -> FiniteState:
    return solved_within(state, (-np.inf, cut) if way.ahead > 0 else (cut, np.inf), refine)


def _width(state: FiniteState, way: Pass) -> float:
    """Of the barrier in h, one over the root of d times its curvature along the descent."""
    places = (np.array([side]) for side in way.top.place)
    _, (hh, hv, vv) = landscape_of(state.law, state.modes).derivatives(*places)
    falling = float(np.hypot((hh - vv) / 2, hv)[0] - (hh + vv)[0] / 2)
    return float(1 / np.sqrt(state.law.at["d"] * falling))
