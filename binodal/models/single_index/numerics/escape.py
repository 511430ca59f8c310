"""How long one neuron of any activation stays in a well at the given d, in (q, r_perp)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache, partial

import numpy as np
from flint import arb

from binodal.models.single_index.numerics.closed_modes import closed_modes
from binodal.models.single_index.numerics.finite_closure import FiniteState, solved
from binodal.models.single_index.numerics.float_saddles import FloatSaddle, landscape_of
from binodal.models.single_index.numerics.law import NeuronLaw
from binodal.models.single_index.numerics.metastable import (
    BEYOND,
    Metastable,
    Pass,
    at_equilibrium,
    zero_basin,
)
from binodal.models.single_index.numerics.setting import Setting
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided
from binodal.numerics.phases.escape import Escape, kramers, left_out
from binodal.numerics.phases.first_passage import Passage, Potential
from binodal.numerics.phases.hysteresis import Escapes
from binodal.numerics.phases.mean_time import timed

_FORMS = Forms("binodal.models.single_index.forms.escape")
_potential, _rate = _FORMS.floats("potential"), _FORMS.floats("rate")
_reaction = _FORMS.floats("reaction")

_PARAMETERS = ("N", "n", "d", "sigma2", "sigma_w2", "sigma_a2")
_HIGH, _FARTHEST, _NARROWEST, _PLACES, _STEPS = 18.0, 3.0, 0.02, 301, 101
"""A grid ends where U is so far above a minimum, or at these norms over the largest and sigma_w."""
_UNBOUND = "behind the pass S falls without a minimum: the time is that to 15 units below it"


def escapes(setting: Setting, parameters: Mapping[str, Fraction], theory: str) -> Escapes:
    """Out of zero in the residual of neurons that are all there, out of the feature at equilibrium.

    Both residuals are those at the given d.
    """
    if theory != "derived":
        none = Escape.without(f"no time: the {theory} theory has no law of r_perp here")
        return Escapes(none, none)
    point = {name: float(parameters[name]) for name in _PARAMETERS}
    whole = cache(partial(solved, setting, point))
    states: dict[str, Callable[[], Metastable | None]] = {
        "zero": lambda: zero_basin(_starting(setting, point, whole)),
        "feature": lambda: _with_a_feature(
            at_equilibrium(whole(), solved(setting, point, refine=2, near=whole()))
        ),
    }
    escapes = []
    for well, state_of in states.items():
        try:
            escapes.append(escape_from(well, state_of(), point["d"]))
        except Undecided as doubt:
            escapes.append(Escape.without(f"no time: {doubt}"))
    return Escapes(*escapes)


def _starting(
    setting: Setting, point: Mapping[str, float], whole: Callable[[], FiniteState]
) -> FiniteState:
    """Where all neurons have no law, those about zero may have one."""
    try:
        return whole()
    except Undecided:
        law = NeuronLaw(setting, point, closed_modes(setting))
        return FiniteState(law, law.target)


def _with_a_feature(state: Metastable | None) -> Metastable | None:
    return None if state is None or state.way.feature.kind == BEYOND else state


def escape_from(well: str, state: Metastable | None, size: float) -> Escape:
    """The escape of one neuron in units of the Langevin clock of its weights.

    Raises :class:`Undecided` where no grid holds the well.
    """
    rises = None if state is None else _rises(state)
    if state is None or rises is None:
        return Escape.without(f"no time: at d = {size:g} no feature is behind a barrier")
    way = state.way
    bottom, exits = (way.rest, way.exits) if well == "zero" else (way.feature, 1)
    (rate,) = _rate()(*_seen(state, bottom), *_seen(state, way.top), exits, size)
    ordered = rises if well == "zero" else rises[::-1]
    residual = {
        f"t_{k}": arb(t, error)
        for k, t, error in zip(state.law.orders, state.modes, state.errors, strict=True)
    }
    effect = _left_out(state, size, well == "zero")
    escape = kramers(float(rate), (ordered[0], ordered[1]), "d", residual, effect)
    potential = potential_in(state)
    escape = timed(escape, potential, _passage(well, potential, way))
    if way.feature.kind == BEYOND:
        escape = replace(escape, why="; ".join(filter(None, (escape.why, _UNBOUND))))
    return escape


def potential_in(state: Metastable) -> Potential:
    """U of one neuron in (q, r_perp)."""
    law, modes = state.law, tuple(int(k) for k in state.law.orders)
    exact = [law.at[name] for name in _PARAMETERS]

    def potential(q: np.ndarray, r: np.ndarray) -> np.ndarray:
        q, r = np.broadcast_arrays(q, r)
        table = law.setting.overlaps.floats(np.hypot(q, r).ravel(), max(modes) + 1)
        overlaps = [table[k].reshape(q.shape) for k in modes]
        (values,) = _potential(modes)(q, r, *state.modes, *overlaps, *exact)
        return np.asarray(values)

    return potential


def _rises(state: Metastable) -> tuple[arb, arb] | None:
    """d times the barrier from zero and from the feature; None where an error may remove it."""
    heights = []
    for shift in (np.zeros_like(state.errors), *np.diag(state.errors)):
        way = state.way.moved(state.law, state.modes + shift)
        if way is None:
            return None
        heights.append([way.top.action - s.action for s in (way.rest, way.feature)])
    own, moved = np.array(heights[0]), np.array(heights[1:])
    radii = np.abs(moved - own).sum(0)
    size = state.law.at["d"]
    first, second = (arb(size * h, size * e) for h, e in zip(own, radii, strict=True))
    return first, second


def _seen(state: Metastable, saddle: FloatSaddle) -> list[float]:
    """m, r and the second slopes of S/d."""
    place = (np.array([side]) for side in saddle.place)
    seconds = landscape_of(state.law, state.modes).seconds(*place)
    return [saddle.m, saddle.r, *(float(second[0]) for second in seconds)]


def _left_out(state: Metastable, size: float, outwards: bool) -> float:
    """On the way from saddle to feature that is straight in (artanh m, log r)."""
    ends = np.array([state.way.top.place, state.way.feature.place])
    h, v = np.linspace(ends[0], ends[1], _STEPS).T
    heights = size * landscape_of(state.law, state.modes).shape(h, v)[2]
    effects = [_effect(state, *place) for place in zip(np.tanh(h), np.exp(v), strict=True)]
    return left_out(heights.tolist(), effects, outwards)


def _effect(state: Metastable, m: float, r: float) -> float:
    law, modes = state.law, tuple(int(k) for k in state.law.orders)
    table = law.setting.overlaps.floats(np.array([r]), max(modes) + 1)
    overlaps = [float(table[k][0]) for k in modes]
    square = float(law.setting.overlaps.mean_square(arb(float(r))).mid())
    exact = [law.at[name] for name in _PARAMETERS]
    return float(_reaction(modes)(m, square, *state.modes, *overlaps, *exact)[0])


def _passage(well: str, potential: Potential, way: Pass) -> Passage:
    """From one minimum to the other; the wall behind the start is m = 0 where m and -m are alike.

    Raises :class:`Undecided` where no grid holds the well.
    """
    places = [(s.m * s.r, s.r * np.sqrt(1 - s.m**2)) for s in (way.rest, way.top, way.feature)]
    far = _FARTHEST * max(s.r for s in (way.rest, way.feature))
    radii = np.linspace(_NARROWEST * way.rest.r, far, _PLACES)
    low, high = radii.size - 1, 0
    for q, _ in places:
        heights = potential(np.array([q]), radii)
        (held,) = np.nonzero(heights < heights.min() + _HIGH)
        low, high = min(low, int(held[0])), max(high, int(held[-1]))
    if high == radii.size - 1:
        raise Undecided("the well reaches further out than a grid")
    across = (float(radii[max(low - 1, 0)]), float(radii[high + 1]))
    (start, _), (goal, _) = places[::2] if well == "zero" else places[::-2]
    if well == "zero" and way.exits == 2:
        return Passage(0.0, goal, 0.0, across)
    walls = start + np.copysign(np.linspace(0, far, _PLACES), start - goal)
    behind = potential(walls[:, None], radii[None]).min(1)
    beyond = np.argmax(behind > behind[0] + _HIGH)
    if not beyond:
        raise Undecided("the well reaches further out than a grid")
    return Passage(start, goal, float(walls[beyond]), across)
