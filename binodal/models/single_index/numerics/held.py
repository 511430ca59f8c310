"""The zero state of neurons with several directions or biases, kept by its barriers.

The law ends at caps around the cosines of its own saddles, behind a wall that rises from there on;
the closure in it is still the minimum of a strictly convex potential. One direction without biases
has the same in two coordinates (:mod:`.metastable`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np

from binodal.models.single_index.numerics.finite_closure import FiniteState, least_in
from binodal.models.single_index.numerics.law import NeuronLaw
from binodal.models.single_index.numerics.weights import Place, Weights
from binodal.models.single_index.numerics.window import Array, Window
from binodal.numerics.errors import Undecided

_STEEP, _MOST_CUTS, _SETTLED, ROUNDING, _INSIDE = 20.0, 40, 1e-2, 1e-13, 1 - 1e-12
"""A wall rises by so many times what S falls; caps have settled at this share of a barrier."""


@dataclass(frozen=True)
class Cap:
    """Cosines whose part along ``towards`` is beyond that of height ``h``; all around if flat."""

    towards: Array
    h: float
    layer: float
    flat: bool

    def beyond(self, cosines: Array) -> Array:
        """How far beyond its edge in units of the barrier's width, at cosines (J, H)."""
        part = np.sqrt((cosines**2).sum(0)) if self.flat else self.towards @ cosines
        heights = np.arctanh(np.clip(part, -_INSIDE, _INSIDE))
        return np.asarray(np.maximum(heights - self.h, 0) / self.layer)


class HeldLaw(NeuronLaw):
    """The law of a neuron before walls at caps."""

    def __init__(self, of: NeuronLaw, caps: Sequence[Cap], refine: float = 1) -> None:
        super().__init__(of.setting, of.at, of.orders, refine, of.around)
        self.caps = caps

    def _looked_at(self) -> Array:
        cosines = super()._looked_at()
        inside = np.all([cap.beyond(cosines) == 0 for cap in self.caps], axis=0)
        return np.asarray(cosines[:, inside])

    def log_density(self, window: Window, force: Array) -> Array:
        """That of all neurons, less the walls."""
        walls = sum(cap.beyond(window.cosines) ** 2 for cap in self.caps)
        return super().log_density(window, force) - _STEEP / 2 * np.asarray(walls)[:, None]


@dataclass(frozen=True, eq=False)
class Ways:
    """A minimum of S, the saddles that lead out of it, and the minima behind them."""

    well: Place
    tops: tuple[Place, ...]
    goals: tuple[Place, ...]

    def moved(self, on: Weights) -> Ways | None:
        """The same in another residual, by Newton's method; None where some are gone."""
        before = (self.well, *self.tops, *self.goals)
        after = on.places(on.settled(np.stack([s.at for s in before], 1)))
        if [s.falls for s in after] != [s.falls for s in before]:
            return None
        count = 1 + len(self.tops)
        return Ways(after[0], tuple(after[1:count]), tuple(after[count:]))

    @property
    def lowest(self) -> Place:
        """The lowest of the saddles."""
        return min(self.tops, key=lambda s: s.action)


@dataclass(frozen=True, eq=False)
class Held:
    """The residual of a state with estimates of its errors, and the ways out of it."""

    law: NeuronLaw
    modes: Array
    errors: Array
    ways: Ways


def ways_out(on: Weights, feature: bool = False) -> Ways | None:
    """From the minimum next to zero overlaps, or from the deepest other one; None without any.

    Raises :class:`Undecided` where the points of a sphere are not those of all rotations.
    """
    points = on.stationary()
    if any(s.flat and s.flat != s.directions - 1 for s in points if s.falls < 2):
        raise Undecided("saddles form an orbit that is no sphere of all directions")
    minima = [s for s in points if s.falls == 0]
    rest = min(points, key=lambda s: float(np.linalg.norm(s.cosines)))
    if len(minima) < 2 or rest.falls:
        return None
    well = next(s for s in minima if s is not rest) if feature else rest
    tops, goals = [], []
    for top in (s for s in points if s.falls == 1):
        ends = on.ends(top, minima)
        if sum(end is well for end in ends) == 1:
            tops.append(top)
            goals += [end for end in ends if end is not well]
    return Ways(well, tuple(tops), tuple(dict.fromkeys(goals))) if tops else None


