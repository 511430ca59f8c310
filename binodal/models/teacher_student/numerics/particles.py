"""Particles in (q, r_perp): neurons of a Gaussian prior, and those of erf with fast readouts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from binodal.models.teacher_student.numerics.cells import described
from binodal.models.teacher_student.numerics.functions import PARAMETERS
from binodal.models.teacher_student.numerics.joint_law import TAIL
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.dynamics.course import Array

_FORMS = Forms("binodal.models.teacher_student.forms.dynamics")
_force, relaxation = _FORMS.floats("force"), _FORMS.floats("relaxation")
_residual = _FORMS.floats("residual")
_FARTHEST, _PLACES = 3.0, 3001


class Vectors:
    """Particles (q_1 ... q_J, r_perp) whose prior is Gaussian in d components of w.

    With ``bias``, the variance of one more component of its own, that is the last.
    """

    def __init__(self, size: float, width: float, directions: int = 1, bias: float = 0.0) -> None:
        self.size, self.width, self.directions, self.bias = size, width, directions, bias

    def draw(self, particles: int, chance: np.random.Generator) -> Array:
        """From the prior, which an infinite time leads to."""
        start = np.zeros((self.directions + 1 + (self.bias > 0), particles))
        start[self.directions] = np.sqrt(self.width)
        return self.relaxed(start, np.inf, chance)

    def relaxed(self, state: Array, time: float, chance: np.random.Generator) -> Array:
        """q are components; of the others one moves along w_perp, d - 1 - J across it."""
        kept, spread = relaxation()(time, self.size, self.width)
        moved = chance.standard_normal(state.shape)
        count = self.directions
        moved[: count + 1] *= np.sqrt(spread)
        moved[: count + 1] += kept * state[: count + 1]
        across = chance.standard_gamma((self.size - 1 - count) / 2, state.shape[1])
        moved[count] = np.sqrt(moved[count] ** 2 + 2 * spread * across)
        if self.bias:
            kept, spread = relaxation()(time, 1.0, self.bias)
            moved[-1] = kept * state[-1] + np.sqrt(spread) * moved[-1]
        return moved


class ErfNeurons(Vectors):
    """Neurons of the published activation; r_perp stays at sigma_w under the published theory."""

    holds = np.inf

    def __init__(self, parameters: Mapping[str, float], theory: str) -> None:
        super().__init__(parameters["d"], parameters["sigma_w2"])
        self._exact = [parameters[name] for name in PARAMETERS]
        self.held = theory == "published"

    def rate(self, state: Array, residual: Array) -> float:
        """The prior's rate and the steepest slope along q of the force, at all places."""
        overlaps = np.linspace(0.0, _FARTHEST, _PLACES)
        places = np.stack([overlaps, np.full(_PLACES, np.sqrt(self.width))])
        slopes = np.gradient(self.force(places, residual)[0], overlaps)
        return float(self.size / self.width + np.abs(slopes).max())

    def relaxed(self, state: Array, time: float, chance: np.random.Generator) -> Array:
        """The same, but for a norm across that is held."""
        if not self.held:
            return super().relaxed(state, time, chance)
        kept, spread = relaxation()(time, self.size, self.width)
        along = kept * state[0] + np.sqrt(spread) * chance.standard_normal(state.shape[1])
        return np.stack([along, state[1]])

    def residual(self, state: Array) -> Array:
        """(b, c)."""
        square = state[0] * state[0]
        rho = square / (1 + 2 * (square + state[1] * state[1]))
        second = rho * rho
        powers = rho.mean(), second.mean(), (second * rho).mean()
        return np.array(_residual()(*powers, *self._exact))

    def force(self, state: Array, residual: Array) -> Array:
        """Along q and r_perp, which does not move where it is held."""
        along_q, along_r = _force()(*state, *residual, *self._exact)
        return np.stack([along_q, np.zeros_like(along_r) if self.held else along_r])

    def read(self, state: Array) -> Mapping[str, float]:
        """Residual, mean square of the overlap, share beyond 1/2, loss of the mean predictor."""
        q2, tail = (state[0] * state[0]).mean(), (np.abs(state[0]) > TAIL).mean()
        return described(self.residual(state), float(q2), float(tail))
