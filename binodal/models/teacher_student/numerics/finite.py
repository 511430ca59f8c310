"""The closure at finite d: its balls, the saddles of its action, and the mass of each basin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from flint import arb

from binodal.derive.assumptions import Assumption
from binodal.models.teacher_student.numerics.certify import QUADRATURE_BITS, certified_closure
from binodal.models.teacher_student.numerics.functions import assumptions as assumptions_of
from binodal.models.teacher_student.numerics.integrals import NeuronIntegrals, Panels
from binodal.models.teacher_student.numerics.law import Array, Law, scales, solved_law
from binodal.models.teacher_student.numerics.masses import (
    barriers,
    basin_masses,
    certified_masses,
    features,
    peaks,
)
from binodal.models.teacher_student.numerics.saddles import Closure, Saddle, saddles
from binodal.models.teacher_student.numerics.thermodynamic import Solution
from binodal.numerics.balls import ball, precision
from binodal.numerics.errors import Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.phases.rule import RULE, phase

CUT = "basins: minima are divided at the barriers of the leading action in rho"
_ROUNDING, _EPSILON = 1e-13, 2.0**-50


def float_closure(
    parameters: Mapping[str, float], theory: str, modes: int = 2
) -> tuple[Array, Array]:
    """Residual modes (t_1, t_3, ...) at finite d and their error estimates.

    The error is the change when the step of the quadrature is halved, plus rounding.
    """
    coarse, fine = (
        solved_law(parameters, theory, modes, refine)[1] / scales(modes) for refine in (1, 2)
    )
    return fine, np.abs(fine - coarse) + _rounding(fine)


def _rounding(modes: Array) -> Array:
    return _ROUNDING * np.maximum(1.0, np.abs(modes))


@dataclass(frozen=True)
class FloatState:
    """The law and its residual in floats, with the barriers in y that its action has there."""

    law: Law
    residual: Array
    cuts: tuple[float, ...]

    @property
    def modes(self) -> tuple[float, float]:
        """b and c."""
        b, c = self.residual / scales(2)
        return float(b), float(c)


def float_state(
    parameters: Mapping[str, Fraction | arb], theory: str, refine: int = 1
) -> FloatState:
    """The float solution; no cuts where its saddles cannot be told apart. Raises Undecided."""
    floats = {name: float(value) for name, value in parameters.items()}
    of, residual = solved_law(floats, theory, refine=refine)
    state = FloatState(of, residual, ())
    try:
        with precision(QUADRATURE_BITS):
            stationary = saddles(parameters, Closure(*map(arb, state.modes)), theory)
            cuts = tuple(float(place.mid()) for place in barriers(stationary))
    except Undecided:
        return state
    return replace(state, cuts=cuts)


def proved_closure(
    parameters: Mapping[str, Fraction | arb],
    theory: str,
    near: FloatState,
    shared: Panels | None = None,
) -> tuple[Closure, NeuronIntegrals]:
    """The closure as balls, and the integrals that proved it. Raises :class:`Undecided`.

    ``near`` may be the float solution at parameters close by; ``shared`` are panels of integrals
    with the same d, sigma_w^2 and theory.
    """
    of, residual = near.law, near.residual
    places = peaks(of, residual, near.cuts)
    with precision(QUADRATURE_BITS):
        ends = near.cuts, places, float(of.y[-1])
        integrals = NeuronIntegrals(parameters, theory, *ends, shared)
        hessian = of.potential(residual)[2] / of.spring
        return certified_closure(near.modes, parameters, integrals, hessian), integrals


def solve_finite(
    parameters: Mapping[str, Fraction], theory: str, bits: int = QUADRATURE_BITS
) -> Solution:
    """The closure at the given d, its saddles, masses and phase.

    Closure and masses are certified balls where certified quadrature succeeds; else floats with an
    error estimate, and the statuses say which. The phase follows from proved signs of the masses,
    or from signs that the estimates of their errors do not touch.
    """
    try:
        near = float_state(parameters, theory)
    except Undecided as doubt:
        return Solution.without(theory, "finite", Status.UNDECIDED, str(doubt))
    try:
        closure, integrals = proved_closure(parameters, theory, near)
    except Undecided as doubt:
        return _converged(parameters, theory, near, bits, str(doubt))
    stationary: list[Saddle] = []
    try:
        with precision(bits):
            stationary = saddles(parameters, closure, theory)
            shares = certified_masses(stationary, closure, integrals)
            why = "closure and masses: certified quadrature and strong convexity"
            return _solution(parameters, theory, closure, stationary, shares, why)
    except Undecided as doubt:
        why = f"closure: certified quadrature and strong convexity; not decided: {doubt}"
        return _solution(parameters, theory, closure, stationary, None, why)


def _solution(
    parameters: Mapping[str, Fraction],
    theory: str,
    closure: Closure,
    points: Sequence[Saddle],
    shares: Sequence[arb] | None,
    reason: str,
    status: Status = Status.CERTIFIED,
) -> Solution:
    """The solution with masses on its minima and its phase; undecided without them."""
    named, held = "undecided", tuple(points)
    if shares is not None:
        named = phase(*features(shares, points), ball(parameters["N"]))
        held = _with_masses(points, shares)
    notes = finite_notes(theory)
    return Solution(theory, "finite", status, closure, held, named, reason, notes, masses=status)


def finite_notes(theory: str) -> tuple[str, ...]:
    """What a closure at finite d rests on, its phases' rule included."""
    named = assumptions_of(theory)
    large = (Assumption.LARGE_D,)
    large_notes = (f"saddles only: {a.value}" if a in large else a.value for a in named)
    return (*large_notes, CUT, RULE)


