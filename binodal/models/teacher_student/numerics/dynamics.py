"""Mean-field dynamics of teacher-student networks: particles or cells, readouts fast or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial

import numpy as np

from binodal.derive.assumptions import Assumption
from binodal.models.teacher_student.numerics.cells import ErfCells, described
from binodal.models.teacher_student.numerics.functions import PARAMETERS, assumptions
from binodal.models.teacher_student.numerics.joint_law import TAIL, joint_law
from binodal.models.teacher_student.numerics.law import scales, solved_law
from binodal.models.teacher_student.numerics.two_states import NeuronsInTwoWells
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.dynamics.course import Array, Asked, Course, Tell
from binodal.numerics.dynamics.evolve import Rest, evolved, known_rest
from binodal.numerics.dynamics.notes import FAST, ONE_LOSS, START, UNIT, slow
from binodal.numerics.dynamics.on_cells import on_cells
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.phases.network_delay import delay_or_why

_FORMS = Forms("binodal.models.teacher_student.forms.dynamics")
_force, relaxation = _FORMS.floats("force"), _FORMS.floats("relaxation")
_residual = _FORMS.floats("residual")
_FARTHEST, _PLACES, _FASTEST = 3.0, 3001, 1e3


class Vectors:
    """Particles (q, r_perp) whose prior is Gaussian in d components of w."""

    def __init__(self, size: float, width: float) -> None:
        self.size, self.width = size, width

    def draw(self, particles: int, chance: np.random.Generator) -> Array:
        """From the prior, which an infinite time leads to."""
        start = np.stack([np.zeros(particles), np.full(particles, np.sqrt(self.width))])
        return self.relaxed(start, np.inf, chance)

    def relaxed(self, state: Array, time: float, chance: np.random.Generator) -> Array:
        """q is one component; of the others one moves along w_perp, d - 2 across it."""
        kept, spread = relaxation()(time, self.size, self.width)
        moved = chance.standard_normal(state.shape)
        moved *= np.sqrt(spread)
        moved += kept * state
        across = chance.standard_gamma((self.size - 2) / 2, state.shape[1])
        moved[1] = np.sqrt(moved[1] ** 2 + 2 * spread * across)
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


PANELS = (("b", "c"), ("q2", "tail"), ("test_loss",))
MEASURED = ("b", "c", "q2", "tail")
_UNUSED = Assumption.LARGE_D


def dynamics(parameters: Mapping[str, Fraction], theory: str, asked: Asked, tell: Tell) -> Course:
    """The mean-field course from the prior on. Raises Undecided where the rest is not solved."""
    asked.require_prior()
    at = {name: float(value) for name, value in parameters.items()}
    named = (Assumption.MEAN_FIELD, *(a for a in assumptions(theory) if a is not _UNUSED))
    neurons, readouts = _neurons(at, theory, asked.readouts)
    notes = (UNIT, readouts, START, *(a.value for a in named), ONE_LOSS)
    try:
        rest = known_rest(partial(_at_rest, at, theory))
    except ZeroDivisionError as rounded:
        raise Undecided("a parameter is rounded to zero in doubles") from rounded
    if asked.method == "grid":
        if asked.readouts is not None:
            raise ParameterError("readouts: they are in equilibrium on a grid; particles have both")
        found = _on_grid(at, theory, rest, asked, notes, tell)
    else:
        found = evolved(neurons, rest, PANELS, asked, notes, tell)
    if asked.readouts is not None:
        return replace(found, delay="its rates are those of readouts in equilibrium")
    delay = delay_or_why(lambda: NeuronsInTwoWells(parameters, theory))
    return replace(found, measured=MEASURED, delay=delay)


def _on_grid(
    parameters: Mapping[str, float],
    theory: str,
    rest: Rest,
    asked: Asked,
    notes: tuple[str, ...],
    tell: Tell,
) -> Course:
    law = partial(ErfCells, parameters, theory, np.array([rest[name][0] for name in ("b", "c")]))
    rate = partial(ErfNeurons(parameters, theory).rate, np.empty((2, 0)))
    return on_cells(law, rate, rest, PANELS, asked, notes, tell)


def _neurons(
    parameters: Mapping[str, float], theory: str, mobility: float | None
) -> tuple[ErfNeurons, str]:
    """Neurons whose readouts are in equilibrium or move, and the note that says which."""
    from binodal.models.teacher_student.numerics.joint_dynamics import JointNeurons

    if mobility is None:
        return ErfNeurons(parameters, theory), FAST
    if not 0 < mobility <= _FASTEST:
        raise ParameterError(
            f"readouts={mobility:g}: a ratio of learning rates, up to {_FASTEST:g}"
        )
    return JointNeurons(parameters, theory, mobility), slow(mobility)


def _at_rest(parameters: Mapping[str, float], theory: str, refine: int) -> dict[str, float]:
    of, residual = solved_law(parameters, theory, refine=refine)
    joint = joint_law(parameters, theory, of, residual, refine)
    return described(residual / scales(2), joint.mean_square(), joint.tail(TAIL))
