"""Mean-field dynamics of single-index networks: particles in (q, r_perp), any activation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from math import factorial

import numpy as np

from binodal.models.single_index.numerics.closed_modes import closed_modes
from binodal.models.single_index.numerics.finite import law_notes
from binodal.models.single_index.numerics.finite_closure import solved
from binodal.models.single_index.numerics.law import NeuronLaw
from binodal.models.single_index.numerics.setting import Setting
from binodal.models.teacher_student.numerics.particles import Vectors
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.dynamics.course import Array, Course, Dynamics, Options, Tell
from binodal.numerics.dynamics.evolve import evolved, known_rest
from binodal.numerics.dynamics.notes import FAST, ONE_LOSS, START, UNIT
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.parameters import Parameters

_force = Forms("binodal.models.single_index.forms.dynamics").floats("force")
_PARAMETERS = ("N", "n", "d", "sigma2", "sigma_w2", "sigma_a2")
_SMALLEST, _FEWEST, _FARTHEST, _PLACES = 1e-9, 3, 3.0, 201


class CosineNeurons(Vectors):
    """Neurons of one setting in the residual of the modes of its closure."""

    holds = 0.5

    def __init__(self, setting: Setting, parameters: Mapping[str, float]) -> None:
        super().__init__(parameters["d"], parameters["sigma_w2"])
        self.setting, self.modes = setting, tuple(int(k) for k in closed_modes(setting))
        self._exact = [parameters[name] for name in _PARAMETERS]
        self.law = NeuronLaw(setting, parameters, self.modes)
        needed = sorted({k + j for k in self.modes for j in (0, 2)})
        self._needed, self._force = needed, _force(self.modes)
        unlearned = {k: float(y) for k, y in setting.taught.items() if k not in self.modes}
        self._left = sum(factorial(k) * y**2 for k, y in unlearned.items())

    def rate(self, state: Array, residual: Array) -> float:
        """The prior's rate and the steepest slopes of the force, out to the outermost particle."""
        reach = max(_FARTHEST, float(np.abs(state[0]).max()))
        q = np.linspace(-reach, reach, _PLACES)
        steepest = 0.0
        for across in (state[1].min(), np.sqrt(self.width), state[1].max()):
            force = self.force(np.stack([q, np.full(_PLACES, across)]), residual)
            nudged = self.force(np.stack([q, np.full(_PLACES, across * (1 + 1e-5))]), residual)
            along = np.abs(np.gradient(force, q, axis=1)).max()
            aside = np.abs(nudged - force).max() / (across * 1e-5)
            steepest = max(steepest, float(along), float(aside))
        return self.size / self.width + steepest

    def _overlaps(self, state: Array) -> tuple[Array, Array]:
        """Cosines, and c_k at the norms, k up to the highest needed."""
        norms = np.maximum(np.hypot(*state), _SMALLEST)
        return state[0] / norms, self.setting.overlaps.floats(norms, self._needed[-1] + 1)

    def residual(self, state: Array) -> Array:
        """t_k by k: regression in the orthonormal modes with the kernel of the particles."""
        law, (cosines, table) = self.law, self._overlaps(state)
        rows = [cosines**k * table[k] / s for k, s in zip(self.modes, law.norms, strict=True)]
        features = np.stack(rows)
        kernel = law.coupling * np.einsum("ki,li->kl", features, features) / state.shape[1]
        whole = kernel + law.spring * np.eye(len(rows))
        return np.asarray(law.spring * np.linalg.solve(whole, law.target * law.norms) / law.norms)

    def force(self, state: Array, residual: Array) -> Array:
        """Along q and r_perp."""
        table = self._overlaps(state)[1]
        overlaps = [table[k] for k in self._needed]
        across = np.maximum(state[1], _SMALLEST)
        return np.stack(self._force(state[0], across, *residual, *overlaps, *self._exact))

    def read(self, state: Array) -> Mapping[str, float]:
        """Modes, mean squares along and across the teacher, loss of the mean predictor."""
        q2, across = (float((row * row).mean()) for row in state)
        return self.described(self.residual(state), q2, across)

    def described(self, residual: Array, q2: float, across: float) -> dict[str, float]:
        """The curves at a residual and two mean squares."""
        loss = sum(factorial(k) * t**2 for k, t in zip(self.modes, residual, strict=True))
        named = {f"t{k}": float(t) for k, t in zip(self.modes, residual, strict=True)}
        return {**named, "q2": q2, "w_perp2": across, "test_loss": float(loss + self._left)}


def dynamics(setting: Setting) -> Dynamics:
    """The dynamics of one setting."""

    def course(parameters: Parameters, theory: str, options: Options, tell: Tell) -> Course:
        """The mean-field course from the prior on. Raises Undecided where the rest is not."""
        options.require_prior()
        options.require_no_grid()
        options.require_fast()
        if parameters["d"] < _FEWEST:
            raise ParameterError(f"d={parameters['d']}: dynamics need d >= {_FEWEST}")
        notes = (UNIT, FAST, START, *law_notes(theory), ONE_LOSS)
        point = {name: float(value) for name, value in parameters.items()}
        if not min(point.values()) > 0:
            raise Undecided("a parameter is rounded to zero in doubles")
        neurons = CosineNeurons(setting, point)
        modes = tuple(f"t{k}" for k in neurons.modes)
        panels = (modes, ("q2", "w_perp2"), ("test_loss",))
        rest = known_rest(partial(_at_rest, neurons, point))
        course = evolved(neurons, rest, panels, options, notes, tell)
        return replace(course, measured=(*modes, "q2", "w_perp2"))

    return course


def _at_rest(
    neurons: CosineNeurons, parameters: Mapping[str, float], refine: int
) -> dict[str, float]:
    state = solved(neurons.setting, parameters, neurons.modes, refine)
    along, norm2 = state.window.m**2, state.window.r**2
    q2, whole = float(along @ state.chances @ norm2), float(state.chances.sum(0) @ norm2)
    return neurons.described(state.modes, q2, whole - q2)
