"""The first order in 1/N of any average over a neuron, by neurons drawn from the mean-field law.

log Z = V - h/2 with h = log det M, M = sigma^2 + K + (sigma_a^4/N) cov(g, g) over labels and pairs,
g_p = (tau_p.S) S (:func:`binodal.derive.finite_width.finite_width`). A source e^{J G} in the law of
a neuron, G any function of its weights, changes an average <X> over neurons by cov(X, G), hence

    dh/dJ = cov(Phi, G),
    Phi = sigma_a^2 sum_p S.(M^-1)_pp S + (sigma_a^4/N) (g - <g>).M^-1 (g - <g>),
    N <G> = N <G>_0 + cov(G, beta N T - Phi/2),  T = sigma_a^2 sum_p (tau_p.S)^2/2N,

the first term from the amplitude of tau, which moves by a_1: beta = 2 a_1/a_0. So the law of one
neuron is the mean-field one times 1 + beta T - Phi/2N about its mean. T is a multiple of
sum_k x_k x_v,k, whose shift is known by quadrature: beta is taken from it, which cancels most of
the noise, and that it is 2 a_1/a_0 is a check. Relabelling n -> n + s, m -> m + t, p -> p + s + t
conserves (r + K, r + K') of a label's mode r and a pair's (K, K'): M is P^2 blocks of P rows, whose
averages over neurons have no noise to speak of.

A readout a_p is, given w and tau, Gaussian of the variance sigma_a^2/N about (sigma_a^2/N) tau_p.S:
with any Q(w), G = Q sum_p a_p^2 is (sigma_a^2/N) Q (P + 2 T). As it depends on tau, to the first
order of N <G> is added the change by a_1, sigma_a^2 <2 beta Q T>, and what a neuron's own part of
the kernel takes from the variance and from the mean of its readout,

    -(sigma_a^4/N) <Q (sum_p S.(M^-1)_pp S + 2 (sigma_a^2/N) g.M^-1 (g - <g>))>.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import entr

from binodal.models.modular.numerics.products import Sums
from binodal.models.modular.predictions.finite_width import expansion
from binodal.models.modular.predictions.mode_law import Array, solve_modes, zero_law
from binodal.numerics.errors import Undecided
from binodal.validate.measures.definitions.sparsity import THRESHOLD

LARGEST = 13
"""Largest P: a neuron has P^3 products g."""
COUNT, BATCHES = 40000, 10
_ENTRIES = 1 << 20
_KNOWN = "x2"
READOUT = "readout"
"""N times the mean over outputs and pairs of a_p^2 phi^2, phi the neuron's output."""
INFORMATION = "mutual_information"
"""(1/2) log det(1 + K/sigma^2) on all pairs."""


class Shift(NamedTuple):
    """A first order in 1/N, at the N of the request, and its standard error from the draws."""

    value: float
    error: float


@dataclass(frozen=True)
class Neurons:
    """``count`` neurons of the mean-field law: halves (count, P), and |u_k|^2, |v_k|^2 by mode."""

    first: Array
    second: Array
    x: Array
    x_v: Array

    @cached_property
    def averages(self) -> Mapping[str, Array]:
        """(count,): what is averaged over neurons, by the name of its measure."""
        both = np.stack((self.x, self.x_v), axis=1)
        total = both.sum(axis=2)
        gaps = np.abs(both[..., :, None] - both[..., None, :]).mean(axis=(2, 3))
        every = [np.hstack((half, half[:, ::-1])) for half in (self.x, self.x_v)]
        return {
            "x2": (self.x * self.x_v).mean(axis=1),
            "x": both.mean(axis=(1, 2)),
            "x4": np.square(both).mean(axis=(1, 2)),
            "pair": (every[0][:, :-1] * every[1][:, 1:]).mean(axis=1),
            "ipr": (np.square(both).sum(axis=2) / np.square(total)).mean(axis=1),
            "gini_neuron": (gaps / (2 * both.mean(axis=2))).mean(axis=1),
            "sparsity": self._silent(),
            "weight_entropy": entr(np.abs(np.hstack((self.first, self.second)))).sum(axis=1),
        }

    @cached_property
    def features(self) -> Array:
        """(u_n + v_m)^2 of every neuron, (count, pairs)."""
        fields = self.first[:, :, None] + self.second[:, None, :]
        return np.square(fields).reshape(len(fields), -1)

    @cached_property
    def power(self) -> Array:
        """(count,): the mean over pairs of (u_n + v_m)^4."""
        return np.asarray(np.square(self.features).mean(axis=1))

    def _silent(self) -> Array:
        """The share of pairs at which a neuron's output is below the threshold of sparsity."""
        fields = self.first[:, :, None] + self.second[:, None, :]
        return np.asarray((np.square(fields) < THRESHOLD).mean(axis=(1, 2)))


