"""Neurons that see more than one pair: the action on a subset as it is, and its minima.

A neuron that grows along a direction of its weights has the prior A, the decay gamma C and the
squared pull Q: it is as deep as zero at a coupling of 2 sqrt(A C)/Q.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import approx_fprime, minimize

from binodal.models.modular.numerics.products import Array, Products
from binodal.numerics.codegen.forms import Forms

_gained = Forms("binodal.models.modular.forms.subsets").floats("gained")
Valued = tuple[float, tuple[float, float, float, float]]
Function = Callable[[float, float, float, float], Valued]
"""A, C, Q and |S|^2 -> a value, and its slopes by them."""


class Minimum(NamedTuple):
    """Where a descent has ended, and the value there."""

    value: float
    weights: Array


@dataclass(frozen=True)
class Subset:
    """The residual y on the pairs that are seen, functions of one input fitted: (P, pairs)."""

    rule: Products
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    basis: Array
    left: Array

    @classmethod
    def of(cls, rule: Products, seen: NDArray[np.bool_]) -> Self:
        """From a square table of which pairs are seen."""
        order, (first, second) = len(seen), np.nonzero(seen)
        single = np.hstack((np.eye(order)[first], np.eye(order)[second]))
        basis = np.linalg.svd(single, full_matrices=False)[0][:, : np.linalg.matrix_rank(single)]
        y = rule.target[:, seen.ravel()]
        return cls(rule, first, second, basis, y - (y @ basis) @ basis.T)

    @classmethod
    def drawn(cls, rule: Products, share: float, seed: int) -> Self:
        """A random subset of F P^2 pairs."""
        pairs = rule.target.shape[1]
        seen = np.zeros(pairs, dtype=bool)
        seen[np.random.default_rng(seed).permutation(pairs)[: round(share * pairs)]] = True
        return cls.of(rule, seen.reshape(len(rule.target), -1))

    @property
    def order(self) -> int:
        """The number of elements."""
        return len(self.rule.target)

    def parts(self, weights: Array) -> tuple[tuple[float, ...], tuple[Array, ...]]:
        """A, C, Q and |S|^2, and the gradients of all four, S = 2 w_n v_m."""
        halves = weights.reshape(2, self.order)
        w, v = halves[0][self.first], halves[1][self.second]
        along = 2 * w * v
        along = along - self.basis @ (self.basis.T @ along)
        pull = self.left @ along
        (sixth,), slope = self.rule.decay(halves[:, None])

        def back(of: Array) -> Array:
            of = 2 * (of - self.basis @ (self.basis.T @ of))
            parts = ((self.first, v), (self.second, w))
            return np.concatenate([np.bincount(n, of * x, self.order) for n, x in parts])

        values = weights @ weights / 2, sixth, pull @ pull, along @ along
        return tuple(map(float, values)), (
            weights,
            slope.ravel(),
            back(2 * pull @ self.left),
            back(2 * along),
        )

    def starts(self, seed: int, count: int) -> Iterator[Array]:
        """Weights on single pairs, on rings of a mode, and at random."""
        rng, order = np.random.default_rng(seed), self.order
        for _ in range(count):
            pair = rng.integers(len(self.first))
            single = np.append(np.eye(order)[self.first[pair]], np.eye(order)[self.second[pair]])
            yield single + 0.02 * rng.standard_normal(2 * order)
            yield self.rule.ring(rng).ravel()
            yield rng.standard_normal(2 * order)

    def generalises(self, weights: Array) -> bool:
        """Whether one ring holds more than half of sum |w v|^3 over singular values."""
        return bool(self.rule.largest(weights.reshape(2, 1, -1))[0] > 0.5)

    def whole(self, function: Function, weights: Array) -> tuple[float, Array]:
        """A function of the four parts, and its gradient."""
        values, gradients = self.parts(weights)
        value, slopes = function(*values)
        gradient = np.sum([s * g for s, g in zip(slopes, gradients, strict=True)], axis=0)
        return value, gradient

    def lowest(self, function: Function, starts: Iterable[Array]) -> list[Minimum]:
        """Where a descent ends, from each start."""
        whole = partial(self.whole, function)
        ends = (minimize(whole, start, jac=True, method="L-BFGS-B") for start in starts)
        return [Minimum(float(end.fun), end.x) for end in ends]

    def stiffness(self, function: Function, weights: Array) -> float:
        """log det/2 of the curvature beside the prior's at a minimum."""
        curvature = approx_fprime(weights, lambda w: self.whole(function, w)[1], 1e-6)
        return float(np.linalg.slogdet((curvature + curvature.T) / 2)[1] / 2)


def needed(a: float, c: float, q: float, _: float) -> Valued:
    """log of sqrt(A C)/Q, half of the coupling at which a direction is as deep as zero."""
    return float(np.log(a * c) / 2 - np.log(q)), (0.5 / a, 0.5 / c, -1 / q, 0.0)


def action_at(own: Mapping[str, float], width: float, left: float, others: float) -> Function:
    """S of a neuron at a width, N sigma_a^2 and N sigma^2 those of the parameters.

    ``left`` is a on the pairs seen, ``others`` that on the rest: a neuron meets what the others
    leave with the variance sigma^2 (others/left - 1) of outputs beside the noise.
    """
    scale = own["N"] / width
    noise, spread = own["sigma2"] * scale, own["sigma_a2"] * scale
    rest = noise * (others / left - 1), width, own["P"], noise, spread

    def action(a: float, c: float, q: float, square: float) -> Valued:
        gain, by_pull, by_square = _gained()(others**2 * q, square, *rest)
        value = a + own["gamma"] * c - gain
        return float(value), (1.0, own["gamma"], -float(others**2 * by_pull), -float(by_square))

    return action
