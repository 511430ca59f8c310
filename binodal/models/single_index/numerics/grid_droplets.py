"""The states past coexistence of many cells at once, in double precision.

Where several features or a condensate hold the residual, they are sought in one cell as the least
of a convex function; from there Newton's method follows them to neighbours, as long as the same
kinds of places hold a sound state.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial

import numpy as np
from flint import arb
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from binodal.models.single_index.numerics.condensate import found_in_floats
from binodal.models.single_index.numerics.grid_conditions import (
    FEATURE,
    INSIDE,
    Couplings,
    coordinate_rows,
    newton,
)
from binodal.models.single_index.numerics.grid_search import Neurons, features
from binodal.models.single_index.numerics.profile import FORMS
from binodal.models.single_index.numerics.state import State
from binodal.numerics.balls import precision
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided
from binodal.numerics.grids import Array

_SCALINGS, _SETTLED = 40, 1e-12
_SAME, HELD = 1e-6, 1e-9
_FAR, _BITS = 1e3, 128
_COSINES = np.linspace(-1.0, 1.0, 2001)
_GROWTH = Forms("binodal.models.single_index.forms.condensation").floats("growth")
_OUTLYING = FORMS.functions("outlying", "numpy")
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Droplets:
    """artanh m, log r and M of all places (kinds, cells), masses M/d, and the modes (K, cells).

    Neurons without a bound of their norm are at an infinite log r, and M is zero. ``sound`` tells
    where the state is one.
    """

    h: Array
    v: Array
    mass: Array
    amplitudes: Array
    sound: Flags

    def part(self, index: NDArray[np.int64]) -> Droplets:
        """Some of them."""
        h, v, mass, modes = (x[:, index] for x in (self.h, self.v, self.mass, self.amplitudes))
        return Droplets(h, v, mass, modes, self.sound[index])


def droplets(of: Couplings, amplitudes: Array, h: Array, v: Array) -> Droplets:
    """The state that holds a feature at S = 0, from one (h, v) below zero at these modes."""
    return at_places(of, (FEATURE,), _start(of, amplitudes, h, v))[1]


def at_places(of: Couplings, kinds: Sequence[float], start: Array) -> tuple[Array, Droplets]:
    """The unknowns of :func:`newton` from a start, and the state that they are."""
    points, settled = newton(of, kinds, start)
    count = len(kinds)
    modes, masses = points[-count - len(of.setting.modes) : -count], points[-count:]
    h, v, mass = (np.zeros((count, points.shape[1])) for _ in range(3))
    for k, (kind, rows) in enumerate(zip(kinds, coordinate_rows(kinds), strict=True)):
        m = points[rows[0]] if rows else kind
        square = of.norm / (1 - m**2)  # of the norm where c_k = g_k r
        h[k] = np.arctanh(m)
        v[k] = points[rows[1]] if kind == FEATURE else np.log(square) / 2
        mass[k] = masses[k] / (1.0 if kind == FEATURE else square)
    sound = settled & (masses > 0).all(0)
    part = np.flatnonzero(sound)
    if part.size:
        sound[part] = _nothing_lower(of.part(part), kinds, h[:, part], v[:, part], modes[:, part])
    return points, Droplets(h, v, mass, modes, sound)


def _nothing_lower(
    of: Couplings, kinds: Sequence[float], h: Array, v: Array, modes: Array
) -> Flags:
    """Whether zero state and places are minima, and no other one lies below them."""
    neurons = of.neurons(modes)
    sound = _is_minimum(neurons, np.zeros_like(of.u), np.log(of.norm) / 2)
    bounded = [k for k in range(len(kinds)) if np.isfinite(v[k]).all()]
    for k in bounded:
        sound &= _is_minimum(neurons, h[k], v[k])
    if of.setting.homogeneous:
        return np.asarray(sound & (steepest(of, modes) < HELD))
    deepest = features(neurons)
    sound &= ~deepest.lower & ~(deepest.action < -HELD)
    edges = [kind for kind in kinds if kind not in (FEATURE, INSIDE)]
    sound &= _rises(of, edges, modes) if edges else ~deepest.open
    if bounded:
        away = [
            np.maximum(np.abs(np.abs(deepest.h) - np.abs(h[k])), np.abs(deepest.v - v[k]))
            for k in bounded
        ]
        sound &= np.min(away, axis=0) < _SAME
    return np.asarray(sound)


def _is_minimum(neurons: Neurons, h: Array, v: Array) -> Flags:
    det, trace, _ = neurons.landscape.shape(h, v)
    return np.asarray((det > 0) & (trace > 0))


def steepest(of: Couplings, modes: Array) -> Array:
    """The largest u sigma_w^2 (f/m)^2 - 1, by a parabola around the largest on a grid.

    Where c_k = g_k r it is negative if and only if S is positive away from m = 0.
    """
    powers = np.stack([_COSINES ** (k - 1) for k in of.setting.modes])
    rows = of.u[:, None] * of.norm[:, None] * ((modes.T * of.slopes) @ powers) ** 2
    places = np.clip(rows.argmax(1), 1, len(_COSINES) - 2)
    left, middle, right = (rows[np.arange(len(places)), places + k] for k in (-1, 0, 1))
    bend = left - 2 * middle + right
    top = middle - np.where(bend < 0, (right - left) ** 2 / (8 * np.where(bend < 0, bend, 1.0)), 0)
    inside = np.abs(right - left) <= 2 * np.abs(bend)
    return np.asarray(np.where(inside, top, rows.max(1)) - 1)


def _rises(of: Couplings, edges: Sequence[float], modes: Array) -> Flags:
    """Whether S stays positive along m = 1 or -1 as the norm grows, where X vanishes there.

    X = 1 - u sigma_w^2 f^2 is positive elsewhere. Raises nothing: no lines, no answer.
    """
    setting, (u, norm) = of.setting, (of.u[:, None], of.norm[:, None])
    columns = [x[:, None] for x in modes]
    growth = _GROWTH(setting.modes)(_COSINES, u, norm, *columns, *of.slopes)[0]
    sound = (growth < HELD).all(1)
    try:
        with precision(_BITS):
            lines = setting.overlaps.lines(arb(_FAR), arb(0), max(setting.modes) + 1)
    except Undecided:
        return np.zeros_like(sound)
    far = [float(lines[k][part].mid()) for part in (0, 1) for k in setting.modes]
    for edge in edges:
        pull, rest, slope = _OUTLYING(setting.modes)["outlying"](
            edge, 0.0, of.u, of.norm, *modes, *of.slopes, *far
        )
        left = np.log(np.maximum(-slope * edge / 2, 1e-300)) / 2 - rest
        size = np.sqrt(of.u) * np.abs(modes).sum(0)
        sound &= np.where(pull < -HELD * size, True, (pull < HELD * size) & (left > 0))
    return np.asarray(sound)


def _start(of: Couplings, amplitudes: Array, h: Array, v: Array) -> Array:
    """The feature whose S vanishes as all modes shrink, and M by least squares.

    The least S is concave in the square of the modes' scale, so Newton's method comes down to
    its zero from the side on which the feature exists.
    """
    scale, force, basis = np.ones_like(h), np.zeros_like(h), np.zeros_like(amplitudes)
    for _ in range(_SCALINGS):
        landscape = of.neurons(amplitudes * np.sqrt(scale)).landscape.settled(h, v)
        h, v = landscape.h, landscape.v
        basis = _basis(of, h, v)
        force = (amplitudes * basis).sum(0)
        step = landscape.action / (of.u / 2 * force**2)
        scale = scale + step
        if not (np.abs(step) > _SETTLED).any():
            break
    modes = amplitudes * np.sqrt(scale)
    weights = np.array([float(factorial(k)) for k in of.setting.modes])[:, None]
    pull = of.gain * basis * (modes * basis).sum(0) / weights
    learned = of.targets[:, None] - modes
    mass = np.maximum((pull * learned).sum(0) / (pull**2).sum(0), 1e-3)
    return np.stack([np.tanh(h), v, *modes, mass])


def _basis(of: Couplings, h: Array, v: Array) -> Array:
    """m^k c_k(r) of the acting modes."""
    modes = of.setting.modes
    table = of.setting.overlaps.floats(np.exp(v), max(modes) + 1)
    return np.stack([np.tanh(h) ** k * table[k] for k in modes])


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
        points, state = at_places(of.part(tried), kinds, start)
        sound = np.flatnonzero(state.sound)
        if not sound.size:
            return
        yield tried[sound], state.part(sound)
        known, left = tried[sound], np.setdiff1d(left, tried[sound])
        far, nearest = cKDTree(where[known]).query(where[left])
        tried, nearest = left[far < _NEAR], nearest[far < _NEAR]
        start = points[:, sound[nearest]]
        modes = slice(-len(kinds) - len(of.setting.modes), -len(kinds))
        start[modes] *= np.sqrt(of.u[known[nearest]] / of.u[tried])