def drawn(parameters: Mapping[str, float], count: int, seed: int) -> Neurons:
    """Neurons of independent modes, point by point of the law's quadrature."""
    law = solve_modes(parameters, nodes=12).law
    order, rng = int(parameters["P"]), np.random.default_rng(seed)
    modes = (order - 1) // 2
    sums = np.cumsum(law.mass.ravel())
    picked = np.searchsorted(sums, rng.random((count, modes)) * sums[-1])
    x, x_v = (law.points[place] for place in np.divmod(picked, law.points.size))
    root, alone = zero_law(order, parameters["gamma"])
    below = np.cumsum(alone)
    zeros = root[np.searchsorted(below, rng.random((2, count)) * below[-1])]
    zeros = zeros * rng.choice([-1, 1], (2, count))
    turns = 2 * np.pi * np.outer(np.arange(1, modes + 1), np.arange(order)) / order
    halves = []
    for zero, size in zip(zeros, (x, x_v), strict=True):
        phases = rng.random((count, modes)) * 2 * np.pi
        waves = np.cos(phases[:, :, None] + turns)
        halves.append(zero[:, None] + 2 * np.einsum("ck,ckn->cn", np.sqrt(size), waves))
    first, second = halves
    return Neurons(first, second, x, x_v)


def first_order(
    parameters: Mapping[str, float], count: int = COUNT, seed: int = 0
) -> dict[str, Shift]:
    """First orders of moments and of measures of a neuron's weights, with the error of the draws.

    ``beta`` is 2 a_1/a_0 by the draws, ``beta_expected`` the same by quadrature. Raises
    :class:`binodal.numerics.errors.Undecided` as mean field, and for even or large P.

    >>> at = {"N": 800.0, "P": 5.0, "sigma2": 2e-4, "sigma_a2": 1.25e-6, "gamma": 0.5}
    >>> found = first_order(at, count=8000)
    >>> bool(found["ipr"].value > 5 * found["ipr"].error > 0)
    True
    """
    order = int(parameters["P"])
    if order % 2 == 0 or order > LARGEST:
        raise Undecided(
            f"P = {order}: averages over a neuron are offered for odd P up to {LARGEST}"
        )
    neurons, known = drawn(parameters, count, seed), expansion(parameters, second=False)
    of = _exponents(parameters, neurons, known.start["a"])
    pull, own = of.pull, of.own
    averages = dict(neurons.averages)
    by_readout = parameters["sigma_a2"] * neurons.power
    pulled = by_readout * 2 * pull / order
    averages[READOUT] = by_readout + pulled
    taken = by_readout * of.taken / order
    averages[INFORMATION], scattered = information_by_neuron(parameters, neurons.features)
    batches = np.array_split(np.arange(count), BATCHES)

    def found(batch: NDArray[np.intp]) -> dict[str, float]:
        t, rest = (_about(part[batch]) for part in (pull, own))
        source = _about(averages[_KNOWN][batch])
        beta = (known.shift[_KNOWN] - (source * rest).mean()) / (source * t).mean()
        law = beta * t + rest
        shifts = {n: float((_about(v[batch]) * law).mean()) for n, v in averages.items()}
        shifts[READOUT] += float((beta * pulled[batch] - taken[batch]).mean())
        shifts[INFORMATION] += scattered
        return {**shifts, "beta": float(beta)}

    whole, apart = found(np.arange(count)), [found(batch) for batch in batches]
    errors = {n: float(np.std([one[n] for one in apart], ddof=1)) / BATCHES**0.5 for n in whole}
    expected = Shift(2 * known.shift["a"] / known.start["a"], 0.0)
    told = {n: Shift(value, errors[n]) for n, value in whole.items() if n != _KNOWN}
    return {**told, "beta_expected": expected}


