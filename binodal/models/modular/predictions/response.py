r"""The closure that is self-consistent in the response of the other neurons, on all pairs.

A neuron adds f = a (x) S to the P^3 outputs, S the squares (w_n + v_m)^2; the residual that the
others leave is Gaussian (:func:`binodal.derive.response.response`):

    p(f) ~ p_0(f) exp(r.f - f.V f/2),   m, C its mean and covariance,
    V = (sigma^2 + (N-1) T)^{-1},  T = (C^{-1} - V)^{-1},  r = (y - N m)/sigma^2 + V m.

With readouts integrated a neuron has the weight det(1 + s B)^{-1/2} exp(s b.(1 + s B)^{-1} b/2),
s = sigma_a^2/N, B_pp' = S.V_pp' S, b_p = S.r_p. Relabelling n -> n + t, m -> m + t', p -> p+t+t'
conserves (r + k, r + k') of a label's mode r and a character (k, k'): V is P^2 blocks of P rows. At
prime P r is a multiple of y. Neurons are moved under the law and weighed as V changes, r being
solved for at each V.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.optimize import brentq

from binodal.models.modular.predictions.mode_law import Array, solve_modes
from binodal.models.modular.predictions.neuron_moves import moved, picked
from binodal.models.modular.predictions.subset_rule import Addition

_DAMPING, _MOVES = 0.4, 2
"""The share of V that a round replaces, and its trajectories."""
_ROUNDS = 32
"""Half of them settle."""
_FURTHEST = 0.1
"""The largest relative change of r in a round."""

Blocks = NDArray[np.complexfloating[Any, Any]]


class Readouts(NamedTuple):
    """Of neurons log det(1 + s B)/2 and s b.(1 + s B)^{-1} b/2 (n,), the mean of their readouts'
    label modes (n, P) and the covariance (n, P, P)."""

    volume: Array
    pulled: Array
    mean: Blocks
    covariance: Blocks

    @property
    def second(self) -> Blocks:
        """Second moments (n, P, P)."""
        return self.covariance + self.mean[:, :, None] * self.mean[:, None, :].conj()


@dataclass(frozen=True)
class Law:
    """The law of a neuron at V ``blocks`` (P^2, P, P) and r = ``pull`` y."""

    rule: Addition
    at: Mapping[str, float]
    blocks: Blocks
    pull: float

    @property
    def order(self) -> int:
        return self.rule.order

    @property
    def spread(self) -> float:
        """s."""
        return self.at["sigma_a2"] / self.at["N"]

    @cached_property
    def places(self) -> NDArray[np.intp]:
        """(P^2, P): the block of a character and a label's mode."""
        first, second = np.divmod(np.arange(self.order**2), self.order)
        label = np.arange(self.order)
        sums = ((of[:, None] + label) % self.order for of in (first, second))
        return np.ravel_multi_index(tuple(sums), (self.order, self.order))

    @cached_property
    def _bands(self) -> list[tuple[NDArray[np.intp], NDArray[np.intp], Blocks]]:
        """For label modes that differ by q = 0 .. P/2: r - q, (k + q, k' + q), and V (P^2, P)."""
        label, every = np.arange(self.order), np.arange(self.order**2)
        bands = []
        for q in range(self.order // 2 + 1):
            below = (label - q) % self.order
            entries = self.blocks[self.places, label, below].astype(np.complex64)
            bands.append((below, self.places[every, q], entries))
        return bands

    def waves(self, halves: Array) -> Blocks:
        """Unitary Fourier modes of S (n, P^2)."""
        squares = np.square(halves[0][:, :, None] + halves[1][:, None, :])
        return np.asarray(fft.fft2(squares, norm="ortho")).reshape(len(squares), -1)

    def wanted(self, waves: Blocks) -> Blocks:
        """(n, P): sum over pairs of S y_p, by label modes."""
        label = np.arange(self.order)
        found = self.order**0.5 * waves.reshape(-1, self.order, self.order)[:, label, label]
        found[:, 0] = 0
        return np.asarray(found)

    def readouts(self, waves: Blocks) -> Readouts:
        """What is integrated of each neuron."""
        label = np.arange(self.order)
        inverse = np.zeros((len(waves), self.order, self.order), waves.dtype)
        for below, shifted, entries in self._bands:
            band = (waves.conj() * waves[:, shifted]) @ entries
            inverse[:, label, below] = band
            inverse[:, below, label] = band.conj()
        inverse = np.eye(self.order, dtype=waves.dtype) + np.float32(self.spread) * inverse
        covariance = np.float32(self.spread) * np.linalg.inv(inverse)
        force = np.float32(self.pull) * self.wanted(waves)
        mean = (covariance @ force[:, :, None])[:, :, 0]
        volume = np.linalg.slogdet(inverse)[1] / 2
        return Readouts(volume, (force.conj() * mean).sum(1).real / 2, mean, covariance)

    def energy(self, halves: Array) -> tuple[Array, Array]:
        """-log of the law (n,) of halves (2, n, P), and its gradient."""
        halves = np.asarray(halves, np.float32)
        waves = self.waves(halves)
        found = self.readouts(waves)
        second, slope = found.second, np.zeros_like(waves)
        for q, (below, shifted, entries) in enumerate(self._bands):
            band = second[:, below, np.arange(self.order)] @ entries.T
            slope += band * waves[:, shifted]
            if q:
                slope[:, shifted] += band.conj() * waves
        square = slope.reshape(-1, self.order, self.order)
        label = np.arange(1, self.order)
        square[:, label, label] -= np.float32(self.pull * self.order**0.5) * found.mean[:, 1:]
        pushed = 2 * np.asarray(fft.ifft2(square, norm="ortho")).real
        pushed = pushed * (halves[0][:, :, None] + halves[1][:, None, :])
        decay, steep = (self.at["gamma"] * of for of in self.rule.decay(halves))
        value = np.square(halves).sum((0, 2)) / 2 + decay + found.volume - found.pulled
        return value, halves + steep + np.stack((pushed.sum(2), pushed.sum(1)))

    def along(self, mean: Blocks, waves: Blocks) -> Array:
        """(n,): what neurons add to the outputs over the target."""
        norm = self.order * (self.order - 1)
        return np.asarray((mean.conj() * self.wanted(waves)).sum(1).real / norm, float)


def on_target(blocks: Blocks) -> float:
    """y.B y/|y|^2 of blocks."""
    return float(blocks[0, 1:, 1:].sum().real / (len(blocks[0]) - 1))


def hermitian(blocks: NDArray[Any]) -> Blocks:
    """The Hermitian part of each block."""
    return np.asarray((blocks + np.conj(np.swapaxes(blocks, -1, -2))) / 2)


def covariance(law: Law, waves: Blocks) -> Blocks:
    """C in blocks, by neurons of the law and all relabellings."""
    order, label = law.order, np.arange(law.order)
    found = law.readouts(waves)
    blocks = np.zeros((order**2, order, order), complex)
    for q in label:
        below, shifted = (label - q) % order, law.places[:, q]
        products = (waves * waves[:, shifted].conj()).T @ found.second[:, label, below]
        blocks[law.places, label, below] = products / len(waves)
    split, turned = blocks.reshape((order,) * 4), np.zeros((order,) * 4, complex)
    for unit in label[1:]:
        turn = unit * label % order
        turned += split[np.ix_(turn, turn, turn, turn)] / (order - 1)
    blocks = hermitian((turned + turned.swapaxes(0, 1)).reshape(blocks.shape) / 2)
    blocks[0, 1:, 1:] -= order * float(law.along(found.mean, waves).mean()) ** 2
    return blocks


def responses(law: Law, blocks: Blocks) -> tuple[Blocks, Blocks]:
    """V and R = (sigma^2 + N T)^{-1} from C ``blocks``, T = (C^{-1} - V)^{-1}."""
    unit = np.eye(law.order)
    added = hermitian(np.linalg.solve(unit - blocks @ law.blocks, blocks))
    noise, width = law.at["sigma2"] * unit, law.at["N"]
    v, r = (hermitian(np.linalg.inv(noise + n * added)) for n in (width - 1, width))
    return v, r


class State(NamedTuple):
    """A law with neurons of it, halves (2, n, P)."""

    law: Law
    halves: Array

    @classmethod
    def begun(cls, at: Mapping[str, float], count: int, seed: int) -> State:
        """Mean field: V = 0. Raises :class:`binodal.numerics.errors.Undecided` as it does."""
        rule = Addition(int(at["P"]))
        order = rule.order
        pull = solve_modes(at).a / at["sigma2"]
        law = Law(rule, at, np.zeros((order**2, order, order), complex), pull)
        return cls(law, rule.drawn(at, count, seed))


class Found(NamedTuple):
    """a and lambda on all pairs, and the response R in blocks."""

    a: float
    level: float
    response: Blocks


def advanced(state: State, rng: np.random.Generator) -> tuple[State, Found]:
    """One round: V renewed, r solved for by weights, neurons picked and moved."""
    law, noise, width = state.law, state.law.at["sigma2"], state.law.at["N"]
    waves = law.waves(np.asarray(state.halves, np.float32))
    renewed, response = responses(law, covariance(law, waves))
    new = replace(law, blocks=(1 - _DAMPING) * law.blocks + _DAMPING * renewed)
    before, after = law.readouts(waves), new.readouts(waves)
    base = np.asarray(before.volume - before.pulled - after.volume, float)
    gained, own = np.asarray(after.pulled, float), on_target(new.blocks)
    added = new.along(after.mean, waves)

    def weights(scale: float) -> Array:
        exponent = base + gained * scale**2
        weight = np.exp(exponent - exponent.max())
        return np.asarray(weight / weight.sum())

    def balance(scale: float) -> float:
        mean = scale * float(weights(scale) @ added)
        return scale * law.pull - (1 - width * mean) / noise - own * mean

    low, high = 1 - _FURTHEST, 1 + _FURTHEST
    if balance(low) >= 0:
        scale = low
    elif balance(high) <= 0:
        scale = high
    else:
        scale = float(brentq(balance, low, high, xtol=1e-7))
    new, weight = replace(new, pull=scale * law.pull), weights(scale)
    halves = moved(new, state.halves[:, picked(weight, rng)], rng, _MOVES)
    a = noise * (new.pull - own * scale * float(weight @ added))
    level = float(law.rule.levels(law.at, halves).mean())
    return State(new, halves), Found(a, level, response)


def solved(at: Mapping[str, float], count: int, seed: int) -> tuple[State, Found]:
    """The closure by ``count`` neurons: the last state, and means over the rounds after settling.

    >>> at = {"N": 40.0, "P": 3.0, "sigma2": 0.2, "sigma_a2": 0.05, "gamma": 2.0}
    >>> abs(solved(at, 300, 0)[1].a - 0.7153) < 0.02
    True
    """
    state, rng = State.begun(at, count, seed), np.random.default_rng([seed, count])
    told = []
    for _ in range(_ROUNDS):
        state, found = advanced(state, rng)
        told.append(found)
    a, level, response = zip(*told[_ROUNDS // 2 :], strict=True)
    return state, Found(float(np.mean(a)), float(np.mean(level)), np.mean(response, axis=0))
