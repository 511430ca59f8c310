"""Mean-field dynamics with the joint law of readout and weights: particles in (q, r_perp, a)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from binodal.models.teacher_student.numerics.particles import ErfNeurons, relaxation
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.dynamics.course import Array

_FORMS = Forms("binodal.models.teacher_student.forms.dynamics")
_force, _residual = _FORMS.floats("joint_force"), _FORMS.floats("joint_residual")
_FARTHEST, _PLACES, _NUDGE = 3.0, 301, 1e-6


class JointNeurons(ErfNeurons):
    """Neurons whose readouts have ``mobility`` times the learning rate of weights, and the noise
    that belongs to it."""

    holds = 4.0

    def __init__(self, parameters: Mapping[str, float], theory: str, mobility: float) -> None:
        super().__init__(parameters, theory)
        self.mobility = mobility
        self.count, self.spread = parameters["N"], parameters["sigma_a2"]

    def rate(self, state: Array, residual: Array) -> float:
        """Rates of both priors, slopes of the force at all overlaps and at the largest readout,
        and the rate at which the residual acts on itself through all neurons."""
        q = np.linspace(0.0, _FARTHEST, _PLACES)
        places = np.stack([q, np.full(_PLACES, np.sqrt(self.width)), np.ones(_PLACES)])
        force = self.force(places, residual)
        own = np.abs(state[2]).max() * np.abs(np.gradient(force[0], q)).max()
        between = np.sqrt(self.mobility) * np.abs(force[0]).max()
        priors = self.size / self.width + self.mobility * self.count / self.spread
        return float(priors + own + between + self._answer(state))

    def _answer(self, state: Array) -> float:
        """The fastest rate of dR/dt = -K R, by a small move along the force of either mode."""
        at, columns = self.residual(state), []
        for mode in np.eye(2):
            force = self.force(state, mode)
            step = _NUDGE / max(np.abs(force).max(), 1.0)
            columns.append((at - self.residual(state + step * force)) / step)
        return float(np.abs(np.linalg.eigvals(np.stack(columns, axis=1))).max())

    def draw(self, particles: int, chance: np.random.Generator) -> Array:
        """Weights and readouts from their priors."""
        across = np.full(particles, np.sqrt(self.width))
        start = np.stack([np.zeros(particles), across, np.zeros(particles)])
        return self.relaxed(start, np.inf, chance)

    def relaxed(self, state: Array, time: float, chance: np.random.Generator) -> Array:
        """Weights as they do with fast readouts; a readout is an Ornstein-Uhlenbeck process."""
        weights = super().relaxed(state[:2], time, chance)
        kept, spread = relaxation()(self.mobility * time, self.count, self.spread)
        noise = np.sqrt(spread) * chance.standard_normal(state.shape[1])
        return np.stack([*weights, kept * state[2] + noise])

    def residual(self, state: Array) -> Array:
        """(b, c)."""
        u = state[0] / np.sqrt(1 + 2 * (state[0] ** 2 + state[1] ** 2))
        read = state[2] * u
        return np.array(_residual()(read.mean(), (read * u * u).mean(), *self._exact))

    def force(self, state: Array, residual: Array) -> Array:
        """Along q, r_perp, which does not move where it is held, and a."""
        along_q, along_r, along_a = _force()(*state, *residual, *self._exact)
        still = np.zeros_like(along_r) if self.held else along_r
        return np.stack([along_q, still, self.mobility * along_a])
