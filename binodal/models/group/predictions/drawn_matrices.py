"""Blocks of any number of rows drawn from their law: rank by rank, by many chains at once.

A law has the shares of its ranks from a quadrature; within one rank it has one hill, on which
Hamiltonian chains, one for each draw, come to rest soon. Means of |W V|^2 by rank judge them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from binodal.models.group.numerics.field_matrices import adjoint, embedded, traced
from binodal.models.group.numerics.sector_law import turning_points
from binodal.models.group.predictions.coordinates import Array, Complex
from binodal.models.group.predictions.drawn_block import Squares
from binodal.numerics.errors import Undecided

Flags = NDArray[np.bool_]

_MOVES, _STEPS = 60, 12
"""Moves of a chain, of which the first half fits the step, and steps of a move at most."""
_FITTED, _GROWTH = 0.8, 1.1
_LOST = 1e6


@dataclass(frozen=True)
class MatrixLaw:
    """exp(-F (energy(W) + energy(V) - u |W V|^2)) of ``rows`` values, norms over own numbers.

    ``strength`` is F; ``cut`` divides ranks: squares of single values of W under ``schatten``,
    their sum under ``frobenius``.
    """

    decay: str
    rows: int
    beta: int
    twice: int
    strength: float
    gamma: float
    u: float
    cut: float

    def drawn(self, rank: int, count: int, rng: np.random.Generator) -> Squares:
        """Blocks with equal chances near a rank.

        Raises Undecided where chains hardly move.
        """
        pair = self._start(rank, count, rng)
        step, often = 1 / self._stiffness, 0.0
        energy = self._energy(pair)
        for move in range(_MOVES):
            moved, gained = self._moved(pair, step * rng.uniform(0.8, 1.2), rng)
            sound = gained < _LOST
            moved = np.where(sound[:, None, None], moved, pair)
            sound = sound & self._inside(moved, rank)
            later = self._energy(moved)
            chance = np.exp(np.minimum(0.0, energy - later - np.where(sound, gained, np.inf)))
            accepted = rng.random(count) < chance
            pair = np.where(accepted[:, None, None], moved, pair)
            energy = np.where(accepted, later, energy)
            if move < _MOVES // 2:
                step *= _GROWTH if accepted.mean() > _FITTED else 1 / _GROWTH
            else:
                often += float(accepted.mean()) / (_MOVES - _MOVES // 2)
        if not often > _FITTED / 2:
            raise Undecided(f"u = {self.u:.5g}: chains near rank {rank} hardly move")
        return Squares(*self._squares(pair), self.twice, self.beta)

    @cached_property
    def _turning(self) -> tuple[float, float]:
        """Squares at the barrier and at the ring, of the only value under ``frobenius``."""
        often = 1 if self.decay == "schatten" else self.twice
        return turning_points(self.u, self.gamma * often**2)

    @property
    def barrier(self) -> float:
        """The square there; infinite without one."""
        return self._turning[0]

    @cached_property
    def _stiffness(self) -> float:
        """The root of the largest second derivative, about."""
        return float(np.sqrt(self.strength * (1 + 5 * self.gamma * self._turning[1] ** 2)))

    def _start(self, rank: int, count: int, rng: np.random.Generator) -> Complex:
        """W and V (2, count, ...) around the minimum, so near that they have the rank."""
        values = np.zeros(self.rows)
        values[: rank if self.decay == "schatten" else min(rank, 1)] = np.sqrt(self._turning[1])
        centre = np.diag(np.repeat(values, self.twice))
        apart = np.stack([self._normal(count, rng) for _ in range(2)]) / np.sqrt(self.strength)
        while not (inside := self._inside(centre + apart, rank)).all():
            apart = np.where(inside[:, None, None], apart, apart / 2)
        return np.asarray(centre + apart)

    def _normal(self, count: int, rng: np.random.Generator) -> Complex:
        return embedded(rng.standard_normal((count, self.rows, self.rows, self.beta)))

    def _squares(self, pair: Complex) -> tuple[Complex, Complex]:
        w, v = pair
        return adjoint(w) @ w, v @ adjoint(v)

    def _energy(self, pair: Complex) -> Array:
        """F times the action."""
        squares = self._squares(pair)
        total = -self.u * traced(*squares) / self.twice
        for own in squares:
            trace = np.einsum("mii->m", own).real / self.twice
            alone = self.twice**2 * trace**3
            sixth = alone if self.decay == "frobenius" else traced(own @ own, own) / self.twice
            total = total + trace / 2 + self.gamma / 6 * sixth
        return np.asarray(self.strength * total)

    def _slopes(self, pair: Complex) -> Complex:
        """Of the energy by W and V."""
        of_w, of_v = self._squares(pair)
        w, v = pair
        by_w, by_v = self._stiff(of_w) - 2 * self.u * of_v, self._stiff(of_v) - 2 * self.u * of_w
        return np.asarray(self.strength * np.stack([w @ by_w, by_v @ v]))

    def _stiff(self, own: Complex) -> Complex:
        """1 + gamma W^+W W^+W, or what ``frobenius`` has in its place."""
        one = np.eye(own.shape[-1])
        if self.decay == "schatten":
            return np.asarray(one + self.gamma * own @ own)
        trace = np.einsum("mii->m", own).real[:, None, None]
        return np.asarray(one * (1 + self.gamma * trace**2))

    def _inside(self, pair: Complex, rank: int) -> Flags:
        """Whether W has the rank."""
        values = np.linalg.eigvalsh(self._squares(pair)[0])[:, :: self.twice]
        if self.decay == "frobenius":
            return np.asarray((values.sum(1) > self.cut) == bool(rank))
        return np.asarray((values > self.cut).sum(1) == rank)

    def _moved(self, pair: Complex, step: float, rng: np.random.Generator) -> tuple[Complex, Array]:
        """After a path of random length, and what the kinetic energy has gained."""
        momentum = np.stack([self._normal(pair.shape[1], rng) for _ in range(2)])
        first = self._kinetic(momentum)
        momentum = momentum - step / 2 * self._slopes(pair)
        with np.errstate(over="ignore", invalid="ignore"):  # some paths diverge
            for left in reversed(range(rng.integers(_STEPS // 2, _STEPS + 1))):
                pair = pair + step * momentum
                momentum = momentum - (step if left else step / 2) * self._slopes(pair)
            return pair, self._kinetic(momentum) - first

    def _kinetic(self, momentum: Complex) -> Array:
        return np.asarray((np.abs(momentum) ** 2).sum((0, 2, 3)) / (2 * self.twice))


def joined(parts: list[Squares], rng: np.random.Generator) -> Squares:
    """Of several ranks, in random order."""
    order = rng.permutation(sum(len(part.of_w) for part in parts))
    of_w, of_v = (
        np.concatenate([getattr(part, name) for part in parts])[order] for name in ("of_w", "of_v")
    )
    return Squares(of_w, of_v, parts[0].twice, parts[0].beta)


def shared(shares: Array, count: int) -> Iterator[tuple[int, int]]:
    """(rank, draws) in proportion to the ranks' shares, ``count`` in all."""
    ends = np.round(np.cumsum(shares) / np.sum(shares) * count).astype(int)
    for rank, many in enumerate(np.diff(ends, prepend=0)):
        if many:
            yield rank, int(many)
