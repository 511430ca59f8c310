"""Several features or a condensate that hold the residuals of many cells, in double precision.

In one cell they are sought as the least of a convex function; from there Newton's method follows
them to neighbours, as long as the same kinds of places hold a sound state.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from binodal.models.single_index.numerics.condensate import found_in_floats
from binodal.models.single_index.numerics.grid_conditions import FEATURE, INSIDE, Couplings
from binodal.models.single_index.numerics.grid_droplets import Droplets, at_places
from binodal.models.single_index.numerics.state import State
from binodal.numerics.errors import Undecided
from binodal.numerics.grids import Array

_NEAR, _FAILURES = 0.7, 40
"""How far in log u, log G and log sigma_w^2 a state is followed at once, and after how many cells
in a row without one the search ends.
"""
Places = NDArray[np.int64]


def held(of: Couplings, parameters: Mapping[str, Array]) -> list[tuple[Places, Droplets]]:
    """The cells in which a state is found, and it, by the places that hold it."""
    left, droplets, failures = np.arange(of.u.size), list[tuple[Places, Droplets]](), 0
    while left.size and failures < _FAILURES:
        first, failures = left[:1], failures + 1
        own = {name: Fraction(float(column[first[0]])) for name, column in parameters.items()}
        seed = _seed(State(of.setting, own))
        if seed is not None:
            for cells, state in _followed(of, left, *seed):
                droplets.append((cells, state))
                left, failures = np.setdiff1d(left, cells), 0
        left = left[left != first[0]]
    return droplets


def _seed(state: State) -> tuple[tuple[float, ...], Array] | None:
    """Kinds of places and all unknowns, where the search in one cell finds some."""
    homogeneous = state.setting.homogeneous
    try:
        seeds = found_in_floats(state)
    except Undecided:
        return None
    kinds, coordinates = [], []
    for one in seeds.features:
        m = float(one.at[0]) if homogeneous else float(np.tanh(one.at[0]))
        edge = abs(m) == 1 if homogeneous else not np.isfinite(one.at).all()
        kinds.append(m if edge else INSIDE if homogeneous else FEATURE)
        coordinates += [] if edge else [m] if homogeneous else [m, float(one.at[1])]
    masses = [one.mass for one in seeds.features]
    return tuple(kinds), np.array([*coordinates, *seeds.modes, *masses])


def _followed(
    of: Couplings, left: Places, kinds: tuple[float, ...], seed: Array
) -> Iterator[tuple[Places, Droplets]]:
    """From the first of some cells to the others, from neighbour to neighbour."""
    where = np.log(np.stack([of.u, of.gain, of.norm])).T
    tried, start = left[:1], seed[:, None]
    while tried.size:
        at, state = at_places(of.part(tried), kinds, start)
        sound = np.flatnonzero(state.sound)
        if not sound.size:
            return
        yield tried[sound], state.part(sound)
        known, left = tried[sound], np.setdiff1d(left, tried[sound])
        far, nearest = cKDTree(where[known]).query(where[left])
        tried, nearest = left[far < _NEAR], nearest[far < _NEAR]
        start = at[:, sound[nearest]]
        modes = slice(-len(kinds) - len(of.setting.modes), -len(kinds))
        start[modes] *= np.sqrt(of.u[known[nearest]] / of.u[tried])
