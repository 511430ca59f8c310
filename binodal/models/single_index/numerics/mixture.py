"""Places in a neuron's weights drawn with a known density: from its prior and about given ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import lgamma, log, pi
from typing import Any, Protocol

import numpy as np
from scipy.special import logsumexp, ndtri
from scipy.stats import chi, norm

from binodal.models.single_index.numerics.law import NeuronLaw
from binodal.models.single_index.numerics.weights import Place
from binodal.models.single_index.numerics.window import Array


class Density(Protocol):
    """In (q_1 ... q_J, r_perp, its bias)."""

    def places(self, uniform: Array) -> Array:
        """(weights, count) of uniform numbers (weights + 1, count)."""

    def log_density(self, places: Array) -> Array:
        """At places (weights, count)."""


@dataclass(frozen=True)
class Prior:
    """Of a neuron's law without a residual; overlaps are ``wider``."""

    of: NeuronLaw
    wider: float = 1.0

    @cached_property
    def _each(self) -> list[Any]:
        at, count = self.of.at, self.of.setting.directions
        width = (at["sigma_w2"] / at["d"]) ** 0.5
        biases = [norm(scale=self.of.bias_variance**0.5)] if self.of.bias_variance else []
        across = chi(at["d"] - count, scale=width)
        return [*[norm(scale=self.wider * width)] * count, across, *biases]

    def places(self, uniform: Array) -> Array:
        """Each weight by itself."""
        return np.stack([one.ppf(u) for one, u in zip(self._each, uniform, strict=False)])

    def log_density(self, places: Array) -> Array:
        """A sum over the weights."""
        each = [one.logpdf(x) for one, x in zip(self._each, places, strict=True)]
        return np.asarray(np.sum(each, axis=0))


@dataclass(frozen=True)
class About:
    """The normal law by |Hessian| at a stationary point, ``wider``; all turns of it where S has one
    value on a sphere, with the size of the overlaps for a coordinate."""

    place: Place
    wider: float = 1.0

    @cached_property
    def axes(self) -> tuple[Array, Array]:
        """Second slopes along the principal axes, the least first, and these as columns."""
        hessian = self.place.hessian
        if self.place.flat:
            rest = np.eye(len(hessian))[self.place.directions :]
            along = np.r_[self.place.q / np.linalg.norm(self.place.q), 0 * rest[:, 0]]
            basis = np.vstack([along, rest])
            hessian = basis @ hessian @ basis.T
        bends, axes = np.linalg.eigh(hessian)
        return bends, axes

    def away(self, places: Array) -> Array:
        """Along each axis (axes, count)."""
        ends = (reduced(x, self._sphere) for x in (places, self.place.at[:, None]))
        return np.asarray(self.axes[1].T @ np.subtract(*ends))

    @property
    def _sphere(self) -> int:
        return self.place.directions if self.place.flat else 0

    @property
    def _widths(self) -> Array:
        return np.asarray(self.wider / np.sqrt(np.abs(self.axes[0])))

    def places(self, uniform: Array) -> Array:
        """Independent along each axis, and a direction."""
        z, size = ndtri(uniform), len(self._widths)
        own = self.axes[1] @ (z[:size] * self._widths[:, None])
        own += reduced(self.place.at[:, None], self._sphere)
        if not self._sphere:
            return np.asarray(own)
        turn = z[size : size + self._sphere]
        return np.vstack([own[0] * turn / np.linalg.norm(turn, axis=0), own[1:]])

    def log_density(self, places: Array) -> Array:
        """Over the area of the sphere where there is one."""
        own = self._normal(self.away(places))
        if not self._sphere:
            return own
        size = np.linalg.norm(places[: self._sphere], axis=0)
        behind = self.away(places) - 2 * np.outer(self.axes[1][0], size)
        half = self._sphere / 2
        area = log(2) + half * log(pi) - lgamma(half) + (self._sphere - 1) * np.log(size)
        return np.asarray(np.logaddexp(own, self._normal(behind)) - area)

    def _normal(self, away: Array) -> Array:
        own = norm.logpdf(away, scale=self._widths[:, None])
        return np.asarray(own.sum(0))


def reduced(places: Array, sphere: int) -> Array:
    """With the size of the overlaps for these where they are on a sphere."""
    if not sphere:
        return places
    return np.vstack([np.linalg.norm(places[:sphere], axis=0), places[sphere:]])


@dataclass(frozen=True)
class Mixture:
    """Of densities in equal shares."""

    parts: Sequence[Density]

    def places(self, uniform: Array) -> Array:
        """(weights, count) of uniform numbers (weights + 2, count), the first says which part."""
        which = np.minimum((uniform[0] * len(self.parts)).astype(int), len(self.parts) - 1)
        places = np.empty((len(uniform) - 2, uniform.shape[1]))
        for k, part in enumerate(self.parts):
            places[:, which == k] = part.places(uniform[1:, which == k])
        return places

    def log_density(self, places: Array) -> Array:
        """At places (weights, count)."""
        each = [part.log_density(places) for part in self.parts]
        return np.asarray(logsumexp(each, axis=0) - log(len(each)))
