"""Mean-field dynamics of single-index networks: particles in their weights, any activation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import product
from math import factorial, prod

import numpy as np

from binodal.models.single_index.numerics.closed_modes import closed_modes
from binodal.models.single_index.numerics.finite import law_notes
from binodal.models.single_index.numerics.finite_closure import solved
from binodal.models.single_index.numerics.law import NeuronLaw
from binodal.models.single_index.numerics.law_readings import ends
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.single_index.numerics.weights import Weights
from binodal.models.teacher_student.numerics.particles import Vectors
from binodal.numerics.dynamics.course import Array, Course, Dynamics, Options, Tell
from binodal.numerics.dynamics.evolve import evolved, known_rest
from binodal.numerics.dynamics.notes import FAST, ONE_LOSS, START, UNIT
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.parameters import Parameters

_SMALLEST, _NUDGE, _FARTHEST, _PLACES, _BIASES = 1e-9, 1e-5, 3.0, 201, 7


class CosineNeurons(Vectors):
    """Neurons of one setting in the residual of the modes of its closure."""

    holds = 0.5

    def __init__(self, setting: Setting, parameters: Mapping[str, float]) -> None:
        self.law = NeuronLaw(setting, parameters, closed_modes(setting))
        count, bias = setting.directions, self.law.bias_variance
        super().__init__(parameters["d"], parameters["sigma_w2"], count, bias)
        self.setting, self.modes = setting, self.law.orders
        self.names = tuple("t" + "_".join(map(str, a)) for a in self.law.polynomials.indices)
        unlearned = {k: float(y) for k, y in setting.taught.items() if k not in self.modes}
        self._left = sum(
            prod(map(factorial, setting.index(k))) * y**2 for k, y in unlearned.items()
        )

    def rate(self, state: Array, residual: Array) -> float:
        """The prior's rate and the steepest slopes of the force, out to the outermost particle."""
        count, on = self.directions, Weights(self.law, residual)
        reach = max(_FARTHEST, float(np.abs(state[:count]).max()))
        q = np.linspace(-reach, reach, _PLACES)
        across = state[count].min(), np.sqrt(self.width), state[count].max()
        biases = [np.linspace(x.min(), x.max(), _BIASES) for x in state[count + 1 :]]
        rows = list(product(range(count), across, *biases))
        lines = np.zeros((len(state), len(rows), _PLACES))
        for k, (j, *rest) in enumerate(rows):
            lines[j, k], lines[count:, k] = q, np.reshape(rest, (-1, 1))
        force = on.force(lines)[:-1]
        steepest = np.abs(np.gradient(force, q, axis=2)).max()
        for k in range(1 if count == 1 else 0, len(state)):
            size = _NUDGE * (lines[count, :, :1] if k >= count else 1.0)
            nudged = lines.copy()
            nudged[k] += size
            steepest = max(steepest, (np.abs(on.force(nudged)[:-1] - force) / size).max())
        prior = max(self.size / self.width, 1 / self.bias if self.bias else 0.0)
        return float(prior + steepest)

    def residual(self, state: Array) -> Array:
        """t_a: regression in the orthonormal modes with the kernel of the particles."""
        law, count = self.law, self.directions
        norms = np.maximum(np.sqrt((state[: count + 1] ** 2).sum(0)), _SMALLEST)
        bias = state[-1] if self.bias else np.zeros_like(norms)
        table = self.setting.table(norms, bias, max(law.degrees) + 1)
        factors = law.polynomials.factors(state[:count] / norms)
        features = factors * table[list(law.degrees)] / law.norms[:, None]
        kernel = law.coupling * (features @ features.T) / state.shape[1]
        whole = kernel + law.spring * np.eye(len(features))
        return np.asarray(law.spring * np.linalg.solve(whole, law.target * law.norms) / law.norms)

    def force(self, state: Array, residual: Array) -> Array:
        """Along each weight."""
        return Weights(self.law, residual).force(state)[:-1]

    def read(self, state: Array) -> Mapping[str, float]:
        """Modes, mean squares along and across the teacher, loss of the mean predictor."""
        return self.described(self.residual(state), (state * state).mean(1))

    def described(self, residual: Array, squares: Array) -> dict[str, float]:
        """The curves at a residual and mean squares of all weights."""
        loss = float((self.law.norms**2) @ residual**2)
        named = dict(zip(self.names, map(float, residual), strict=True))
        named |= dict(zip(self.squares, map(float, squares), strict=True))
        return {**named, "test_loss": loss + self._left}

    @property
    def squares(self) -> tuple[str, ...]:
        """Names of the mean squares."""
        along = [f"q2{end}" for end in ends(self.directions)]
        return (*along, "w_perp2", *(["bias2"] if self.bias else []))


def dynamics(setting: Setting) -> Dynamics:
    """The dynamics of one setting."""

    def course(parameters: Parameters, theory: str, options: Options, tell: Tell) -> Course:
        """The mean-field course from the prior on. Raises Undecided where the rest is not."""
        options.require_prior()
        options.require_no_grid()
        options.require_fast()
        fewest = setting.directions + 2
        if parameters["d"] < fewest:
            raise ParameterError(f"d={parameters['d']}: dynamics need d >= {fewest}")
        notes = (UNIT, FAST, START, *law_notes(theory), ONE_LOSS)
        point = {name: float(value) for name, value in parameters.items()}
        if not min(point.values()) > 0:
            raise Undecided("a parameter is rounded to zero in doubles")
        neurons = CosineNeurons(setting, point)
        panels = (neurons.names, neurons.squares, ("test_loss",))
        rest = known_rest(partial(_at_rest, neurons, point))
        course = evolved(neurons, rest, panels, options, notes, tell)
        return replace(course, measured=(*neurons.names, *neurons.squares))

    return course


def _at_rest(
    neurons: CosineNeurons, parameters: Mapping[str, float], refine: int
) -> dict[str, float]:
    state = solved(neurons.setting, parameters, neurons.modes, refine)
    norm2, chances = state.window.r**2, state.chances
    along, whole = state.window.cosines**2 @ chances @ norm2, chances.sum(0) @ norm2
    bias2 = [chances.sum(0) @ state.window.bias**2] if neurons.bias else []
    return neurons.described(state.modes, np.array([*along, whole - along.sum(), *bias2]))
