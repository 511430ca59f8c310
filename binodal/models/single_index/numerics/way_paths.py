"""Paths of one neuron out of a well, in all its weights and over all saddles at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, log

import numpy as np
from scipy.special import softmax

from binodal.models.single_index.numerics.held import Ways
from binodal.models.single_index.numerics.mixture import About, Density, Mixture, Prior, reduced
from binodal.models.single_index.numerics.weights import Place, Weights
from binodal.models.single_index.numerics.window import Array
from binodal.numerics.phases.committor import Crossing, Drawn, log10_mean_time

_SHARP, _WIDTHS, _STEP, _DEEP, _PLACES = 2.0, (1.0, 1.5), 0.3, 5.0, 400
_DRAWS, _EVERY, _ENOUGH = 16000, 12, 0.01
"""How sharply the farthest way counts; how widely places are drawn; a step's share of the fastest
relaxation; so far below the pass U is at a start or a goal, looked for at so many places."""


@dataclass(frozen=True)
class Along:
    """log sum exp of how far a neuron is over each saddle, in widths of its barrier.

    ``tops`` and ``axes`` are (ways, coordinates), these over the widths and away from the well; of
    a sphere of saddles the first coordinate is the size of the overlaps with so many directions.
    """

    tops: Array
    axes: Array
    sphere: int

    @classmethod
    def of(cls, ways: Ways) -> Along:
        """Along the axis on which S falls at each saddle."""
        sphere = ways.tops[0].directions if ways.lowest.flat else 0
        well, *tops = (reduced(s.at[:, None], sphere)[:, 0] for s in (ways.well, *ways.tops))
        axes = []
        for place, top in zip(ways.tops, tops, strict=True):
            bends, own = About(place).axes
            axis = own[:, 0] * np.sqrt(-bends[0])
            axes.append(np.copysign(1.0, axis @ (top - well)) * axis)
        return cls(np.array(tops), np.array(axes), sphere)

    def _over(self, places: Array) -> Array:
        own = reduced(places, self.sphere)
        return np.asarray(self.axes @ own - (self.axes * self.tops).sum(1)[:, None])

    def at(self, places: Array) -> Array:
        """At places (weights, count)."""
        return np.asarray(np.logaddexp.reduce(_SHARP * self._over(places)) / _SHARP)

    def bends(self, places: Array) -> tuple[Array, Array]:
        """Its gradient (weights, count) and Laplacian."""
        shares = softmax(_SHARP * self._over(places), axis=0)
        ways = self.axes.T @ shares
        spread = _SHARP * ((self.axes**2).sum(1) @ shares - (ways**2).sum(0))
        if not self.sphere:
            return ways, spread
        q = places[: self.sphere]
        size = np.linalg.norm(q, axis=0)
        spread += (self.sphere - 1) / size * ways[0]
        return np.vstack([ways[0] * q / size, ways[1:]]), spread


def log10_time(on: Weights, ways: Ways, known: float) -> tuple[float, float]:
    """log10 of the mean time and its error, with the share exp(-rise) that where exactly in the
    well a path begins may change; ``known`` is the error of the rise, which bounds what is asked.

    Raises :class:`Undecided` where draws do not tell it.
    """
    begun = exp(ways.well.action - ways.lowest.action)
    enough = max(_ENOUGH, known / (2 * log(10)), begun / log(10))
    time, error = log10_mean_time(replace(crossing(on, ways), enough=enough))
    return time, error + begun / log(10)


def crossing(on: Weights, ways: Ways) -> Crossing:
    """Out of the well over all of its saddles, to the first minimum or as deep below the pass."""
    along, top = Along.of(ways), ways.lowest

    def potential(places: Array) -> Array:
        value, measure = on.values(places)
        return np.asarray(value + measure)

    def felt(places: Array) -> tuple[Array, Array, Array]:
        u, slopes = on.weighed(places.T)
        return u, slopes.T, along.at(places.T)

    def bends(places: Array) -> tuple[Array, Array]:
        ways, spread = along.bends(places.T)
        return ways.T, spread

    def deep(end: Place) -> float:
        """The coordinate where U has fallen on the way from the lowest saddle to a minimum."""
        way = np.linspace(top.at, end.at, _PLACES, axis=1)
        heights = potential(way)
        below = int(np.argmax(heights < heights[0] - _DEEP)) or -1
        return float(along.at(way[:, [below]])[0])

    about: list[Density] = [About(ways.well, wider) for wider in _WIDTHS]
    if not np.abs(ways.well.q).max() > 0:
        about.append(Prior(on.law))
    well = Mixture(about)
    places, _ = _drawn(well, on)(np.random.default_rng(0), _PLACES)
    start = max(deep(ways.well), float(np.median(along.at(places.T))))
    goal = min(deep(s) for s in ways.goals)
    at_pass = Mixture([About(s, wider) for s in ways.tops for wider in _WIDTHS])
    step = _STEP / max(float(np.abs(s.bends).max()) for s in (ways.well, *ways.tops))
    drawn = _drawn(at_pass, on), _drawn(well, on)
    return Crossing(felt, bends, start, goal, 0.0, 1.0, *drawn, step, _DRAWS, _EVERY)


def _drawn(density: Mixture, on: Weights) -> Drawn:
    """Places with a positive r_perp; of others no volume."""

    def draw(chance: np.random.Generator, count: int) -> tuple[Array, Array]:
        places = density.places(chance.random((on.size + 2, count)))
        volume = np.where(places[on.directions] > 0, -density.log_density(places), -np.inf)
        places[on.directions] = np.abs(places[on.directions])
        return places.T, volume

    return draw