def caps_of(of: NeuronLaw, ways: Ways, inwards: float = 0.0) -> list[Cap]:
    """Before each saddle; ``inwards`` by so many widths of its barrier, to half way at most.

    Raises :class:`Undecided` where a saddle has no overlap.
    """
    caps = []
    for top in ways.tops:
        size = float(np.linalg.norm(top.cosines))
        if size < _SETTLED:
            raise Undecided("a way out of zero without an overlap: no law is held before it")
        h = float(np.arctanh(size))
        # dm <= |dw|/r, and dh = dm/(1 - m^2).
        r = float(np.linalg.norm(top.at[: top.directions + 1]))
        layer = 1 / np.sqrt(-top.bends[0]) / (r * (1 - size**2))
        shift = min(inwards * layer, h / 2)
        caps.append(Cap(top.cosines / size, h - shift, float(layer), bool(top.flat)))
    return caps


def held_at_zero(whole: FiniteState) -> Held | None:
    """The closure while every neuron is before the saddles; None where there are none.

    It is sought from the saddles where nothing is learned, and from those at equilibrium. Errors
    are the change on a finer quadrature, and that when the caps move inwards by a barrier's width.
    Raises :class:`Undecided`.
    """
    for modes in (whole.law.target, whole.modes):
        basin = _settled_caps(replace(whole, modes=modes))
        if basin is not None:
            break
    else:
        return None
    state, ways = basin
    fine, inside = (
        _held(HeldLaw(whole.law, caps_of(whole.law, ways, inwards), refine), state.modes)
        for refine, inwards in ((2, 0.0), (1, 1.0))
    )
    errors = np.abs(fine.modes - state.modes) + np.abs(inside.modes - state.modes) + ROUNDING
    final = ways_out(Weights(whole.law, fine.modes))
    return None if final is None else Held(whole.law, fine.modes, errors, final)


def alike(law: NeuronLaw) -> list[list[int]]:
    """Modes that exchanges of directions carry into each other, where the teacher allows them;
    else each alone."""
    places = {tuple(k): j for j, k in enumerate(np.array(law.polynomials.indices).tolist())}
    orbits: dict[tuple[int, ...], list[int]] = {}
    for k, j in places.items():
        orbits.setdefault(tuple(sorted(k)), []).append(j)
    whole = all(
        {places.get(turn) for turn in permutations(kind)} == set(orbit)
        and len(set(law.target[orbit].tolist())) == 1
        for kind, orbit in orbits.items()
    )
    return list(orbits.values()) if whole else [[j] for j in places.values()]


def _held(law: HeldLaw, start: Array) -> FiniteState:
    """The closure, alike in modes that are: a window tells directions apart by rounding, which
    would leave no sphere of saddles."""
    state = least_in(law, start)
    modes = state.modes.copy()
    for orbit in alike(law):
        modes[orbit] = modes[orbit].mean()
    return replace(state, modes=modes)


def _settled_caps(state: FiniteState) -> tuple[FiniteState, Ways] | None:
    law, modes = state.law, state.modes
    ways, before = ways_out(Weights(law, modes)), np.empty(0)
    for _ in range(_MOST_CUTS):
        if ways is None:
            return None
        caps = caps_of(law, ways)
        heights = np.array([cap.h for cap in caps])
        layers = np.array([cap.layer for cap in caps])
        if before.size == heights.size and (abs(heights - before) <= _SETTLED * layers).all():
            return state, ways
        before = heights
        state = _held(HeldLaw(law, caps), state.modes)
        on = Weights(law, state.modes)
        ways = ways.moved(on) or ways_out(on)
    raise Undecided("the saddles before the zero state did not settle")
