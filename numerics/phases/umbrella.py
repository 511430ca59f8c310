"""Mean first-passage times over low barriers, by walkers in a law made flat along the passage.

With rho the density of a coordinate s and D the mean of |grad s|^2 at a place of it,

    d log(D rho)/ds = <L s>/<|grad s|^2>,     L s = laplacian s - grad U . grad s,

so that walkers learn what makes their law flat (adaptive biasing: Darve and Pohorille 2001), and
a trial of the chance to arrive whose L is nothing in the mean at every s: slopes as 1/(D rho), the
best of all that s has. Time and capacity (:mod:`.committor`) are means over the same flat law, so
that no volume has to be known, and a barrier of any shape is as easy as its range is short.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, inf, isfinite, log, sqrt
from typing import Self

import numpy as np

from binodal.numerics.errors import Undecided
from binodal.numerics.phases.committor import Array, Crossing, arrivals
from binodal.numerics.phases.escape import LOWEST

_SEED, _WALKERS, _BINS, _STRIDE, _DEEP = 0, 1000, 80, 3, 8.0
"""Steps of paths in one move, which Metropolis' rule makes exact; ends of a passage are so many
nats below its pass, or where the law is densest."""
_LONGEST, _VISITED, _EDGE, _SETTLING, _APART, _FEWEST, _MOST = 5.0, 0.4, 0.03, 10, 0.1, 4, 12
"""How long walkers may learn, in times of a course along the whole way; how many have been on both
sides then, but for an edge of the way; first moves, without what they learn; the moves between
looks, of those that they learned for, and looks."""
_WORK = 1e8
"""Moves of all coordinates after which walkers learn no more."""
_SURE, _ENOUGH, _TOO_MUCH, _GROUPS = 2.0, 0.02, 0.2, 10
"""Standard errors told; of log10 of the time, what is enough and what is none; and groups."""


@dataclass(frozen=True)
class Profile:
    """-log(D rho) at ends of bins of ``way``, which grows from the well to the goal."""

    way: Array
    height: Array

    @classmethod
    def learned(cls, way: Array, squares: Array, drift: Array) -> Self:
        """From sums of |grad s|^2 and L s in bins; those that nobody saw are between others."""
        seen = np.flatnonzero(squares)
        slopes = np.interp(np.arange(len(squares)), seen, drift[seen] / squares[seen])
        return cls(way, -np.concatenate([[0.0], np.cumsum(slopes * np.diff(way))]))

    def bins(self, at: Array) -> Array:
        """In which bin a place is, the outer ones without an end."""
        return np.asarray(np.clip(np.searchsorted(self.way, at) - 1, 0, _BINS - 1))

    @cached_property
    def top(self) -> int:
        """The pass, of most height over the lower of what is before and beyond it."""
        before = np.minimum.accumulate(self.height)
        beyond = np.minimum.accumulate(self.height[::-1])[::-1]
        return int((self.height - np.maximum(before, beyond)).argmax())

    @cached_property
    def _lifted(self) -> Array:
        well = int(self.height[: self.top + 1].argmin())
        return np.concatenate([np.zeros(well), self.height[well:] - self.height[well]])

    def flat(self, at: Array) -> Array:
        """What makes the law flat from its well on, at places."""
        return np.interp(at, self.way, self._lifted)

    def slope(self, at: Array) -> Array:
        """Of that."""
        return np.asarray((np.diff(self._lifted) / np.diff(self.way))[self.bins(at)])

    def barrier(self) -> float:
        """Height of the pass over what is before it, or beyond it if that is less."""
        sides = self.height[: self.top + 1], self.height[self.top :]
        return min(float(self.height[self.top] - side.min()) for side in sides)

    def passage(self) -> tuple[float, float]:
        """From the well's bottom to that beyond, or as far from the pass as is deep."""
        over = self.height[self.top] - self.height
        deep, top = np.flatnonzero(over > _DEEP), self.top
        start = max([over[: top + 1].argmax(), *deep[deep < top][-1:]])
        goal = min([top + over[top:].argmax(), *deep[deep > top][:1]])
        return float(self.way[int(start)]), float(self.way[int(goal)])

    def trial(
        self, at: Array, squares: Array, drift: Array, start: float, goal: float
    ) -> tuple[Array, Array, Array]:
        """g, |grad g|^2 and L g between both ends, from those of the coordinate."""
        inside = np.unique(np.clip(self.way, start, goal))
        heights = np.interp(inside, self.way, self.height)
        heights -= heights.max()
        rises = np.diff(heights)
        areas = np.diff(inside) * np.exp(heights[:-1]) * _mean_of_exp(rises)
        passed = np.concatenate([[0.0], np.cumsum(areas)])
        own = np.clip(np.searchsorted(inside, at) - 1, 0, len(areas) - 1)
        bend, away = (rises / np.diff(inside))[own], at - inside[own]
        slope = -np.exp(heights[own] + bend * away) / passed[-1]
        g = 1 - passed[own] / passed[-1] + slope * away * _mean_of_exp(-bend * away)
        return g, slope**2 * squares, slope * (drift + bend * squares)


