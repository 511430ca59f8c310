"""Neurons moved under a law: Hamiltonian trajectories of every neuron at a fixed field.

The law at a field tau is exp(-|w|^2/2 - Gamma + (sigma_a^2/2N) sum_p (tau_p.S)^2), S the squares
(w_n + v_m)^2 of all pairs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

import numpy as np

from binodal.models.modular.predictions.mode_law import Array
from binodal.models.modular.predictions.subset_rule import Rule

_MOVES, _STEPS, _STEP = 12, 8, 0.2
"""Trajectories, their steps, and the first length of a step."""
_WANTED, _ADAPTED = 0.75, 0.2
"""The share of trajectories that a step's length is adapted to, and how fast."""


class Energy(Protocol):
    """A law of neurons."""

    def energy(self, halves: Array) -> tuple[Array, Array]:
        """-log of the law (count,) of halves (2, count, P), and its gradient."""


class Law(NamedTuple):
    """The law at a field ``tau`` (P, P^2) and parameters."""

    rule: Rule
    at: Mapping[str, float]
    tau: Array

    def squares(self, halves: Array) -> Array:
        """S (count, P^2) of halves (2, count, P)."""
        both = halves[0][:, :, None] + halves[1][:, None, :]
        return np.asarray(np.square(both).reshape(len(both), -1))

    def energy(self, halves: Array) -> tuple[Array, Array]:
        """-log of the law (count,), and its gradient."""
        gamma, strength = self.at["gamma"], self.at["sigma_a2"] / self.at["N"]
        both = halves[0][:, :, None] + halves[1][:, None, :]
        pull = np.square(both).reshape(len(both), -1) @ self.tau.T
        decay, slope = (gamma * of for of in self.rule.decay(halves))
        value = np.square(halves).sum((0, 2)) / 2 + decay - strength / 2 * np.square(pull).sum(1)
        pushed = -2 * strength * (pull @ self.tau).reshape(both.shape) * both
        return value, halves + slope + np.stack((pushed.sum(2), pushed.sum(1)))


def moved(law: Energy, halves: Array, rng: np.random.Generator, moves: int = _MOVES) -> Array:
    """The same number of neurons after some trajectories, each kept or not by Metropolis' rule.

    A step's length follows the mean over all neurons, which each neuron moves by one in their
    number.
    """
    step = _STEP
    value, slope = law.energy(halves)
    for _ in range(moves):
        speed = rng.standard_normal(halves.shape)
        before = value + np.square(speed).sum((0, 2)) / 2
        ahead, height, force = halves, value, slope
        with np.errstate(over="ignore", invalid="ignore"):  # where a trajectory flies off
            for _ in range(_STEPS):
                speed = speed - step / 2 * force
                ahead = ahead + step * speed
                height, force = law.energy(ahead)
                speed = speed - step / 2 * force
            gap = before - height - np.square(speed).sum((0, 2)) / 2
        gap = np.where(np.isfinite(gap), gap, -np.inf)
        taken = np.log(rng.random(gap.shape)) < gap
        halves = np.where(taken[None, :, None], ahead, halves)
        slope = np.where(taken[None, :, None], force, slope)
        value = np.where(taken, height, value)
        step *= np.exp(_ADAPTED * (np.exp(np.minimum(gap, 0)).mean() - _WANTED))
    return halves


def picked(weight: Array, rng: np.random.Generator) -> Array:
    """Places of as many neurons by their weights, evenly along their sum."""
    count = len(weight)
    places = (np.arange(count) + rng.random()) / count
    return np.minimum(np.searchsorted(np.cumsum(weight) / weight.sum(), places), count - 1)
