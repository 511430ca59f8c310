"""Mean-field dynamics with the joint law of readout and weights: particles in (q, r_perp, a)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from binodal.models.teacher_student.numerics.particles import ErfNeurons, relaxation
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.dynamics.course import Array

_FORMS = Forms("binodal.models.teacher_student.forms.dynamics")
_force, _residual = _FORMS.floats("joint_force"), _FORMS.floats("joint_residual")
_answer, _pushed = _FORMS.floats("joint_answer"), _FORMS.floats("joint_pushed")
_FARTHEST, _PLACES, _NUDGE, _STILL = 3.0, 301, 1e-6, 1e-9
"""``_STILL``: of the readouts' own rate, which an answer is not below."""


class JointNeurons(ErfNeurons):
    """Neurons whose readouts have ``mobility`` times the learning rate of weights, and the noise
    that belongs to it.

    Readouts move at weights that stand, by as long as they like: they are linear, and their
    residual is solved with them. Weights move at readouts that stand.
    """

    holds = 4.0

    def __init__(self, parameters: Mapping[str, float], theory: str, mobility: float) -> None:
        super().__init__(parameters, theory)
        self.mobility = mobility
        self.count, self.spread = parameters["N"], parameters["sigma_a2"]
        self.target = np.array(_residual()(0.0, 0.0, *self._exact))

    def rate(self, state: Array, residual: Array) -> float:
        """The prior's rate, slopes of the force at all overlaps and at the largest readout, those
        between overlap and readout both ways, and how fast weights change their residual."""
        q = np.linspace(0.0, _FARTHEST, _PLACES)
        places = np.stack([q, np.full(_PLACES, np.sqrt(self.width)), np.ones(_PLACES)])
        force = self.force(places, residual)
        own = np.abs(state[2]).max() * np.abs(np.gradient(force[0], q)).max()
        between = np.sqrt(self.mobility) * np.abs(force[0]).max()
        return float(self.size / self.width + own + 2 * between + self._by_weights(state))

    def _by_weights(self, state: Array) -> float:
        """The fastest rate of dR/dt = -K R at readouts that stand, by a small move along the force
        of either mode."""
        residual, columns = self.residual(state), []
        for mode in np.eye(2):
            force = self.force(state, mode)
            step = _NUDGE / max(np.abs(force).max(), 1.0)
            columns.append((residual - self.residual(state + step * force)) / step)
        return float(np.abs(np.linalg.eigvals(np.stack(columns, axis=1))).max())

    def draw(self, particles: int, chance: np.random.Generator) -> Array:
        """Weights and readouts from their priors."""
        start = np.stack([np.zeros(particles), np.full(particles, np.sqrt(self.width))])
        readouts = np.sqrt(self.spread / self.count) * chance.standard_normal(particles)
        return np.stack([*super().relaxed(start, np.inf, chance), readouts])

    def relaxed(self, state: Array, time: float, chance: np.random.Generator) -> Array:
        """Weights as they do with fast readouts, between readouts that follow for half the time."""
        for side in range(2):
            state = np.stack([*state[:2], self._followed(state, time / 2, chance)])
            if side == 0:
                state = np.stack([*super().relaxed(state[:2], time, chance), state[2]])
        return state

    def _followed(self, state: Array, time: float, chance: np.random.Generator) -> Array:
        """Readouts after a time in which weights stand, and the residual answers them."""
        u = _shape(state)
        square = u * u
        fourth = square * square
        powers = square.mean(), fourth.mean(), (fourth * square).mean()
        first, third, *answer = _answer()(*powers, *self._exact)
        rates, basis = np.linalg.eig(self.mobility * np.reshape(answer, (2, 2)))
        own = self.mobility * self.count / self.spread
        coefficients = np.linalg.solve(basis, np.stack([self.target, self.residual(state)], axis=1))
        along = _pushed()(own, np.maximum(rates, _STILL * own), time, *coefficients.T)[0]
        by_b, by_c = self.mobility * (basis @ along)
        kept, spread = relaxation()(self.mobility * time, self.count, self.spread)
        moved = chance.standard_normal(len(u))
        moved *= np.sqrt(spread)
        moved += kept * state[2]
        moved += u * (first * by_b + third * by_c * square)
        return moved

    def residual(self, state: Array) -> Array:
        """(b, c)."""
        u = _shape(state)
        read = state[2] * u
        return np.array(_residual()(read.mean(), (read * u * u).mean(), *self._exact))

    def force(self, state: Array, residual: Array) -> Array:
        """Along q and r_perp, which does not move where it is held; readouts stand."""
        along_q, along_r = _force()(*state, *residual, *self._exact)
        still = np.zeros_like(along_q)
        return np.stack([along_q, still if self.held else along_r, still])


def _shape(state: Array) -> Array:
    """u, the root of the correlation with its overlap's sign."""
    return np.asarray(state[0] / np.sqrt(1 + 2 * (state[0] ** 2 + state[1] ** 2)))
