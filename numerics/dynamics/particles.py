"""Mean-field dynamics as particles: neurons that see each other through one residual.

Between kicks by the residual a neuron relaxes to its prior, whose transition law is drawn exactly,
so that steps are limited by the residual's force alone. Half a relaxation, a kick by Heun's rule
with the residual closed anew in it, half a relaxation: of second order in the step. Several
replicas, each with a residual of its own, tell the error of their mean; a second set with half as
many particles and double steps tells what steps and finite numbers of particles do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import Protocol

import numpy as np

from binodal.numerics.dynamics.course import Array, Curve

REPLICAS = 8
GROWTH, FEWEST, _SIGNIFICANT = 2 ** (1 / 8), 3, 3.0
"""Of the time between readings; the least readings that are kept; of a difference beside what
chance explains of it."""


class Neurons(Protocol):
    """A neuron in coordinates: states are arrays (coordinates, particles).

    A rate is taken again after ``holds`` times its inverse.
    """

    holds: float

    def rate(self, state: Array, residual: Array) -> float:
        """A bound on the rates at which forces change these particles in a residual."""

    def draw(self, particles: int, chance: np.random.Generator) -> Array:
        """Particles from the prior."""

    def relaxed(self, state: Array, time: float, chance: np.random.Generator) -> Array:
        """A draw of the state a time later under the prior alone."""

    def residual(self, state: Array) -> Array:
        """The modes of the residual that the particles leave."""

    def force(self, state: Array, residual: Array) -> Array:
        """The residual's force, in the shape of the state."""

    def read(self, state: Array) -> Mapping[str, float]:
        """What curves show."""


@dataclass
class Ensemble:
    """Replicas of particles, each with a residual of its own."""

    neurons: Neurons
    states: list[Array]
    chance: np.random.Generator

    def advance(self, step: float, steps: int) -> None:
        """As many steps, each half a relaxation, a kick, and half a relaxation."""
        relaxed, draw = self.neurons.relaxed, self.chance
        for k, state in enumerate(self.states):
            state = relaxed(state, step / 2, draw)
            for j in range(steps):
                state = kicked(self.neurons, state, step)
                state = relaxed(state, step if j + 1 < steps else step / 2, draw)
            self.states[k] = state

    def rate(self) -> float:
        """The fastest rate of any replica."""
        of = self.neurons
        return max(of.rate(state, of.residual(state)) for state in self.states)

    def read(self) -> dict[str, list[float]]:
        """What curves show, of every replica."""
        rows = [self.neurons.read(state) for state in self.states]
        return {name: [row[name] for row in rows] for name in rows[0]}


def kicked(neurons: Neurons, state: Array, step: float) -> Array:
    """The state after the residual alone has acted for a step, by Heun's rule.

    The residual is closed again half way, since all neurons move it.
    """
    first = neurons.force(state, neurons.residual(state))
    ahead = state + step * first
    first += neurons.force(ahead, neurons.residual(ahead))
    first *= step / 2
    first += state
    return first


def ensemble(neurons: Neurons, particles: int, seed: int) -> Ensemble:
    """Replicas that start from the prior."""
    chance = np.random.Generator(np.random.SFC64(seed))
    states = [neurons.draw(particles // REPLICAS, chance) for _ in range(REPLICAS)]
    return Ensemble(neurons, states, chance)


@dataclass(frozen=True)
class Readings:
    """Quantities by name, each (times, replicas), of fine and of rough particles."""

    times: Array
    steps: Array
    fine: Mapping[str, Array]
    rough: Mapping[str, Array]
    stopped: bool = False

    def curves(self) -> dict[str, Curve]:
        """Means of the fine replicas; errors: theirs, and how far the rough ones are away."""
        curves = {}
        for name, values in self.fine.items():
            mean, away = values.mean(1), np.abs(values.mean(1) - self.rough[name].mean(1))
            curves[name] = Curve(mean, _standard_error(values) + away)
        return curves

    def too_rough(self) -> bool:
        """Whether rough and fine particles differ by more than chance explains, over all times."""
        for name, values in self.fine.items():
            rough = self.rough[name]
            away = np.abs(values.mean(1) - rough.mean(1)).mean()
            chance = np.hypot(_standard_error(values), _standard_error(rough)).mean()
            if away > _SIGNIFICANT * chance:
                return True
        return False


def _standard_error(values: Array) -> Array:
    return np.asarray(values.std(1, ddof=1) / np.sqrt(values.shape[1]))


def followed(
    neurons: Neurons,
    share: float,
    until: float,
    particles: int,
    seed: int,
    ended: Callable[[Readings], bool] = lambda so_far: False,
) -> Readings:
    """Readings up to a time, or until they have ``ended``; steps are ``share`` over the rate.

    The rate is that of the residual as it is, so that steps grow as the target is learned. The
    steps of a reading are the mean of those since the one before. A request to stop ends it where
    it is, and is passed on where nothing is there yet.
    """
    fine, rough = ensemble(neurons, particles, seed), ensemble(neurons, particles // 2, seed + 1)
    times, steps, time = [0.0], [0.0], 0.0
    kept = [fine.read()], [rough.read()]
    so_far = _readings(times, steps, kept)
    try:
        while not ended(so_far) and time < until:
            step = share / max(fine.rate(), rough.rate())
            span = min(max(2 * step, time * (GROWTH - 1)), until - time)
            time = until if span == until - time else time + span
            count = _moved(fine, rough, share, span)
            times.append(time)
            steps.append(span / count)
            for held, of in zip(kept, (fine, rough), strict=True):
                held.append(of.read())
            so_far = _readings(times, steps, kept)
    except KeyboardInterrupt:
        if len(so_far.times) < FEWEST:
            raise
        return replace(so_far, stopped=True)
    return so_far


def _moved(fine: Ensemble, rough: Ensemble, share: float, span: float) -> int:
    """How many steps the fine particles made; a rate that does not hold is taken again."""
    left, count = span, 0
    while left > 0:
        step = share / max(fine.rate(), rough.rate())
        now = min(max(2.0, fine.neurons.holds / share) * step, left)
        double = ceil(now / (2 * step))
        step = now / (2 * double)
        fine.advance(step, 2 * double)
        rough.advance(2 * step, double)
        left, count = left - now, count + 2 * double
    return count


def _readings(
    times: list[float], steps: list[float], kept: tuple[list[dict[str, list[float]]], ...]
) -> Readings:
    fine, rough = ({k: np.array([row[k] for row in rows]) for k in rows[0]} for rows in kept)
    return Readings(np.array(times), np.array(steps), fine, rough)
