"""The action of one neuron in its weights, (q_1 ... q_J, r_perp, its bias), in double precision.

Stationary points are all that Newton's method finds from a lattice of places, without a proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, permutations
from math import gamma, pi
from typing import Any

import numpy as np

from binodal.models.single_index.numerics.law import NeuronLaw
from binodal.models.single_index.numerics.steepest import NEAR, way_down
from binodal.models.single_index.numerics.window import Array
from binodal.numerics.codegen.forms import Forms

_FORMS = Forms("binodal.models.single_index.forms.weights")
_ACTION, _FORCE = _FORMS.functions("action", "numpy"), _FORMS.floats("force")
_STEPS, _LONGEST, _SETTLED, _SAME, _FLAT, _DIGITS = 60, 0.1, 1e-10, 1e-5, 1e-7, 6
_ASKEW = 0.37
"""A way off a saddle that falls along several axes has so much of the others, for symmetric lines
lead to saddles."""
_FARTHEST, _LATTICE, _SPARSE = 3.0, (13, 5, 7), 6
"""Of a lattice: how far out in sigma_w, and how many places along q, r_perp and the bias, and along
each of three directions."""


@dataclass(frozen=True, eq=False)
class Place:
    """A stationary point of S: where, S there, and its second slopes."""

    at: Array
    action: float
    hessian: Array
    directions: int

    @cached_property
    def bends(self) -> Array:
        """The second slopes along principal axes, the least first."""
        return np.asarray(np.linalg.eigvalsh(self.hessian))

    @cached_property
    def flat(self) -> int:
        """How many directions S does not depend on: those of a sphere of such points."""
        bends = self.bends
        return int((np.abs(bends) < _FLAT * np.abs(bends).max()).sum())

    @property
    def falls(self) -> int:
        """Along how many directions S falls from here."""
        bends = self.bends
        return int((bends < -_FLAT * np.abs(bends).max()).sum())

    @property
    def q(self) -> Array:
        """Overlaps with the directions."""
        return self.at[: self.directions]

    @property
    def cosines(self) -> Array:
        """With the directions."""
        return np.asarray(self.q / np.linalg.norm(self.at[: self.directions + 1]))

    @property
    def area(self) -> float:
        """Of the sphere of images on which S has one value; 1 without."""
        if not self.flat:
            return 1.0
        half = (self.flat + 1) / 2
        return float(2 * pi**half / gamma(half) * np.linalg.norm(self.q) ** self.flat)

    @property
    def weight(self) -> float:
        """sqrt((2 pi)^n/|det|) over directions along which S bends, times what the others hold."""
        bends = np.sort(np.abs(self.bends))[self.flat :]
        return float(np.sqrt(2 * pi / bends).prod()) * self.area


class Weights:
    """S of one neuron in the residual ``modes`` of a law."""

    def __init__(self, law: NeuronLaw, modes: Array) -> None:
        self.law, self.modes = law, modes
        self.biased = law.bias_variance > 0
        indices = tuple(law.polynomials.indices)
        self.directions = len(indices[0])
        of = _ACTION(indices, self.biased)
        self._values, self._first, self._second = (of[n] for n in ("values", "first", "second"))
        self._force = _FORCE(indices, self.biased)
        self._orders = max(map(sum, indices)) + 5
        at = law.at
        self._exact = [at["d"], law.u, at["sigma_w2"], law.bias_variance or 1.0]

    @property
    def size(self) -> int:
        """How many weights."""
        return self.directions + 1 + self.biased

    def _arguments(self, places: Array, orders: int | None = None) -> list[Any]:
        r = np.sqrt((places[: self.directions + 1] ** 2).sum(0))
        bias = places[-1] if self.biased else np.zeros_like(r)
        shape = np.shape(r)
        table = self.law.setting.table(r.ravel(), bias.ravel(), orders or self._orders)
        slopes = [c.reshape(shape) / r**k for k, c in enumerate(table)]
        return [*places, *self.modes, *slopes, *self._exact]

    def values(self, places: Array) -> tuple[Array, Array]:
        """S at places (weights, ...), and what its measure adds."""
        value, measure = self._values(*self._arguments(places))
        return np.broadcast_to(value, places.shape[1:]), np.broadcast_to(measure, places.shape[1:])

    def force(self, places: Array) -> Array:
        """Along each weight, and F."""
        arguments = self._arguments(places, self._orders - 2)
        return np.stack(np.broadcast_arrays(*self._force(*arguments), places[0])[:-1])

    def slopes(self, places: Array) -> Array:
        """Gradient, in the shape of the places."""
        return self._gradient(self._arguments(places), places)

    def _gradient(self, arguments: list[Any], places: Array) -> Array:
        rows = np.empty_like(places)
        for row, slope in zip(rows, self._first(*arguments), strict=True):
            row[...] = slope
        return rows

    def weighed(self, places: Array) -> tuple[Array, Array]:
        """S with its measure, and the gradient of both."""
        arguments = self._arguments(places)
        slopes = self._gradient(arguments, places)
        slopes[self.directions] += (self.directions + 1) / places[self.directions]
        return np.add(*self._values(*arguments)), slopes

    def seconds(self, places: Array) -> Array:
        """Hessians (..., weights, weights)."""
        rows = np.broadcast_arrays(*self._second(*self._arguments(places)), places[0])[:-1]
        hessian = np.empty((*places.shape[1:], self.size, self.size))
        for (i, k), row in zip(zip(*np.triu_indices(self.size), strict=True), rows, strict=True):
            hessian[..., i, k] = hessian[..., k, i] = row
        return hessian

    def settled(self, places: Array) -> Array:
        """Newton's method from all places at once: (weights, ...) of those that settle."""
        places = places.copy()
        moved = np.full(places.shape[1], np.inf)
        active = np.arange(places.shape[1])
        for _ in range(_STEPS):
            here = places[:, active]
            hessian, slope = self.seconds(here), self.slopes(here).T[..., None]
            with np.errstate(all="ignore"):
                step = -(np.linalg.pinv(hessian, hermitian=True) @ slope)[..., 0].T
            most = _LONGEST / np.maximum(np.abs(step).max(0), _LONGEST)
            step *= most
            held = self.directions
            step[held] = np.maximum(step[held], -here[held] / 2)
            places[:, active] = here + step
            moved[active] = np.abs(step).max(0)
            kept = np.isfinite(moved[active]) & (moved[active] > _SETTLED)
            kept &= np.abs(places[:, active]).max(0) < 10 * _FARTHEST * self._width
            active = active[kept]
            if not active.size:
                break
        found = places[:, moved <= _SETTLED]
        return np.where(np.abs(found) < _SETTLED, 0.0, found)

    def places(self, settled: Array) -> list[Place]:
        """What is at stationary points."""
        rows = zip(settled.T, self.values(settled)[0], self.seconds(settled), strict=True)
        return [Place(at, float(action), hessian, self.directions) for at, action, hessian in rows]

    @property
    def _width(self) -> float:
        return float(np.sqrt(self.law.at["sigma_w2"]))

    def stationary(self) -> list[Place]:
        """All that Newton's method finds from a lattice; of a sphere of them one."""
        along, across, biases = _LATTICE
        along = along if self.directions < 3 else _SPARSE
        q = np.linspace(-_FARTHEST, _FARTHEST, 2 * along + 1) * self._width
        axes = [q] * self.directions + [np.linspace(0.2, 1.4, across) * self._width]
        if self.biased:
            reach = _FARTHEST * max(self._width, float(np.sqrt(self.law.bias_variance)))
            axes.append(np.linspace(-reach, reach, biases))
        lattice = np.stack([x.ravel() for x in np.meshgrid(*axes, indexing="ij")])
        if self.directions < 3:
            settled = self.settled(lattice)
        else:
            q = lattice[: self.directions]
            settled = self._images(self.settled(lattice[:, (np.diff(q, axis=0) <= 0).all(0)]))
        _, first = np.unique(settled.round(_DIGITS), axis=1, return_index=True)
        return apart(self.places(settled[:, first]))

    def _images(self, places: Array) -> Array:
        """All exchanges of three directions, which teachers do not tell apart."""
        count = self.directions
        turns = map(list, permutations(range(count)))
        return np.hstack([np.vstack([places[turn], places[count:]]) for turn in turns])

    def ends(self, top: Place, points: Sequence[Place]) -> list[list[Place]]:
        """The minima to which a stationary point falls off, on either side of each axis along which
        it does; where a way ends at another saddle, as between alike directions, those of that.

        Raises :class:`Undecided`.
        """
        _, axes = np.linalg.eigh(top.hessian)
        others = [s for s in points if _distance(s, top.at) > 2 * NEAR]

        def falls(_: float, at: Array) -> Array:
            return np.asarray(-self.slopes(at[:, None])[:, 0])

        def off(at: Array) -> float:
            return min(_distance(s, at) for s in others)

        ends = []
        eye = np.eye(top.falls)
        askew = [eye + side * _ASKEW * (1 - eye) for side in (1, -1)[: top.falls]]
        for nudge in NEAR * self._width * np.vstack(askew) @ axes[:, : top.falls].T:
            for start in (top.at + nudge, top.at - nudge):
                last = way_down(falls, start, off)[-1]
                end = min(others, key=lambda s: _distance(s, last))
                below = self.ends(end, points) if end.falls else [[end]]
                ends.append(list(chain(*below)))
        return ends


def apart(places: Sequence[Place]) -> list[Place]:
    """Those that differ, the lowest first; of a sphere of them one."""
    known: list[Place] = []
    for place in places:
        if not any(_same(place, other) for other in known):
            known.append(place)
    return sorted(known, key=lambda s: s.action)


def _same(place: Place, other: Place) -> bool:
    return _distance(place, other.at) < _SAME


def _distance(place: Place, at: Array) -> float:
    """The largest of all weights; from a sphere that of the norm of the overlaps."""
    if not place.flat:
        return float(np.abs(place.at - at).max())
    held = place.directions
    size = np.linalg.norm(place.q) - np.linalg.norm(at[:held])
    return float(max(abs(size), np.abs(place.at[held:] - at[held:]).max()))
