"""The two branches of the teacher-student loop at one setting, as d -> infinity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from flint import arb

from numerics.balls import precision
from numerics.errors import Undecided
from numerics.outcome import Status
from numerics.phases.hysteresis import Escapes, Feature, Solved, log_time
from numerics.teacher_student.barrier import prefactor_function
from numerics.teacher_student.functions import limit_functions, values
from numerics.teacher_student.saddles import Closure, Saddle, saddles
from numerics.teacher_student.thermodynamic import solve_thermodynamic, zero_state


def solved(parameters: Mapping[str, Fraction], theory: str, bits: int) -> Solved:
    """Phase, the feature beside the kept zero state, the equilibrium's feature, escape times.

    Escape times are those from the zero state in its own residual (cooling), and from the
    feature in the residual of the heating branch.
    """
    start = zero_state(parameters, bits)
    with precision(bits):
        kept = saddles(parameters, start, theory)
        cooling, rows = _feature(kept)
    equilibrium = solve_thermodynamic(parameters, theory, bits)
    if equilibrium.status != Status.CERTIFIED or equilibrium.closure is None:
        raise Undecided(equilibrium.reason)
    if equilibrium.phase == "GFL":
        heating, back, closure = cooling, rows, start
    else:
        closure = equilibrium.closure
        with precision(bits):
            heating, back = _feature(equilibrium.saddles)
    forth_time = _time("zero", parameters, start, rows, theory, cooling)
    back_time = _time("feature", parameters, closure, back, theory, heating)
    return equilibrium.phase, cooling, heating, Escapes(forth_time, back_time)


def _feature(found: Sequence[Saddle]) -> tuple[Feature | None, tuple[arb, arb] | None]:
    """The feature minimum with the maximum of S before it, and rho of both (saddle, minimum)."""
    right = [s for s in found if s.q > 0]
    minima = [s for s in right if s.kind == "minimum"]
    tops = [s for s in right if s.kind == "maximum"]
    if not minima or not tops:
        return None, None
    top, bottom = tops[0], minima[-1]
    feature = Feature(bottom.q, top.q, bottom.action, top.action)
    return feature, (top.rho, bottom.rho)


def _time(
    well: str,
    parameters: Mapping[str, Fraction],
    closure: Closure,
    rows: tuple[arb, arb] | None,
    theory: str,
    feature: Feature | None,
) -> float | None:
    """log10 of one neuron's mean escape time in units of the Langevin clock of its weights."""
    if rows is None or feature is None:
        return None
    kappa = limit_functions()(closure.b, *values(parameters))[4]
    state = (*rows, closure.b, closure.c, kappa)
    floats = [float(v.mid()) for v in state]
    size = float(parameters["d"])
    (rate,) = prefactor_function(well, theory)(*floats, float(parameters["sigma_w2"]), size)
    height = feature.barrier if well == "zero" else feature.back
    return log_time(float(rate), size, height)
