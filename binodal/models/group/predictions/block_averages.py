"""Averages over the law of one block: products of its coordinates, and what sources do to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import factorial

import numpy as np
from scipy import special

from binodal.models.group.predictions.block_law import BlockLaw
from binodal.models.group.predictions.coordinates import NUMBER, QUATERNION, TURNS, Array, Whole

Key = tuple[float, ...]
"""What is left of a product of coordinates: the harmonic of the relative phase with four powers,
or a factor with the powers of the squares."""

_POWERS, _HARMONICS = 9, 6
Source = tuple[Array | float, ...]
"""g as coefficients of 1, cos and cos^2 of the relative phase, over both grids."""


def phases(kind: str, exponents: Whole) -> Whole:
    """What must vanish for a product to have a mean; exponents (..., 2 n), of W then of V.

    Turns of a 2 x 2 matrix from the left, between W and V, and from the right leave one phase, that
    of alpha conj(beta) alpha' beta': its power is taken away.
    """
    half = exponents.shape[-1] // 2
    both = exponents[..., :half], exponents[..., half:]
    if kind == NUMBER:
        return np.concatenate([part % 2 for part in both], -1)
    left, right = (part[..., 0::2] - part[..., 1::2] for part in both)
    if kind == TURNS:
        power = right[..., :1]
        left, right = left - power * np.array([1, -1]), right - power
    return np.concatenate([left, right], -1)


def key(kind: str, exponents: Sequence[int]) -> Key:
    """Of a product whose phases vanish.

    >>> key("turns", (1, 0, 0, 1, 1, 0, 1, 0))
    (1, 1, 1, 1, 1)
    """
    half = len(exponents) // 2
    w, v = ([int(power) for power in part] for part in (exponents[:half], exponents[half:]))
    if kind == NUMBER:
        return 1.0, w[0] // 2, v[0] // 2
    if kind == TURNS:
        return abs(v[0] - v[1]), w[0] + w[1], w[2] + w[3], v[0] + v[1], v[2] + v[3]
    if kind == QUATERNION:
        return _on_sphere(w[0], w[2]) * _on_sphere(v[0], v[2]), w[0] + w[2], v[0] + v[2]
    return 1.0, w[0], v[0]


def _on_sphere(one: int, other: int) -> float:
    """<|z|^(2 one) |z'|^(2 other)> on |z|^2 + |z'|^2 = 1."""
    return factorial(one) * factorial(other) / factorial(one + other + 1)


@dataclass(frozen=True, eq=False)
class BlockAverages:
    """The law of a block at a coupling ``u``, by quadrature over squares of singular values."""

    law: BlockLaw
    kind: str
    u: float
    _grid: tuple[Array, Array] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_grid", self.law._points(self.u))

    @cached_property
    def _harmonics(self) -> tuple[Array | float, ...]:
        """<cos n chi> at each pair of points."""
        if self.law.rows == 1:
            return (1.0,) + (0.0,) * (_HARMONICS - 1)
        z = self._strength * np.outer(self._gap, self._gap)
        zero = special.i0e(z)
        return (1.0, *(special.ive(n, z) / zero for n in range(1, _HARMONICS)))

    @property
    def _strength(self) -> float:
        return self.law.strength * self.u / self.law.rows

    @cached_property
    def _trace(self) -> Array:
        return np.asarray(self._grid[0].sum(1))

    @cached_property
    def _gap(self) -> Array:
        x = self._grid[0]
        return x[:, 0] - x[:, 1] if self.law.rows == 2 else np.zeros(len(x))

    @cached_property
    def _chances(self) -> Array:
        x, log_weights = self._grid
        single = log_weights - self.law.strength * self.law._energy(x)
        joint = single[:, None] + single + self._strength * np.outer(self._trace, self._trace)
        if self.law.rows == 2:
            z = self._strength * np.outer(self._gap, self._gap)
            joint += np.log(special.i0e(z)) + z
        p = np.exp(joint - joint.max())
        return np.asarray(p / p.sum())

    @cached_property
    def sources(self) -> dict[str, Source]:
        """What is averaged over neurons, as in :meth:`BlockLaw.moments`; ``fourth`` over ``below``
        is the rank, in rows."""
        x, twice, trace = self._grid[0], self.law.twice, self._trace
        mean, turned = (np.outer(t, t) / self.law.rows for t in (trace, self._gap))
        sources: dict[str, Source] = {
            "x2": (twice * mean, twice * turned),
            "x": (twice * (trace[:, None] + trace) / 2,),
        }
        if self.law.rows == 2:
            volume = np.outer(x.prod(1), x.prod(1))
            sources |= {
                "swapped": (twice * mean,),
                "largest": ((x[:, :1] + x[:, 0]) / 2,),
                "smallest": ((x[:, 1:] + x[:, 1]) / 2,),
                "fourth": (mean**2, 2 * mean * turned, turned**2),
                "below": (mean**2 - 2 * volume, 2 * mean * turned, turned**2),
            }
        return sources

    def _times(self, source: Source, harmonic: int) -> Array | float:
        """<g cos n chi> at each pair of points."""
        harmonics = self._harmonics
        cosines = [
            harmonics[harmonic],
            (harmonics[harmonic + 1] + harmonics[abs(harmonic - 1)]) / 2,
        ]
        if len(source) > 2:
            cosines.append(
                (harmonics[harmonic + 2] + 2 * harmonics[harmonic] + harmonics[abs(harmonic - 2)])
                / 4
            )
        return sum((c * cos for c, cos in zip(source, cosines, strict=False)), start=0.0)

    def drawn(self, count: int, rng: np.random.Generator) -> tuple[Array, Array, Array]:
        """Squares of singular values of W and of V (count, most), and the cosine between them."""
        x, ends = self._grid[0], np.cumsum(self._chances.ravel())
        places = np.searchsorted(ends / ends[-1], (np.arange(count) + rng.random()) / count)
        first, second = np.divmod(rng.permutation(np.minimum(places, len(ends) - 1)), len(x))
        strength = self._strength * self._gap[first] * self._gap[second]
        return x[first], x[second], np.cos(rng.vonmises(0.0, strength))

    def mean(self, name: str) -> float:
        """<g>."""
        return float((self._chances * self._times(self.sources[name], 0)).sum())

    def covariance(self, one: str, other: str) -> float:
        """cov(g, g') over neurons; at most one of them has a square of the cosine twice."""
        harmonics = self._harmonics
        cosines = (
            harmonics[0],
            harmonics[1],
            (1 + harmonics[2]) / 2,
            (3 * harmonics[1] + harmonics[3]) / 4,
            (3 + 4 * harmonics[2] + harmonics[4]) / 8,
        )
        total = sum(
            (
                c * d * cosines[i + j]
                for i, c in enumerate(self.sources[one])
                for j, d in enumerate(self.sources[other])
            ),
            start=0.0,
        )
        return float((self._chances * total).sum()) - self.mean(one) * self.mean(other)

    def table(self, keys: Sequence[Key], source: str | None = None) -> Array:
        """Means of products of coordinates, or their derivatives by the strength of a source."""
        if self.kind == TURNS:
            return self._of_turns(keys, source)
        powers = np.vander(self._grid[0][:, 0], _POWERS, increasing=True)
        means = powers.T @ self._weights(0, source) @ powers
        return np.array([factor * means[int(i), int(j)] for factor, i, j in keys])

    def _of_turns(self, keys: Sequence[Key], source: str | None) -> Array:
        root = np.sqrt(self._grid[0])
        moduli = ((root[:, 0] + sign * root[:, 1]) / 2 for sign in (1, -1))
        one, other = (np.vander(m, _POWERS, increasing=True) for m in moduli)
        places: dict[tuple[float, ...], int] = {}
        for _, a, b, c, d in keys:
            for pair in ((a, b), (c, d)):
                places.setdefault(pair, len(places))
        columns = [
            (one[:, int(i)] * other[:, int(j)] + one[:, int(j)] * other[:, int(i)]) / 2
            for i, j in places
        ]
        products = np.stack(columns, 1)
        means = {
            n: products.T @ self._weights(int(n), source) @ products for n in {k[0] for k in keys}
        }
        return np.array([means[n][places[a, b], places[c, d]] for n, a, b, c, d in keys])

    def _weights(self, harmonic: int, source: str | None) -> Array:
        plain = self._chances * self._harmonics[harmonic]
        if source is None:
            return np.asarray(plain)
        tilted = self._chances * self._times(self.sources[source], harmonic)
        return np.asarray(tilted - self.mean(source) * plain)