def _mean_of_exp(rise: Array) -> Array:
    """Of exp from 0 to a rise."""
    small = np.abs(rise) < 1e-6
    return np.where(small, 1 + rise / 2, np.expm1(rise) / np.where(small, 1.0, rise))


class _Walkers:
    """Places in a law that a profile makes flat, up to ``end``: moves by Metropolis' rule."""

    def __init__(self, of: Crossing) -> None:
        """Half about the pass, half in the well, where they are on this side of the goal."""
        self.chance = np.random.default_rng(_SEED)
        self.of, self.ahead = of, 1.0 if of.goal > of.start else -1.0
        self.step = _STRIDE * of.step
        self.end = self.ahead * of.goal
        draws = [draw(self.chance, _WALKERS // 2) for draw in (of.at_pass, of.in_well)]
        self._hold(np.concatenate([places[np.isfinite(volume)] for places, volume in draws]))
        self.keep(self.end)
        least = float(self.at.min()) if len(self.at) else self.end
        self.way = np.linspace(least, self.end, _BINS + 1)
        self.middle = float(np.median(self.ahead * of.felt(draws[1][0])[2]))

    def _hold(self, places: Array) -> None:
        self.places, self.felt = places, self._felt(places)

    def _felt(self, places: Array) -> tuple[Array, ...]:
        """U, how far on its way each is, the slopes of both, and the Laplacian of that."""
        u, slopes, along = self.of.felt(places)
        ways, spread = self.of.bends(places)
        return u, self.ahead * along, self.ahead * spread, slopes, self.ahead * ways

    @property
    def at(self) -> Array:
        """How far each is on its way."""
        return self.felt[1]

    def keep(self, end: float) -> None:
        """None beyond a new end."""
        self.end, inside = end, self.at < end
        self._hold(self.places[inside])

    def grows(self) -> tuple[Array, Array]:
        """|grad s|^2 and L s."""
        _, _, spread, slopes, ways = self.felt
        return (ways**2).sum(1), spread - (ways * slopes).sum(1)

    def move(self, profile: Profile) -> None:
        """One move of each."""

        def drifted(felt: tuple[Array, ...]) -> Array:
            return self.step * (profile.slope(felt[1])[:, None] * felt[4] - felt[3])

        noise = self.chance.standard_normal(self.places.shape)
        moved = self.places + drifted(self.felt) + sqrt(2 * self.step) * noise
        felt = self._felt(moved)
        back = self.places - moved - drifted(felt)
        gain = (noise**2).sum(1) / 2 - (back**2).sum(1) / (4 * self.step)
        gain += profile.flat(felt[1]) - felt[0] - profile.flat(self.at) + self.felt[0]
        taken = (np.log(self.chance.random(len(noise))) < gain) & (felt[1] < self.end)
        self.places[taken] = moved[taken]
        for own, new in zip(self.felt, felt, strict=True):
            own[taken] = new[taken]

    def counted(self, values: Array) -> Array:
        """Sums of values (count, walkers) by group and bin."""
        group = np.arange(len(self.at)) % _GROUPS
        index = group * _BINS + Profile(self.way, self.way).bins(self.at)
        counts = [np.bincount(index, own, _GROUPS * _BINS) for own in values]
        return np.reshape(np.array(counts, np.float64), (len(values), _GROUPS, _BINS))

    def learned(self) -> tuple[Profile, int]:
        """The profile, while walkers feel what is known of it, and the moves until many of them
        have been on both sides. Raises Undecided where they are too slow over a barrier."""
        sums, profile = np.zeros((2, _BINS)), Profile(self.way, np.zeros(_BINS + 1))
        least, most = self.at.copy(), self.at.copy()
        course = (self.end - self.way[0]) ** 2 / float(self.grows()[0].mean()) / self.step
        longest, most_moves = ceil(_LONGEST * course) + _SETTLING, int(_WORK / self.places.size)
        for k in range(1, min(longest, most_moves)):
            self.move(profile)
            sums += self.counted(np.stack(self.grows())).sum(1)
            if k > _SETTLING:
                profile = Profile.learned(self.way, *sums)
                low = profile.barrier() < LOWEST
                start, goal = (self.middle, self.end) if low else profile.passage()
                np.minimum(least, self.at, out=least)
                np.maximum(most, self.at, out=most)
                visited = (least <= start) & (most >= goal - _EDGE * (goal - start))
                if visited.mean() > _VISITED:
                    return profile, k
        if not low or most_moves < longest:
            raise Undecided("no exact time: walkers are too slow on their way")
        return profile, k

    def seen(self, moves: int, profile: Profile) -> Array:
        """Sums over moves, by group and bin: of |grad s|^2, of L s, and how many."""
        sums = np.zeros((3, _GROUPS, _BINS))
        for _ in range(moves):
            self.move(profile)
            sums += self.counted(np.stack([*self.grows(), np.ones(len(self.at))]))
        return sums

    def look(self, of: Crossing, profile: Profile) -> Array:
        """Sums by group and bin, over the flat law: of exp(-U), of what has been in the well last,
        and of the flow with either step."""
        g, squares, drift = profile.trial(
            self.at, *self.grows(), self.ahead * of.start, self.ahead * of.goal
        )
        sides = of.sides(self.ahead * self.at)
        free = sides == 0
        starts = np.where(sides > 0, np.ones((2, 1)), 0.0)
        arrived, _ = arrivals(of, self.places[free], self.chance)
        starts[:, free] = arrived > 0
        flows = np.where(free, squares + drift * (g - starts), 0.0)
        weights = np.exp(-profile.flat(self.at))
        return self.counted(weights * np.stack([np.ones(len(self.at)), starts[1], *flows]))


def log10_mean_time(of: Crossing) -> tuple[float, float]:
    """log10 of the mean time, and its error as in :mod:`.committor`.

    The start of the passage is the well's bottom, or eight nats below the pass, and so is its goal,
    no farther than that which is given. Raises :class:`Undecided` where with the volume of places
    no barrier is left, or where walkers do not tell the time.
    """
    walkers = _Walkers(of)
    if len(walkers.at) < _GROUPS:
        raise Undecided("no exact time: no places between well and goal")
    profile, moves = walkers.learned()
    if not (rise := profile.barrier()) >= LOWEST:
        raise Undecided(
            f"no exact time: with the volume of places the barrier is {rise:.2g}, not above "
            f"{LOWEST:g}"
        )
    start, goal = profile.passage()
    walkers.keep(goal)
    passage = replace(of, start=walkers.ahead * start, goal=walkers.ahead * goal)
    walkers.seen(moves, profile)
    grown, looks = np.zeros((3, _GROUPS, _BINS)), np.zeros((4, _GROUPS, _BINS))
    for count in range(1, _MOST + 1):
        grown += walkers.seen(ceil(_APART * moves), profile)
        looks += walkers.look(passage, profile)
        if count >= _FEWEST:
            time, error = _told(walkers.way, grown, looks)
            if error < _ENOUGH:
                break
    if not error < _TOO_MUCH:
        raise Undecided("no exact time: walkers do not agree")
    return time, error


def _told(way: Array, grown: Array, looks: Array) -> tuple[float, float]:
    """log10 of the time and its error, by leaving out each group."""

    def without(group: int | None, merged: int = 1) -> Array:
        bins = _BINS // merged
        squares, drift, count, whole, *parts = (
            np.delete(own, [] if group is None else group, 0).sum(0).reshape(bins, merged).sum(1)
            for own in (*grown, *looks)
        )
        places = way[::merged]
        height = Profile.learned(places, squares, drift).height
        weights = np.exp(height.min() - height[:-1]) * _mean_of_exp(-np.diff(height))
        seen = (whole > 0) & (count > 0)
        mass = (weights * np.diff(places))[seen] / (squares / count)[seen]
        held, coarse, fine = ((mass * part[seen] / whole[seen]).sum() for part in parts)
        return np.log([held / (2 * fine - coarse), held / coarse, held / fine])

    with np.errstate(divide="ignore", invalid="ignore"):
        value, coarse, fine = without(None)
        cells = (value - without(None, 2)[0]) / 3
        spread = np.stack([without(group) for group in range(_GROUPS)])[:, 0].std()
    error = _SURE * spread * sqrt(_GROUPS - 1) + abs(fine - coarse) + abs(cells)
    return float(value + cells) / log(10), float(error) / log(10) if isfinite(error) else inf
