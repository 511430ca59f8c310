"""The law of a block of any number of rows near one rank, for given points of a unit cube.

Near rank c the c largest squares of W and of V are matrices A_1 and B_1 near the ring, the others
are A_0 and B_0, and the graph K turns one against the other. Each is drawn from a law like its own
at one loop, and what differs is a weight: no weight is approximated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from scipy import special

from binodal.models.group.numerics.cube import Cube, Drawn
from binodal.models.group.numerics.field_matrices import (
    Array,
    adjoint,
    embedded,
    hermitian,
    spectral,
    traced,
    triangular,
)
from binodal.numerics.codegen.forms import Forms, exact

_FORMS = Forms("binodal.models.group.forms.law")
_powers = _FORMS.data("powers", exact)
_shapes = _FORMS.data("shapes", lambda row: np.array([float(Fraction(s)) for s in row]))
_share = _FORMS.floats("rank_share")
_energy = _FORMS.floats("energy")
_moments = _FORMS.data("zero_moments_of", lambda row: [Fraction(s) for s in row])
_single = _FORMS.data("single_number", exact)
_LEAST_SOFT, _WIDER, _WIDEST = 0.8, 5.0, 2.0
_SHOULDER = 0.6
_SLOWER, _SLOWEST = 3.0, 0.8
_FIXED_POINT_STEPS = 30
Rows = tuple[Array, Array]
"""Two blocks beside each other."""


@dataclass(frozen=True)
class SectorLaw:
    """A block of ``rows`` singular values near ``rank`` of them, at a coupling u.

    ``strength`` is F; numbers of a kind have 1, 2 or 4 ``components``, and a singular value of
    quaternions appears ``twice`` in complex matrices.
    """

    kind: str
    decay: str
    rows: int
    rank: int
    strength: float
    u: float
    gamma: float
    components: int
    twice: int

    @property
    def rest(self) -> int:
        """Rows that are near zero."""
        return self.rows - self.rank

    @property
    def dimensions(self) -> int:
        """Of the unit cube."""
        beta, rank, rest = self.components, self.rank, self.rest
        hermitian_ones = sum(n + beta * n * (n - 1) // 2 for n in (rank, rest))
        return 2 * hermitian_ones + beta * rank * rest

    @cached_property
    def _of_one(self) -> float:
        """gamma of one singular value alone."""
        return self.gamma * float(_single(self.kind, self.decay)["gamma"])

    @cached_property
    def cut(self) -> float:
        """The square at the barrier, of each (``schatten``) or of all; infinite without it."""
        return turning_points(self.u, self._of_one)[0]

    @cached_property
    def split(self) -> float:
        """The square that divides ranks here: the barrier, or short of birth the shoulder that the
        action has in its place; infinite where that is far away."""
        if np.isfinite(self.cut) or self.u < _SHOULDER * np.sqrt(self._of_one):
            return self.cut
        return turning_points(self.u, self._of_one)[1]

    def between(self) -> float:
        """Logarithm of the weight of a singular value at the barrier over that of the deepest
        minimum, times their number; minus infinity without a barrier."""
        if not np.isfinite(self.split):
            return -np.inf
        ring = turning_points(self.u, self._of_one)[1]
        barrier, ring = self._height(self.split), self._height(ring)
        return float(np.log(self.rows)) - self.strength * (barrier - min(0.0, ring))

    def _height(self, x: float) -> float:
        """The action over F of one singular value of both matrices."""
        alone = _energy(self.kind, self.decay)(x, x**3, self.gamma)[0]
        return float(2 * alone - self.u * x**2)

    def drawn_moments(self) -> tuple[float, float] | None:
        """Means of |W V|^2 and of its square, over own numbers, in the law that points around zero
        are drawn from: that of Gaussian matrices. Elsewhere none is known."""
        if self.rank:
            return None
        component = 1 / (2 * self._rate())
        first, second = _moments(self.kind, self.rows)
        return float(first) * component**2, float(second) * component**4

    @cached_property
    def _powers(self) -> Mapping[str, float]:
        return {name: float(p) for name, p in _powers(self.kind, self.rows).items()}

    def weighed(self, points: Array) -> tuple[Array, Array]:
        """Logarithms of weights at points (samples, dimensions), and |W V|^2 over own numbers."""
        cube = Cube(points)
        ring, zero = self._ring(cube), self._zero(cube)
        log = -ring.log - zero.log + float(_share(self.kind, self.rows, self.rank)()[0])
        inside = np.ones(len(points), dtype=bool)
        one_w, one_v, none_w, none_v = map(
            self._values, (ring.of_w, ring.of_v, zero.of_w, zero.of_v)
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            log += self._powers["alone"] * (np.log(one_w).sum(1) + np.log(one_v).sum(1))
            for upper, lower in ((one_w, none_w), (one_v, none_v)):
                gaps = upper[:, :, None] - lower[:, None, :]
                inside &= (gaps > 0).all(axis=(1, 2)) & (upper > 0).all(axis=1)
                log += self._powers["gaps"] * np.log(gaps).sum(axis=(1, 2))
        log -= self.strength * (self._energy(one_w, none_w) + self._energy(one_v, none_v))
        inside &= self._has_rank(one_w, none_w)
        overlap, turned = self._overlap(cube, ring, zero, inside)
        log += turned + self.strength * self.u * overlap
        return np.where(inside & np.isfinite(log), log, -np.inf), overlap

    def _values(self, matrices: Array) -> Array:
        return np.linalg.eigvalsh(matrices)[:, :: self.twice]

    def _energy(self, upper: Array, lower: Array) -> Array:
        first, cubes = (sum((v**k).sum(1) for v in (upper, lower)) for k in (1, 3))
        return np.asarray(_energy(self.kind, self.decay)(first, cubes, self.gamma)[0])

    def _has_rank(self, upper: Array, lower: Array) -> Array:
        if self.decay == "frobenius":
            beyond = upper.sum(1) + lower.sum(1) > self.split
            return np.asarray(beyond if self.rank else ~beyond)
        return np.asarray((upper > self.split).all(axis=1) & (lower < self.split).all(axis=1))

    @cached_property
    def _peak(self) -> tuple[float, float, float]:
        """The ring's square with the powers of it that the measure has, and the variances of
        sum and difference of W's and V's over sqrt 2.

        The sum is soft: it is drawn from a wider law, by what its third derivative says.
        """
        beta, gamma, strength = self.components, self._of_one, self.strength
        pull = (self._powers["alone"] + beta * self.rest / 2) / strength
        place = turning_points(self.u, gamma)[1]
        for _ in range(_FIXED_POINT_STEPS):
            place = turning_points(self.u, gamma * max(0.0, 1 - 2 * pull / place), gamma)[1]
        least = float(np.cbrt(gamma**2 / (_LEAST_SOFT * strength)))
        soft = max(gamma * place + pull / place**2 - self.u, least)
        wider = 1 + _WIDER * (1 + self.rank) * gamma**2 / (4 * strength * soft**3)
        stiff = gamma * place + self.u
        return place, min(wider, _WIDEST) / (strength * soft), 1 / (strength * stiff)

    def _ring(self, cube: Cube) -> Drawn:
        """A_1 and B_1, normal around the ring."""
        rank, beta = self.rank, self.components
        samples, pairs = len(cube.points), rank * (rank - 1) // 2
        if not rank:
            nothing = np.zeros((samples, 0, 0))
            return Drawn(nothing, nothing, np.zeros(samples))
        place, *variances = self._peak
        log, parts = np.zeros(samples), []
        for variance in variances:
            on, off = cube.normal(rank), cube.normal(pairs, beta)
            log -= ((on**2).sum(1) + (off**2).sum(axis=(1, 2))) / 2
            log -= rank / 2 * np.log(2 * np.pi * variance)
            log -= pairs * beta / 2 * np.log(np.pi * variance)
            parts.append(hermitian(on * np.sqrt(variance), off * np.sqrt(variance / 2)))
        total, difference = (part / np.sqrt(2) for part in parts)
        centre = place * np.eye(rank * self.twice)
        return Drawn(centre + total + difference, centre + total - difference, log)

    def _rate(self) -> float:
        """Of the exponential law of squares near zero."""
        free = self.strength / 2
        if self.rank:
            slope = self._of_one * self._peak[0] ** 2 if self.decay == "frobenius" else 0.0
            return free * (1 + slope)
        # V's mean beta n/(2 rate) pulls at W: a quadratic equation for the rate.
        under = free**2 / 4 - self.strength * self.u * self.components * self.rest / 2
        rate = free / 2 + float(np.sqrt(max(0.0, under)))
        # Large values, where the pull is more than its mean, are drawn more often than that says.
        return rate * max(_SLOWEST, 1 - _SLOWER * (1 - rate / free))

    def _zero(self, cube: Cube) -> Drawn:
        """A_0 and B_0 from triangular matrices; the power of the determinant is in the density."""
        rest, beta, rate = self.rest, self.components, self._rate()
        samples, pairs = len(cube.points), rest * (rest - 1) // 2
        log, parts = np.zeros(samples), []
        if not rest:
            nothing = np.zeros((samples, 0, 0))
            return Drawn(nothing, nothing, log)
        shapes = _shapes(self.kind, rest)
        normed = shapes.sum() * np.log(rate) - special.gammaln(shapes).sum()
        normed += pairs * beta / 2 * np.log(rate / np.pi)
        for _ in range(2):
            squares = cube.gamma(shapes) / rate
            lower = triangular(np.sqrt(squares), cube.normal(pairs, beta) / np.sqrt(2 * rate))
            parts.append(lower @ adjoint(lower))
            log += normed - rate * traced(lower, adjoint(lower)) / self.twice
        of_w, of_v = parts
        return Drawn(of_w, of_v, log)

    def _overlap(self, cube: Cube, ring: Drawn, zero: Drawn, inside: Array) -> tuple[Array, Array]:
        """tr (A R B R^+) over own numbers, and the logarithm of K's measure over its density."""
        twice = self.twice
        if not (self.rank and self.rest):
            own = ring if self.rank else zero
            return traced(own.of_w, own.of_v) / twice, np.zeros(len(inside))
        upper, lower, log = self._frame(cube, ring, inside)
        overlap = np.zeros(len(inside))
        for matrix, row in ((ring.of_w, upper), (zero.of_w, lower)):
            for part, other in zip(row, (ring.of_v, zero.of_v), strict=True):
                overlap += traced(matrix, part @ other @ adjoint(part))
        return overlap / twice, log

    def _frame(self, cube: Cube, ring: Drawn, inside: Array) -> tuple[Rows, Rows, Array]:
        """The rows of the unitary matrix of the graph K, and the logarithm of its weight."""
        graph, log = self._graph(cube, (ring.of_w + ring.of_v) / 2, inside)
        narrow = spectral(_shrunk, adjoint(graph) @ graph)
        wide = spectral(_shrunk, graph @ adjoint(graph))
        return (narrow, -adjoint(graph) @ wide), (graph @ narrow, wide), log

    def _graph(self, cube: Cube, mean: Array, inside: Array) -> tuple[Array, Array]:
        """K with the Gaussian law that it has where A_0 and B_0 vanish and A_1 equals B_1."""
        beta, twice, many = self.components, self.twice, self.rank * self.rest
        drawn = embedded(cube.normal(self.rest, self.rank, beta))
        safe = np.where(inside[:, None, None], mean, np.eye(mean.shape[-1]))
        pull = 2 * self.strength * self.u
        graph = drawn @ np.linalg.inv(safe) / np.sqrt(pull)
        volume = np.linalg.slogdet(safe)[1] / twice
        log = -traced(drawn, adjoint(drawn)) / twice / 2 + beta * self.rest * volume
        log += beta * many / 2 * np.log(pull / (2 * np.pi))
        turned = np.linalg.slogdet(np.eye(mean.shape[-1]) + adjoint(graph) @ graph)[1] / twice
        return graph, self._powers["graph"] * turned - log


def _shrunk(values: Array) -> Array:
    return np.asarray(1 / np.sqrt(1 + values))


def turning_points(u: float, gamma: float, over: float | None = None) -> tuple[float, float]:
    """Squares at the barrier and at the ring; infinite and at the birth's place where none is.

    ``over`` in place of gamma divides.

    >>> turning_points(1.25, 1.0)
    (0.5, 2.0)
    """
    under, scale = u * u - gamma, gamma if over is None else over
    if under < 0:
        return float("inf"), u / scale
    return (u - float(np.sqrt(under))) / scale, (u + float(np.sqrt(under))) / scale
