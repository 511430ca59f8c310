"""Mean first-passage times in any number of coordinates, by a trial of the chance to arrive.

For dx = -grad U dt + sqrt(2) dW that leaves a start for the last time and ends in a goal the mean
time is int h exp(-U) over the capacity, with h the chance to be in the start before the goal. With
any g that is 1 in the one and 0 in the other the capacity is

    int |grad g|^2 exp(-U) + int (L g) (g - h) exp(-U),     L g = laplacian g - grad U . grad g:

Dirichlet's upper bound, and what paths from drawn places say that it is too much. A good g leaves
them little to say, and their steps less. Both integrals are means over draws of known density.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import hypot, log, pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from binodal.numerics.errors import Undecided

Array = NDArray[np.float64]
Drawn = Callable[[np.random.Generator, int], tuple[Array, Array]]
"""Places (count, coordinates), and the logarithm of the volume that each stands for."""
_SEED, _BATCH, _FEWEST, _MOST, _WORK = 0, 1000, 3, 24, 3e7
"""Batches of draws, the fewest and the most; moves of all coordinates after which none begins."""
_SURE, _ENOUGH, _TOO_MUCH, _NOTHING = 2.0, 0.01, 0.2, 1e-9
"""Standard errors told; of log10 of the time, when draws are enough and what is none; and what
a draw may add, beside the one that may add most, and has no path."""
_NONE = 1e-300


@dataclass(frozen=True)
class Crossing:
    """U of a passage, its pass, and a coordinate ``along`` it that passes ``start`` and ``goal``.

    ``felt`` says U, its gradient and the coordinate at places; ``bends`` the coordinate's gradient
    and Laplacian. The trial is the normal law of
    (along - middle)/width. ``step`` is a time in which U's forces hardly change. Of so many
    ``draws`` at once the trial is told by each, and what it is off by paths from one in ``every``,
    until the error is ``enough`` in log10 of the time.
    """

    felt: Callable[[Array], tuple[Array, Array, Array]]
    bends: Callable[[Array], tuple[Array, Array]]
    start: float
    goal: float
    middle: float
    width: float
    at_pass: Drawn
    in_well: Drawn
    step: float
    draws: int = _BATCH
    every: int = 1
    enough: float = _ENOUGH

    def sides(self, along: Array) -> NDArray[np.int8]:
        """1 in the start, -1 in the goal."""
        ahead = 1 if self.goal > self.start else -1
        start, goal = ahead * (along - self.start) < 0, ahead * (along - self.goal) > 0
        return start.astype(np.int8) - goal.astype(np.int8)

    def trial(self, along: Array, squares: Array, drift: Array) -> tuple[Array, Array, Array]:
        """g, |grad g|^2 and L g, from those of the coordinate."""
        away = (along - self.middle) / self.width
        low, high = self._normal(self.start), self._normal(self.goal)
        slope = -np.exp(-(away**2) / 2) / (sqrt(2 * pi) * self.width * (high - low))
        return self.chance(along), slope**2 * squares, slope * (drift - away / self.width * squares)

    def chance(self, along: Array) -> Array:
        """g at a coordinate."""
        low, high = self._normal(self.start), self._normal(self.goal)
        return np.asarray((high - self._normal(along)) / (high - low))

    def _normal(self, along: Any) -> Any:
        return ndtr((along - self.middle) / self.width)


def log10_mean_time(of: Crossing) -> tuple[float, float]:
    """log10 of the mean time; twice its standard error, with what halved steps of paths change.

    Raises :class:`Undecided` where draws do not tell it.

    >>> height, middle, along = 8.0, np.zeros(2), np.array([[-32.0, 16.0], [64.0, 16.0]])
    >>> def felt(x):
    ...     u = height * (x[:, 0] ** 2 - 1) ** 2 + 8 * x[:, 1] ** 2
    ...     force = np.stack([4 * height * x[:, 0] * (x[:, 0] ** 2 - 1), 16 * x[:, 1]], 1)
    ...     return u, force, x[:, 0]
    >>> def drawn(place, bends):
    ...     def draw(chance, count):
    ...         z = chance.standard_normal((count, 2))
    ...         volume = (z**2).sum(1) / 2 + log(2 * pi / sqrt(bends[0] * bends[1]))
    ...         return np.array([place, 0]) + z / np.sqrt(bends), volume
    ...     return draw
    >>> def bends(x):
    ...     return np.tile([1.0, 0.0], (len(x), 1)), np.zeros(len(x))
    >>> way = drawn(0.0, (24.0, 16.0)), drawn(-1.0, (48.0, 16.0))
    >>> of = Crossing(felt, bends, -0.9, 0.9, 0.0, 32**-0.5, *way, 0.001)
    >>> print("{:.2f} ± {:.2f}".format(*log10_mean_time(of)))
    2.64 ± 0.01
    """
    chance = np.random.default_rng(_SEED)
    parts: list[tuple[Array, ...]] = []
    moves = 0
    while len(parts) < _MOST and moves < _WORK:
        *part, moved = _batch(of, chance)
        parts.append(tuple(part))
        moves += moved
        time, error = _told(*(np.concatenate(part) for part in zip(*parts, strict=True)))
        if error < of.enough and len(parts) * of.draws >= _FEWEST * _BATCH:
            break
    if not error < _TOO_MUCH:
        raise Undecided(f"no exact time: of {len(parts) * of.draws // of.every} paths few count")
    return time, error


def _told(coarse: Array, fine: Array, u: Array, held: Array, depth: Array) -> tuple[float, float]:
    """log10 of the time and its error, from what each draw adds to capacity and weight."""
    top, well = float(u.max()), float(depth.max())
    flows = [x * np.exp(u - top) for x in (coarse, fine)]
    weights = held * np.exp(depth - well)
    means = [float(x.mean()) for x in (*flows, weights)]
    if not min(means) > 0:
        return 0.0, np.inf
    whole = 2 * flows[1] - flows[0]
    mean = 2 * means[1] - means[0]
    spread = hypot(float(whole.std()) / mean, float(weights.std()) / means[2]) / sqrt(u.size)
    value = log(means[2] / mean) + well - top
    return value / log(10), (_SURE * spread + abs(means[1] / means[0] - 1)) / log(10)


def _batch(of: Crossing, chance: np.random.Generator) -> tuple[Any, ...]:
    """Of each draw: what it adds to the capacity with either step, and to the weight of the well,
    over exponentials that come with them; and the moves of all paths."""
    chosen = np.arange(of.draws) % of.every == 0
    places, volume = of.at_pass(chance, of.draws)
    u, slopes, along = of.felt(places)
    ways, spread = of.bends(places)
    drift = spread - (ways * slopes).sum(1)
    g, squares, drift = of.trial(along, (ways**2).sum(1), drift)
    most = squares + np.abs(drift)
    free = _counts(volume - u + np.log(most + _NONE), of.sides(along) == 0)
    ends, one = arrivals(of, places[free & chosen], chance)
    off = np.zeros((2, of.draws))
    off[:, free & chosen] = of.every * (g[free & chosen] - (ends > 0))
    coarse, fine = np.where(free, squares + drift * off, 0.0)
    places, size = of.in_well(chance, of.draws)
    depth, _, along = of.felt(places)
    sides = of.sides(along)
    inside = (sides == 0) & _counts(size - depth, sides >= 0)
    ends, two = arrivals(of, places[inside & chosen], chance)
    held = np.where(inside, of.chance(along), sides > 0)
    held[inside & chosen] += of.every * ((ends[1] > 0) - held[inside & chosen])
    return coarse, fine, volume - u, held, size - depth, one + two


def _counts(weights: Array, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
    most = np.where(among, weights, -np.inf).max()
    return np.asarray(among & (weights > most + log(_NOTHING)))


def arrivals(
    of: Crossing, places: Array, chance: np.random.Generator
) -> tuple[NDArray[np.int8], int]:
    """Where paths of one noise end, with a step and with half of it, and how many moves it took."""
    ends, count = np.zeros((2, len(places)), np.int8), 0
    if not len(places):
        return ends, count
    held = np.arange(len(places))
    walks = [places, places]
    felt = [of.felt(walk) for walk in walks]

    def moved(k: int, step: float, noise: Array) -> None:
        still = ends[k, held] == 0
        moves = sqrt(2 * step) * noise - step * felt[k][1]
        walks[k] = walks[k] + np.where(still[:, None], moves, 0.0)
        felt[k] = of.felt(walks[k])
        ends[k, held[still]] = of.sides(felt[k][2])[still]

    while count < _WORK:
        going = (ends[:, held] == 0).any(0)
        if not going.any():
            return ends, count
        if not going.all():
            held, walks = held[going], [walk[going] for walk in walks]
            felt = [(u[going], slopes[going], along[going]) for u, slopes, along in felt]
        noise = chance.standard_normal((2, *walks[0].shape))
        count += noise.size
        moved(0, of.step, noise.sum(0) / sqrt(2))
        for part in noise:
            moved(1, of.step / 2, part)
    raise Undecided("no exact time: paths take too long")