def information_by_neuron(parameters: Mapping[str, float], features: Array) -> tuple[Array, float]:
    """What half of log det(1 + K/sigma^2) gains when the law is tilted at a neuron, over its
    chance; and what N neurons' scatter takes from it.

    With s = (sigma_a^2/sigma^2) S.(1 + K/sigma^2)^{-1} S the first is s/2; a log det of a mean of N
    terms loses a quarter of their variance, (<s^2> - tr [(1 + sigma^2 K^{-1})^{-1}]^2)/4N.
    """
    noise, strength = parameters["sigma2"], parameters["sigma_a2"]
    kernel = strength / len(features) * features.T @ features
    inverse = np.linalg.inv(kernel + noise * np.eye(len(kernel)))
    own = strength * ((features @ inverse) * features).sum(axis=1)
    known = kernel @ inverse
    scatter = float((own**2).mean() - (known * known.T).sum()) / (4 * parameters["N"])
    return own / 2, -scatter


def _about(values: Array) -> Array:
    return np.asarray(values - values.mean())


class _Exponents(NamedTuple):
    """(count,): T, -Phi/2N, and what is taken from (N/sigma_a^2) sum_p a_p^2."""

    pull: Array
    own: Array
    taken: Array


def _exponents(point: Mapping[str, float], neurons: Neurons, amplitude: float) -> _Exponents:
    order, noise, spread, width = int(point["P"]), point["sigma2"], point["sigma_a2"], point["N"]
    tau, size = amplitude / noise * Sums(order).target, len(neurons.x)
    shape = (order, order, order)
    mean, power = np.zeros(shape, dtype=complex), np.zeros(shape)
    products = np.zeros((*shape, order), dtype=complex)
    for part in _chunks(neurons, tau):
        mean += part.g.sum(axis=0) / size
        power += part.power.sum(axis=0) / size
        blocks = np.moveaxis(part.g, 0, 3)
        products += blocks @ np.moveaxis(part.g, 0, 2).conj() / size
    mean[1:], mean[:, 1:] = 0, 0
    matrix = spread**2 / width * (products - mean[..., :, None] * mean[..., None, :].conj())
    matrix += (noise + spread * power)[..., None] * np.eye(order)
    inverse = np.linalg.inv(matrix)
    diagonal = np.einsum("abrr->abr", inverse).real
    parts = []
    for part in _chunks(neurons, tau):
        about = part.g - mean
        solved = spread**2 / width * np.moveaxis(inverse @ np.moveaxis(about, 0, 3), 3, 0)
        square, whole = ((solved * g.conj()).real.sum(axis=(1, 2, 3)) for g in (about, part.g))
        alone = spread * (part.power * diagonal).sum(axis=(1, 2, 3))
        pull = spread * part.pull / (2 * width)
        parts.append(_Exponents(pull, -(alone + square) / 2 / width, (alone + 2 * whole) / width))
    return _Exponents(*map(np.concatenate, zip(*parts, strict=True)))


class _Part(NamedTuple):
    """Of some neurons g and |S|^2 (c, P, P, P), by the two conserved sums and the label's mode.

    ``pull`` (c,) is sum_p (tau_p.S)^2.
    """

    g: NDArray[np.complex128]
    power: Array
    pull: Array


def _chunks(neurons: Neurons, tau: Array) -> Iterator[_Part]:
    """Unitary Fourier modes of pairs (K, K') and labels r, ordered by r + K and r + K'."""
    order = len(tau)
    sums, label = np.arange(order), np.arange(order)
    modes = (sums[:, None] - label) % order
    step = max(1, _ENTRIES // order**3)
    for start in range(0, len(neurons.x), step):
        some = slice(start, start + step)
        features = np.square(neurons.first[some, :, None] + neurons.second[some, None, :])
        along = features.reshape(len(features), -1) @ tau.T
        waves = np.fft.fft2(features, norm="ortho")[:, modes[:, None], modes[None]]
        g = waves * np.fft.fft(along, norm="ortho")[:, None, None, :]
        yield _Part(g, np.abs(waves) ** 2, np.square(along).sum(axis=1))
