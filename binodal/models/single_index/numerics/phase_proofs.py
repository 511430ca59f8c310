"""Proofs at a place of each box of parameters: the action is negative, or a minimum is beyond."""

from __future__ import annotations

import numpy as np

from binodal.models.single_index.numerics.phase_actions import Actions, Places, Pulls
from binodal.models.single_index.numerics.phase_search import Flags
from binodal.numerics.boxes.intervals import Intervals
from binodal.numerics.grids import Array

_LATTICE, _COARSEST, _FINEST = 2.0**-8, 0.5, 2.0**-11


def negative(actions: Actions, on: Pulls, h: Array, v: Array) -> Flags:
    """Whether S < 0 near (artanh m, log r), for all of each box."""
    place = (Intervals.of(_rounded(x)) for x in (h, v))
    return np.asarray(actions.at(1, on, *place)["S"].high < 0)


def descends(actions: Actions, on: Pulls, h: Array, low: Array, high: Array) -> Flags:
    """Whether S, least over r, falls with |m| near artanh m = h, for all of each box.

    Then S has a minimum at larger |m|: its least value there is not at h itself, and no end is
    lower. The least r is a zero of S_l, all of which lie between low and high in log r: every cell
    of it has S_l of one sign, or S_m, which is S_m - k S_l at such a zero, of m's other sign.
    """
    owner, v = _lines(low, high)
    side, proved = _COARSEST, np.ones(h.size, dtype=bool)
    h = _rounded(h)
    while owner.size:
        at = h[owner]
        values = actions.stationary(on[owner], Intervals.of(at), Intervals(v, v + side))
        falls = (values["along"] * np.sign(at)).high < 0
        alive = ~(values["Sl"].without_zero() | falls)
        if side <= _FINEST:
            proved[owner[alive]] = False
            break
        side /= 2
        owner, v = np.repeat(owner[alive], 2), np.repeat(v[alive], 2)
        v[1::2] += side
    proved &= h != 0
    return proved


def _lines(low: Array, high: Array) -> tuple[Places, Array]:
    """Coarsest cells from low to high of every box, and whose they are."""
    first, last = np.floor(low / _COARSEST).astype(int), np.ceil(high / _COARSEST).astype(int)
    owner = np.repeat(np.arange(low.size), last - first)
    cells = np.concatenate([np.arange(*pair) for pair in zip(first, last, strict=True)])
    return owner, _COARSEST * cells


def _rounded(x: Array) -> Array:
    """On a lattice, where what depends on a coordinate is enclosed once."""
    return np.asarray(np.rint(x / _LATTICE) * _LATTICE)
