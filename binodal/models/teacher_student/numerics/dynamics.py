"""Mean-field dynamics of teacher-student networks: particles or cells, readouts fast or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial

import numpy as np

from binodal.derive.assumptions import Assumption
from binodal.models.teacher_student.numerics.cells import ErfCells, described
from binodal.models.teacher_student.numerics.functions import assumptions
from binodal.models.teacher_student.numerics.joint_dynamics import JointNeurons
from binodal.models.teacher_student.numerics.joint_law import TAIL, joint_law
from binodal.models.teacher_student.numerics.law import scales, solved_law
from binodal.models.teacher_student.numerics.particles import ErfNeurons
from binodal.models.teacher_student.numerics.two_states import NeuronsInTwoWells
from binodal.numerics.dynamics.course import Course, Options, Tell
from binodal.numerics.dynamics.evolve import Rest, evolved, known_rest
from binodal.numerics.dynamics.notes import FAST, ONE_LOSS, START, UNIT, slow
from binodal.numerics.dynamics.on_cells import on_cells
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.phases.network_delay import delay_or_why

_FASTEST = 1e3

PANELS = (("b", "c"), ("q2", "tail"), ("test_loss",))
MEASURED = ("b", "c", "q2", "tail")
_UNUSED = Assumption.LARGE_D


def dynamics(
    parameters: Mapping[str, Fraction], theory: str, options: Options, tell: Tell
) -> Course:
    """The mean-field course from the prior on. Raises Undecided where the rest is not solved."""
    options.require_prior()
    point = {name: float(value) for name, value in parameters.items()}
    named = (Assumption.MEAN_FIELD, *(a for a in assumptions(theory) if a is not _UNUSED))
    neurons, readouts = _neurons(point, theory, options.readouts)
    notes = (UNIT, readouts, START, *(a.value for a in named), ONE_LOSS)
    try:
        rest = known_rest(partial(_at_rest, point, theory))
    except ZeroDivisionError as rounded:
        raise Undecided("a parameter is rounded to zero in doubles") from rounded
    if options.method == "grid":
        if options.readouts is not None:
            raise ParameterError("readouts: they are in equilibrium on a grid; particles have both")
        course = _on_grid(point, theory, rest, options, notes, tell)
    else:
        course = evolved(neurons, rest, PANELS, options, notes, tell)
    if options.readouts is not None:
        return replace(course, delay="its rates are those of readouts in equilibrium")
    delay = delay_or_why(lambda: NeuronsInTwoWells(parameters, theory))
    return replace(course, measured=MEASURED, delay=delay)


def _on_grid(
    parameters: Mapping[str, float],
    theory: str,
    rest: Rest,
    options: Options,
    notes: tuple[str, ...],
    tell: Tell,
) -> Course:
    law = partial(ErfCells, parameters, theory, np.array([rest[name][0] for name in ("b", "c")]))
    rate = partial(ErfNeurons(parameters, theory).rate, np.empty((2, 0)))
    return on_cells(law, rate, rest, PANELS, options, notes, tell)


def _neurons(
    parameters: Mapping[str, float], theory: str, mobility: float | None
) -> tuple[ErfNeurons, str]:
    """Neurons whose readouts are in equilibrium or move, and the note that says which."""
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
