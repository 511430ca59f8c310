"""The state that features hold, searched in double precision: the least of a convex function.

With features f_k = m^k c_k(r) and their cost C, the closure's rows
k!/G (y_k - t_k) - [k = 1] c_1^2 t_1/(1 - u c_1^2 t_1^2) = sum M f_k (t.f), with u (t.f)^2 = 2 C at
every feature and less elsewhere, are the conditions for the least
sum_k k!/(2 G) (t_k - y_k)^2 - log(1 - u c_1^2 t_1^2)/(2 u) where u (t.f)^2 <= 2 C at every place;
the masses M are multipliers. At infinite norm, over r^2, f_k = m^k g_k and 2 C = 1/sigma_w^2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.models.single_index.numerics.cells import FORMS
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided
from binodal.numerics.slabs import Convex, least

_SIDE, _BITS = 161, 96
_ROUNDS, _MOST_ROUNDS, _HALVINGS = 2, 6, 60
AWAY, INSIDE, APART = 0.05, 0.999, 3.0
"""The least |m| of a feature, how near a stable zero state may come to its end, and how many steps
of a grid the places of one feature may be apart.
"""
_AROUND = (0.06, 0.006)
_ROWS = Forms("binodal.models.single_index.forms.droplets").floats("without_features")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Places:
    """Where features may lie, away from m = 0: f_k a row a mode, 2 C, and coordinates a row each.

    Places no further apart than ``near`` in every coordinate are those of one feature.
    """

    features: Floats
    costs: Floats
    coordinates: Floats
    near: Floats

    def joined(self, other: Places) -> Places:
        """All of both."""
        return Places(
            np.hstack([self.features, other.features]),
            np.concatenate([self.costs, other.costs]),
            np.hstack([self.coordinates, other.coordinates]),
            self.near,
        )


@dataclass(frozen=True)
class Seed:
    """About where a feature lies, by coordinates, and its mass."""

    at: Floats
    mass: float


@dataclass(frozen=True)
class Seeds:
    """The residual, and the features that hold it."""

    modes: Floats
    features: Sequence[Seed]


def seeds(state: State, places: Places) -> Seeds:
    """The features that hold the residual. Raises :class:`Undecided` where none does."""
    return seeds_of(_Slope(state), _floats(state)[0], zero_amplitudes(state), places)


def below(search: Callable[[], Seeds], action: Callable[[list[arb]], arb]) -> bool:
    """Whether a feature that the search finds lies below the zero state, proved at its place.

    ``action`` is that of the zero branch at a cosine and the other coordinates.
    """
    try:
        seeds = search()
    except Undecided:
        return False
    places = [one.at for one in seeds.features if np.isfinite(one.at).all()]
    return any(action([arb(place[0]).tanh(), *map(arb, place[1:])]) < 0 for place in places)


def seeds_of(function: Convex, u: float, start: Floats, places: Places) -> Seeds:
    """The same for any convex function of the modes, k!/G times the closure's rows its slopes.

    Raises :class:`Undecided`.
    """
    allowed = np.sqrt(places.costs / u)
    minima = least(function, start, places.features / allowed)
    if not minima.pulls:
        raise Undecided("no feature was found whose action vanishes at a smaller residual")
    groups: list[list[int]] = []
    for place in minima.pulls:
        near = [g for g in groups if any(_near(places, place, other) for other in g)]
        groups = [g for g in groups if g not in near] + [[place, *(i for g in near for i in g)]]
    features = []
    for group in groups:
        pulls = np.array([minima.pulls[i] for i in group])
        middle = places.coordinates[:, group] @ pulls / pulls.sum()
        features.append(Seed(middle, float((pulls / allowed[group] ** 2).sum())))
    return Seeds(minima.at, sorted(features, key=lambda one: tuple(one.at)))


def refined(
    function: Convex,
    u: float,
    start: Floats,
    grid: Callable[[Sequence[Floats], Floats], Places],
    axes: Sequence[Floats],
    step: Floats,
    finer: int,
    ends: Places | None = None,
) -> Seeds:
    """Seeds among the places of a grid, then twice among those closer around the ones found.

    ``grid`` makes places of axes and steps along them, ``finer`` points to two steps around what
    was found; ``ends`` are places without a bound. Where none of the places is below zero, as on a
    coarse grid just past coexistence, the next are around the lowest one. Raises
    :class:`Undecided`.
    """
    parts = [grid(axes, step)]
    for count in range(_MOST_ROUNDS):
        places = reduce(
            lambda own, other: other.joined(own), parts if ends is None else [ends, *parts]
        )
        try:
            seeds = seeds_of(function, u, start, places)
            features = seeds.features
        except Undecided:
            if count == _MOST_ROUNDS - 1:
                raise
            allowed = np.sqrt(places.costs / u)
            lowest = int((np.abs(start @ places.features) / allowed).argmax())
            features = [Seed(places.coordinates[:, lowest], 0.0)]
        else:
            if count >= _ROUNDS:
                break
        before, step = step, 2 * step / (finer - 1)
        sides = before[:, None] * np.linspace(-2, 2, 2 * finer - 1)
        parts = [
            grid([*(one.at[:, None] + sides)], step)
            for one in features
            if np.isfinite(one.at).all()
        ]
    return seeds


class Halved(Convex):
    """A convex function whose steps are halved until the zero state is a minimum.

    It is one where the ``linear`` modes together are no larger than ``most``.
    """

    linear: Floats
    most: float

    def within(self, places: Floats, moved: Floats) -> Floats:
        """The step, or as much of it as leaves the zero state a minimum."""
        share = 1.0
        for _ in range(_HALVINGS):
            point = np.asarray(places + share * (moved - places))
            if np.linalg.norm(self.linear * point) <= self.most:
                break
            share /= 2
        return point


def _near(places: Places, one: int, other: int) -> bool:
    one_at, other_at = places.coordinates[:, one], places.coordinates[:, other]
    return bool(np.isfinite([one_at, other_at]).all()) and bool(
        np.all(np.abs(one_at - other_at) <= places.near)
    )


def nearer(state: State) -> Seeds:
    """The seeds in (artanh m, log r) among all places, then among those around the first ones.

    An infinite norm is a place at m = 1 and at m = -1. Raises as :func:`seeds` does.
    """
    h = np.linspace(0.0 if state.setting.symmetric else -5.0, 5.0, 2 * _SIDE)
    norm, ends = np.log(_floats(state)[2]) / 2, at_infinity(state)
    closer = seeds(state, _grid(state, h, norm + np.linspace(-2.0, 3.0, _SIDE)).joined(ends))
    for width in _AROUND:
        side = width * np.linspace(-1.0, 1.0, _SIDE // 4)
        around = ends
        for one in closer.features:
            if np.isfinite(one.at).all():
                around = _grid(state, one.at[0] + side, one.at[1] + side).joined(around)
        closer = seeds(state, around)
    return closer


def _grid(state: State, h: Floats, logarithms: Floats) -> Places:
    """A grid of m = tanh h and log r."""
    parts, setting = FORMS.functions("cost_parts", "numpy")(), state.setting
    m, _, along = parts["angular"](h)
    kept = np.abs(m) > AWAY
    _, radial = parts["radial"](logarithms - np.log(_floats(state)[2]) / 2)
    table = setting.overlaps.floats(np.exp(logarithms), max(setting.modes) + 1)
    features = [(m[kept] ** k)[:, None] * table[k] for k in setting.modes]
    cost = along[kept, None] + radial
    axes = np.broadcast_arrays(h[kept, None], logarithms)
    near = APART * np.array([np.ptp(axis) / (len(axis) - 1) for axis in (h, logarithms)])
    stacked = np.stack([f.ravel() for f in features])
    return Places(stacked, 2 * cost.ravel(), np.stack([a.ravel() for a in axes]), near)


def at_infinity(state: State) -> Places:
    """m = 1 and m = -1 at infinite norm; none where phi grows slower than |z|."""
    setting = state.setting
    sides = [1.0] if setting.symmetric else [-1.0, 1.0]
    if setting.overlaps.facts.growth != "linear":
        sides = []
    slopes = setting.slopes(max(setting.modes) + 1)
    features = [[side**k * float(slopes[k].mid()) for side in sides] for k in setting.modes]
    places = np.array([[np.copysign(np.inf, side) for side in sides], [np.inf for _ in sides]])
    return Places(
        np.array(features), np.full(len(sides), 1 / _floats(state)[2]), places, np.zeros(2)
    )


class _Slope:
    """The slope of the convex function in the modes, and its own slope."""

    def __init__(self, state: State) -> None:
        setting = state.setting
        self.u, gain, _ = _floats(state)
        with precision(_BITS):
            rest = float(state.rest(arb(0))[1].mid()) if state.learns_linear_mode else 0.0
        self._rows = _ROWS(setting.modes, state.learns_linear_mode)
        self._others = (self.u, gain, rest, *map(float, setting.acting.values()))
        linear = np.array([rest * (k == 1) for k in setting.modes])
        with np.errstate(divide="ignore"):
            self._most = INSIDE / (np.sqrt(self.u) * np.abs(linear))

    def __call__(self, places: Floats) -> tuple[Floats, Floats]:
        """Both at modes whose zero state is a minimum."""
        values = np.array(self._rows(*places, *self._others), dtype=float)
        return values[: len(places)], np.diag(values[len(places) :])

    def within(self, places: Floats, moved: Floats) -> Floats:
        """The step, or as much of it as leaves the zero state a minimum."""
        ends = np.clip(moved, -self._most, self._most)
        shares = (ends - places)[moved != ends] / (moved - places)[moved != ends]
        return np.asarray(places + min([1.0, *shares]) * (moved - places))


def zero_amplitudes(state: State) -> Floats:
    """The acting modes on the zero branch."""
    with precision(_BITS):
        return np.array([float(t.mid()) for t in state.amplitudes(arb(0))])


def _floats(state: State) -> tuple[float, ...]:
    return tuple(float(x.mid()) for x in state.couplings(arb(0)))
