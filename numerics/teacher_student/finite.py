"""The closure at finite d: its balls, the saddles of its action, and the mass of each basin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise

import numpy as np
from flint import arb

from derive.assumptions import Assumption
from derive.teacher_student.action import action
from numerics.balls import precision
from numerics.errors import Undecided
from numerics.outcome import Status
from numerics.teacher_student.certify import QUADRATURE_BITS, certified_closure
from numerics.teacher_student.law import Array, Law, law, scales, solve_law
from numerics.teacher_student.saddles import Closure, Saddle, saddles
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


def basin_masses(of: Law, residual: Array, barriers: list[float]) -> Array:
    """Probabilities of the intervals that barriers in rho cut (0, 1/2) into, in order."""
    cuts = [float(np.sqrt(rho / (1.0 - 2.0 * rho))) for rho in barriers]
    ends = [0.0, *cuts, max(float(of.y[-1]), *cuts) if cuts else float(of.y[-1])]
    top = float(of.log_density(residual).max())
    parts = [_integral(of, residual, low, high, top) for low, high in pairwise(ends)]
    return np.array(parts) / sum(parts)


@cache
def _gauss_rule() -> tuple[Array, Array]:
    nodes, weights = np.polynomial.legendre.leggauss(_GAUSS_NODES)
    return nodes, weights


def _integral(of: Law, residual: Array, low: float, high: float, shift: float) -> float:
    nodes, weights = _gauss_rule()
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
        return Solution.without(theory, "finite", Status.UNDECIDED, str(doubt))
    try:
        closure, status = (
            certified_closure((modes[0], modes[1]), parameters, theory),
            Status.CERTIFIED,
        )
        reason = "closure: certified quadrature and strong convexity; masses: floats"
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
    return Solution(
        theory,
        "finite",
        status,
        closure,
        tuple(marked),
        phase,
        reason,
        assumptions,
        masses=Status.CONVERGED,
    )


def _phase(feature_mass: float, neurons: float) -> str:
    if feature_mass >= 0.5:
        return "GMFL-II"
    return "GFL" if feature_mass * neurons < 1.0 else "GMFL-I"


def _with_masses(
    found: list[Saddle], parameters: Mapping[str, float], theory: str, modes: Array
) -> tuple[list[Saddle], float]:
    """The saddles with the probability of each minimum's basin, and that of all features.

    Minima and barriers alternate in rho, so the barriers cut one interval around every minimum;
    q and -q share the interval of a feature.
    """
    barriers = sorted({float(s.rho.mid()) for s in found if s.kind == "maximum" and s.q > 0})
    shares = basin_masses(law(parameters, theory), modes * scales(2), barriers)
    minima = [s for s in found if s.kind == "minimum" and not s.q < 0]
    by_rho = dict(zip((float(s.rho.mid()) for s in minima), shares, strict=True))
    marked = []
    for saddle in found:
        if saddle.kind == "minimum":
            share = arb(by_rho[float(saddle.rho.mid())])
            saddle = replace(saddle, mass=share if saddle.q == 0 else share / 2.0)
        marked.append(saddle)
    held = [float(s.mass.mid()) for s in marked if s.mass is not None and s.q != 0]
    return marked, sum(held)
