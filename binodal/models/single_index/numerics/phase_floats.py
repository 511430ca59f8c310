"""What double precision says of boxes of parameters: where a feature is, and how deep."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from binodal.models.single_index.numerics.grid_search import Neurons, features
from binodal.models.single_index.numerics.phase_actions import Pulls
from binodal.models.single_index.numerics.phase_search import Flags
from binodal.models.single_index.numerics.setting import Setting
from binodal.numerics.grids import Array

_SETTLED, _AWAY, _NARROW = 1e-9, 1e-6, 1e-9
_SHARES = np.linspace(0.0, 0.6, 13), np.linspace(-0.05, 0.05, 11)
_ROUNDS, _STEP = 3, 0.1
Point = tuple[Array, Array, Array]
"""sqrt(u), sqrt(u) t_1/y_1 and log sigma_w."""


@dataclass(frozen=True)
class Guesses:
    """A feature of each box: its place at the middle, or the one given where there is none.

    At every corner of the box: whether it is there, and below S = 0.
    """

    h: Array
    v: Array
    there: Flags
    below: Flags


def guesses(setting: Setting, on: Pulls, h: Array, v: Array) -> Guesses:
    """The features that Newton's method reaches from (h, v)."""
    at_h, at_v, _ = _settled(setting, _middles(on), h, v)
    h, v = (np.where(np.isnan(place), x, place) for place, x in ((at_h, h), (at_v, v)))
    rows = np.array([_settled(setting, corner, h, v) for corner in _corners(on)])
    there, below = ~np.isnan(rows[:, 2]), rows[:, 2] < 0
    return Guesses(h, v, there, below)


def deepest(setting: Setting, on: Pulls, h: Array, v: Array) -> tuple[Array, Array]:
    """Places of the deepest features at the middles; those given where there is none."""
    minima = features(_neurons(setting, _middles(on)))
    h, v = (np.where(np.isnan(place), x, place) for place, x in ((minima.h, h), (minima.v, v)))
    return h, v


def steepest(setting: Setting, on: Pulls, h: Array, v: Array) -> Array:
    """artanh m between 0 and a feature where S, least over r, falls fastest with |m|."""
    landscape = _neurons(setting, _middles(on)).landscape
    steepest_at, least = h, np.full_like(h, np.inf)
    for shares in _SHARES:
        around = steepest_at
        for share in shares:
            overlaps = around - share * h
            for _ in range(_ROUNDS):
                (_, by_v), (_, _, vv) = landscape.derivatives(overlaps, v)
                v = v - np.clip(by_v / vv, -_STEP, _STEP)
            slope = landscape.values(overlaps, v)[0] * np.sign(h)
            steepest_at, least = (
                np.where(slope < least, overlaps, steepest_at),
                np.fmin(slope, least),
            )
    return steepest_at


def _middles(on: Pulls) -> Point:
    root, slope, rest = (side.middle.low for side in on.sides)
    return root, slope, rest


def _corners(on: Pulls) -> list[Point]:
    """Those of the boxes' sides that have a width."""
    wide = [(on.widths[k] > _NARROW).any() for k in range(3)]
    ends = [(s.low, s.high) if w else (s.low,) for s, w in zip(on.sides, wide, strict=True)]
    return [(root, slope, rest) for root, slope, rest in product(*ends)]


def _neurons(setting: Setting, point: Point) -> Neurons:
    root, slope, rest = point
    modes = [float(y) * (slope if k == 1 else root) for k, y in setting.acting.items()]
    return Neurons(setting, np.ones_like(rest), np.exp(2 * rest), np.stack(modes))


def _settled(setting: Setting, on: Point, h: Array, v: Array) -> tuple[Array, Array, Array]:
    """(h, v, S) of the minimum away from m = 0; NaN where Newton's method ends elsewhere."""
    landscape = _neurons(setting, on).landscape.settled(h, v)
    sound = (
        (landscape.moved < _SETTLED)
        & (landscape.det > 0)
        & (landscape.trace > 0)
        & (np.abs(landscape.h) > _AWAY)
    )
    h, v, action = (
        np.where(sound, x, np.nan) for x in (landscape.h, landscape.v, landscape.action)
    )
    return h, v, action