def _with_masses(points: Sequence[Saddle], shares: Sequence[arb]) -> tuple[Saddle, ...]:
    """The saddles with the probability of each minimum's basin; q and -q share a feature's."""
    minima = [s for s in points if s.kind == "minimum" and not s.q < 0]
    by_rho = {str(s.rho): share for s, share in zip(minima, shares, strict=True)}
    return tuple(
        replace(s, mass=by_rho[str(s.rho)] / (1 if s.q == 0 else 2)) if s.kind == "minimum" else s
        for s in points
    )


def _converged(
    parameters: Mapping[str, Fraction], theory: str, coarse: FloatState, bits: int, doubt: str
) -> Solution:
    """The float solution; errors are the changes on a finer quadrature, plus rounding."""
    why, status = f"not certified: {doubt}", Status.CONVERGED
    try:
        fine = float_state(parameters, theory, 2)
    except Undecided as more:
        return Solution.without(theory, "finite", Status.UNDECIDED, f"{why}; {more}")
    better, rough = np.array(fine.modes), np.array(coarse.modes)
    gaps = (np.abs(better - rough) + _rounding(better)).tolist()
    stationary: list[Saddle] = []
    with precision(bits):
        closure = Closure(*(arb(*pair) for pair in zip(fine.modes, gaps, strict=True)))
        try:
            stationary = saddles(parameters, closure, theory)
            shares = float_masses(fine, coarse, len(barriers(stationary)))
        except Undecided as more:
            why = f"{why}; {more}"
            return _solution(parameters, theory, closure, stationary, None, why, status)
        return _solution(parameters, theory, closure, stationary, shares, why, status)


def float_masses(fine: FloatState, coarse: FloatState, cuts: int) -> list[arb]:
    """Masses with error estimates: everything is redone on half the points, barriers included.

    Raises :class:`Undecided` when the two do not agree that there are this many barriers.
    """
    if not len(fine.cuts) == len(coarse.cuts) == cuts:
        raise Undecided("the number of barriers depends on the quadrature")
    better, rough = (
        basin_masses(state.law, state.residual, state.cuts, refine)
        for refine, state in ((2, fine), (1, coarse))
    )
    depth = float(np.abs(fine.law.log_prior).max())
    errors = np.abs(better - rough) + better * (_ROUNDING + _EPSILON * depth)
    return [arb(*pair) for pair in zip(better.tolist(), errors.tolist(), strict=True)]
