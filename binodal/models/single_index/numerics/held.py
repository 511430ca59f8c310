"""The zero state of neurons with several directions or biases, kept by its barriers.

The law ends at caps around the cosines of its own saddles, behind a wall that rises from there on;
the closure in it is still the minimum of a strictly convex potential. One direction without biases
has the same in two coordinates (:mod:`.metastable`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from binodal.models.single_index.numerics.drawn import Draws, redrawn
from binodal.models.single_index.numerics.law import NeuronLaw
from binodal.models.single_index.numerics.mixture import Mixture, Prior
from binodal.models.single_index.numerics.weights import Place, Weights, apart
from binodal.models.single_index.numerics.window import Array
from binodal.numerics.errors import Undecided

_STEEP, _MOST_CUTS, _SETTLED, ROUNDING, _INSIDE = 20.0, 40, 1e-2, 1e-13, 1 - 1e-12
_NEAR, _BALL, _MOST_SEARCHES = 0.25, 8.0, 6
"""A wall rises by so many times what S falls; caps have settled at this share of a barrier; places
are the same where they move by less than this share of the way to a saddle; a ball in widths of
the prior."""


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


@dataclass(frozen=True, eq=False)
class Ways:
    """A minimum of S, the saddles that lead out of it, and the minima behind them."""

    well: Place
    tops: tuple[Place, ...]
    goals: tuple[Place, ...]

    def moved(self, on: Weights) -> Ways | None:
        """The same in another residual, by Newton's method; None where some are gone, have met, or
        went so far that they may be others."""
        before = (self.well, *self.tops, *self.goals)
        after = on.places(on.settled(np.stack([s.at for s in before], 1)))
        if [s.falls for s in after] != [s.falls for s in before] or len(apart(after)) < len(after):
            return None
        moves = (np.linalg.norm(s.at - t.at) for s, t in zip(before, after, strict=True))
        if max(moves) > _NEAR * min(np.linalg.norm(s.at - self.well.at) for s in self.tops):
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
        behind = [ends for ends in on.ends(top, points) if well not in ends]
        if len(behind) == 1:
            tops.append(top)
            goals += behind[0]
    if not tops:
        raise Undecided("no saddle was found out of a well")
    return Ways(well, tuple(tops), tuple(dict.fromkeys(goals)))


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


def held_at_zero(law: NeuronLaw, modes: Array) -> Held | None:
    """The closure while every neuron is before the saddles; None where there are none.

    It is sought from the saddles in the residual of neurons that stay in a ball about zero, then
    from those at equilibrium, of ``modes``. Errors are those of draws and the change when the caps
    move inwards by a barrier's width. Raises :class:`Undecided`.
    """
    for start in (_in_ball(law, modes), modes):
        ways = ways_out(Weights(law, start))
        basin = None if ways is None else _settled_caps(law, start, ways)
        if basin is not None:
            break
    else:
        return None
    draws, modes, ways = basin
    inside = _walled(draws, caps_of(law, ways, 1.0)).closure(modes)
    errors = _walled(draws, caps_of(law, ways)).errors(modes) + np.abs(inside - modes) + ROUNDING
    return Held(law, modes, errors, ways)


def _in_ball(law: NeuronLaw, modes: Array) -> Array:
    """The closure of neurons whose cosines have a bound all around, sought from a residual."""
    draws = Draws.of(law, Mixture([Prior(law), Prior(law, 2.0)]))
    width, towards = law.at["d"] ** -0.5, np.eye(law.setting.directions)[0]
    return _walled(draws, [Cap(towards, _BALL * width, width, True)]).closure(modes)


def _walled(draws: Draws, caps: Sequence[Cap]) -> Draws:
    """Before walls at caps."""
    walls = np.sum([cap.beyond(draws.cosines) ** 2 for cap in caps], axis=0)
    return draws.lowered(_STEEP / 2 * walls)


def _settled_caps(law: NeuronLaw, modes: Array, ways: Ways) -> tuple[Draws, Array, Ways] | None:
    """Draws, the closure before the saddles that it has itself, and these; None without any."""
    draws, seen, before, searches = None, None, np.empty(0), 0
    for _ in range(_MOST_CUTS):
        caps = caps_of(law, ways)
        heights = np.array([cap.h for cap in caps])
        layers = np.array([cap.layer for cap in caps])
        settled = before.size == heights.size and (abs(heights - before) <= _SETTLED * layers).all()
        if draws is not None and settled:
            if seen is not None:
                return draws, modes, ways
            seen = _walled(draws, caps)
        if draws is None or settled:
            draws = redrawn(law, modes, [ways.well, *ways.tops], seen)
        before = heights
        modes = _walled(draws, caps).closure(modes)
        on = Weights(law, modes)
        moved = ways.moved(on)
        if moved is None:
            searches += 1
            moved = ways_out(on)
        if moved is None:
            return None
        ways = moved
        if searches > _MOST_SEARCHES:
            break
    raise Undecided("the saddles before the zero state did not settle")
