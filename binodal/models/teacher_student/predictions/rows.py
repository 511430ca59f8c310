"""Predictions for teacher-student networks: two actions, two limits, more modes, wrong theories."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan

import numpy as np
from scipy import optimize

from binodal.models.teacher_student.numerics.joint_law import (
    PERP_EDGES,
    JointLaw,
    joint_law,
    residual_modes,
)
from binodal.models.teacher_student.numerics.law import Array, Law, solve_law, solved_law
from binodal.models.teacher_student.numerics.losses import LOSSES
from binodal.models.teacher_student.numerics.thermodynamic import solve_thermodynamic
from binodal.models.teacher_student.predictions import finite_width as finite_width_teacher
from binodal.numerics.errors import Undecided
from binodal.numerics.parameters import Parameters
from binodal.validate.prediction import Prediction

PERP_CENTRES = tuple((a + b) / 2 for a, b in zip(PERP_EDGES, (*PERP_EDGES[1:], 2.25), strict=True))
MODE_NAMES = ("b", "c", "t5", "t7")
_MORE_MODES = (3, 4)
_STEPS, _TOLERANCE, _LARGEST_IMBALANCE, _BITS = 9, 1e-12, 1e-8, 128


@dataclass(frozen=True)
class State:
    """A solved closure: residual modes (normalised basis) and the law of (q, r_perp^2)."""

    of: Law
    residual: Array
    joint: JointLaw


def solved(parameters: Mapping[str, float], theory: str, modes: int = 2, refine: int = 1) -> State:
    """The closure at finite d with a number of odd modes."""
    of, residual = solved_law(parameters, theory, modes, refine)
    return State(of, residual, joint_law(parameters, theory, of, residual, refine))


def predictions(
    parameters: Parameters, theories: Sequence[str], places: Sequence[float] = ()
) -> list[Prediction]:
    """All predictions of the named theories, of more modes for "derived", and of the controls.

    The derived theory comes at first order in 1/N as well.

    ``places`` are the values of q at which log p(q) is asked for. A closure without a solution
    within its limits gives rows that say so.
    """
    floats = {name: float(value) for name, value in parameters.items()}
    rows: list[Prediction] = []
    for theory in theories:
        rows += _thermodynamic(parameters, theory)
        for modes in (2, *(_MORE_MODES if theory == "derived" else ())):
            try:
                states = [solved(floats, theory, modes, refine) for refine in (1, 2)]
            except Undecided as doubt:
                rows += _missing(theory, "finite", modes, str(doubt))
                continue
            rows += _with_error(*(list(_of_state(s, theory, places)) for s in states))
    if "derived" in theories:
        rows += finite_width_teacher.predictions(floats, places)
    return rows + controls(floats, places)


def _thermodynamic(parameters: Parameters, theory: str) -> list[Prediction]:
    solution = solve_thermodynamic(parameters, theory, _BITS)
    closure = solution.closure
    if closure is None:
        return _missing(theory, "thermodynamic", 2, solution.reason)
    return [
        Prediction(theory, name, float(ball.mid()), float(ball.rad()), limit="thermodynamic")
        for name, ball in (("b", closure.b), ("c", closure.c))
    ]


def _missing(theory: str, limit: str, modes: int, why: str) -> list[Prediction]:
    """Rows that say why a theory has no number for b, c."""
    return [Prediction(theory, name, nan, 0.0, None, limit, modes, missing=why) for name in "bc"]


def _of_state(
    state: State, theory: str, places: Sequence[float], control: bool = False
) -> Iterator[Prediction]:
    modes = residual_modes(state.residual)
    blank = Prediction(theory, "", 0.0, modes=len(modes), control=control)
    for name, value in zip(MODE_NAMES, modes, strict=False):
        yield replace(blank, observable=name, value=float(value))
    yield replace(blank, observable="q2", value=state.joint.mean_square())
    for name in LOSSES:
        yield replace(blank, observable=name, value=float(np.square(state.residual).sum()))
    for centre, value in zip(PERP_CENTRES, state.joint.perp2_in_bins(), strict=True):
        if np.isfinite(value):
            yield replace(blank, observable="w_perp2", value=float(value), at=centre)
    for place, value in zip(places, state.joint.log_density(np.asarray(places)), strict=True):
        for name in ("log_density", "log_density_typical"):
            yield replace(blank, observable=name, value=float(value), at=place)


def _with_error(coarse: list[Prediction], fine: list[Prediction]) -> list[Prediction]:
    """The finer of two quadratures, with their difference for an error."""
    return [replace(f, error=abs(f.value - c.value)) for c, f in zip(coarse, fine, strict=True)]


def _doubled(of: Law, parameters: Mapping[str, float]) -> tuple[Law, Array]:
    return of, with_kernel_factor(of, parameters, np.array([[2.0, 1.0], [1.0, 1.0]]))


def _flipped(of: Law, parameters: Mapping[str, float]) -> tuple[Law, Array]:
    return of, solve_law(of) * np.array([1.0, -1.0])


def _lazy(of: Law, parameters: Mapping[str, float]) -> tuple[Law, Array]:
    """The neurons keep their prior; the residual is that of the fixed kernel."""
    return replace(of, coupling=0.0), with_kernel_factor(
        replace(of, coupling=0.0), parameters, np.ones((2, 2))
    )


_CONTROLS = {
    "control: Q11 doubled": _doubled,
    "control: c with the wrong sign": _flipped,
    "control: no interaction": _lazy,
}


def controls(parameters: Mapping[str, float], places: Sequence[float]) -> list[Prediction]:
    """Wrong on purpose: Q_11 doubled, c with the other sign, and no interaction at all (lazy)."""
    wrong: list[Prediction] = []
    for name, altered in _CONTROLS.items():
        try:
            of, residual = altered(solved_law(parameters, "derived")[0], parameters)
            state = State(of, residual, joint_law(parameters, "derived", of, residual))
        except Undecided as doubt:
            rows = _missing(name, "finite", 2, str(doubt))
            wrong += [replace(row, control=True) for row in rows]
            continue
        wrong += _of_state(state, name, places, control=True)
    return wrong


def with_kernel_factor(of: Law, parameters: Mapping[str, float], factor: Array) -> Array:
    """The residual when the kernel's elements are multiplied by a matrix, followed from ones.

    Raises :class:`binodal.numerics.errors.Undecided` when a step of the continuation does not
    converge.
    """
    noise = parameters["sigma2"] / parameters["n"]
    residual = solve_law(of)
    for share in np.linspace(0.0, 1.0, _STEPS)[1:]:
        altered = 1.0 + share * (factor - 1.0)

        def imbalance(r: Array, altered: Array = altered) -> Array:
            chances, _ = of.chances(r)
            kernel = parameters["sigma_a2"] * (of.overlaps * chances[:, None]).T @ of.overlaps
            return np.asarray((kernel * altered) @ r / noise + r - of.target)

        root = optimize.root(imbalance, residual, tol=_TOLERANCE)
        if not root.success or not np.abs(imbalance(root.x)).max() < _LARGEST_IMBALANCE:
            raise Undecided(
                f"the altered closure did not settle at share {share:.2g} of the change"
            )
        residual = root.x
    return np.asarray(residual)
