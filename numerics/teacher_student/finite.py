"""The closure at finite d: its balls, the saddles of its action, and the mass of each basin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np
from flint import arb

from derive.assumptions import Assumption
from derive.teacher_student.action import action
from numerics.balls import precision
from numerics.errors import Undecided
from numerics.outcome import Status
from numerics.teacher_student.certify import QUADRATURE_BITS, certified_closure
from numerics.teacher_student.law import Array, Law, law, scales, solve_law
from numerics.teacher_student.saddles import Closure, Saddle, deepest_feature, saddles
from numerics.teacher_student.thermodynamic import Solution

_GAUSS_NODES = 400


def float_closure(
    parameters: Mapping[str, float], theory: str, modes: int = 2
) -> tuple[Array, Array]:
    """Residual modes (t_1, t_3, ...) at finite d and their error estimates.

    The error is the change when the step of the quadrature is halved, plus rounding.
    """
    coarse = solve_law(law(parameters, theory, modes)) / scales(modes)
    fine = solve_law(law(parameters, theory, modes, refine=2)) / scales(modes)
    return fine, np.abs(fine - coarse) + 1e-13


def basin_mass(of: Law, residual: Array, barrier: float) -> float:
    """Probability of rho > barrier under the law; Gauss-Legendre on both sides of the cut."""
    cut = float(np.sqrt(barrier / (1.0 - 2.0 * barrier)))
    logs = of.log_density(residual)
    inside = _integral(of, residual, 0.0, cut, float(logs.max()))
    outside = _integral(of, residual, cut, float(of.y[-1]), float(logs.max()))
    return outside / (inside + outside)


def _integral(of: Law, residual: Array, low: float, high: float, shift: float) -> float:
    nodes, weights = np.polynomial.legendre.leggauss(_GAUSS_NODES)
    points = low + (high - low) * (nodes + 1.0) / 2.0
    logs = of.at(points).log_density(residual)
    return float((high - low) / 2.0 * weights @ np.exp(logs - shift))


def solve_finite(
    parameters: Mapping[str, Fraction], theory: str, bits: int = QUADRATURE_BITS
) -> Solution:
    """The closure at the given d, its saddles, masses and phase.

    The closure is a certified ball where certified quadrature succeeds; else a float with an error
    estimate, and the status says which. Phase by convention: GFL while less than one of the N
    neurons is expected in the feature minima, GMFL-II once they hold half of the probability.
    """
    floats = {name: float(value) for name, value in parameters.items()}
    try:
        modes, errors = float_closure(floats, theory)
    except Undecided as doubt:
        return Solution(theory, "finite", Status.UNDECIDED, None, (), "undecided", str(doubt))
    try:
        closure, status = (
            certified_closure((modes[0], modes[1]), parameters, theory),
            Status.CERTIFIED,
        )
        reason = "certified quadrature and strong convexity of the closure's potential"
    except Undecided as doubt:
        closure = Closure(arb(modes[0], errors[0]), arb(modes[1], errors[1]))
        status, reason = Status.CONVERGED, f"not certified: {doubt}"
    assumptions = tuple(
        f"saddles only: {a.value}" if a is Assumption.LARGE_D else a.value
        for a in action(theory).assumptions
    )
    try:
        with precision(bits):
            found = saddles(parameters, closure, theory)
            marked, feature_mass = _with_masses(found, floats, theory, modes)
    except Undecided as doubt:
        return Solution(
            theory,
            "finite",
            status,
            closure,
            (),
            "undecided",
            f"{reason}; saddles: {doubt}",
            assumptions,
        )
    phase = _phase(feature_mass, floats["N"])
    return Solution(theory, "finite", status, closure, tuple(marked), phase, reason, assumptions)


def _phase(feature_mass: float, neurons: float) -> str:
    if feature_mass * neurons < 1.0:
        return "GFL"
    return "GMFL-I" if feature_mass < 0.5 else "GMFL-II"


def _with_masses(
    found: list[Saddle], parameters: Mapping[str, float], theory: str, modes: Array
) -> tuple[list[Saddle], float]:
    """The saddles with the probability of each minimum's basin, cut at the outermost barrier."""
    if deepest_feature(found) is None:
        return [replace(s, mass=1.0) if s.kind == "minimum" else s for s in found], 0.0
    of = law(parameters, theory)
    barriers = [float(s.rho.mid()) for s in found if s.kind == "maximum" and s.q > 0]
    total = basin_mass(of, modes * scales(2), max(barriers)) if barriers else 1.0
    marked = []
    for saddle in found:
        if saddle.kind == "minimum":
            saddle = replace(saddle, mass=1.0 - total if saddle.q == 0 else total / 2.0)
        marked.append(saddle)
    return marked, total
