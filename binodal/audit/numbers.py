"""The numbers that judge what the paper quotes: exact, certified, or computed with an error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
import sympy as sp
from flint import arb

from binodal.derive.symbols import N, P, d, gamma, rho, sigma2, sigma_a2
from binodal.models.modular.derivations.events import events
from binodal.models.registry import preset
from binodal.models.teacher_student.derivations.kernel import element
from binodal.models.teacher_student.numerics.critical import CriticalPoint, critical
from binodal.models.teacher_student.numerics.saddles import saddles
from binodal.models.teacher_student.numerics.thermodynamic import solve_thermodynamic, zero_state
from binodal.numerics.balls import ball, precision
from binodal.numerics.codegen.load import compiled

BITS = 128
FIG2, FIG3 = preset("fig2"), preset("fig3")
MODULAR = (N, P, sigma_a2, gamma, sigma2)


@dataclass(frozen=True)
class Number:
    """A value as a ball, and whether the ball is proved."""

    value: arb
    proved: bool = True


@cache
def event(name: str, theory: str) -> CriticalPoint:
    """A certified critical point at the parameters of C.43. Raises ValueError if absent."""
    transition = critical(FIG2, name, theory=theory, digits=20)
    if transition.point is None:
        raise ValueError(f"{name} of the {theory} theory: {transition.reason}")
    return transition.point


def _exact(value: Fraction | int) -> Number:
    with precision(BITS):
        return Number(ball(value))


def coupling_at(heat: Fraction) -> Fraction:
    """u at C.43 and a temperature, exactly."""
    return FIG2["n"] ** 2 * FIG2["sigma_a2"] / (heat**2 * FIG2["d"] * FIG2["N"])


@cache
def stationary_points(coupling: Fraction, theory: str) -> tuple[str, ...]:
    """Kinds of all stationary points in q at C.43 with n such that u = coupling.

    u is set through sigma_a^2 -> the temperature is not a rational function of u.
    """
    heat = Fraction(str(round(float(coupling_at(Fraction(1)) / coupling) ** 0.5, 6)))
    parameters = FIG2.replace(sigma2=heat)
    with precision(BITS):
        points = saddles(parameters, zero_state(parameters, BITS), theory)
    return tuple(s.kind for s in points)


@cache
def modular(name: str, theory: str, heat: Fraction = Fraction(1)) -> arb:
    """A closed form of the modular model's events at Fig. 3, as a ball."""
    expression = events(theory).results[name]
    with precision(BITS):
        arguments = [ball(FIG3[str(s)]) for s in MODULAR[:-1]] + [ball(heat)]
        function = compiled("audit_event", {"value": expression}, MODULAR, "arb")
        return arb(function(*arguments)[0])


def residual_at_end() -> arb:
    """a where the printed GMFL-I ends: its temperature over that of coexistence."""
    with precision(BITS):
        return modular("sigma2_gmfl2", "published") / modular("sigma2_coexistence", "published")


@cache
def prior_cube() -> float:
    """<rho^3> of the prior at C.43: a Beta moment times an average over |w|^2 (Gauss-Laguerre)."""
    size, width = int(FIG2["d"]), float(FIG2["sigma_w2"])
    nodes = np.linspace(0.2, 2.4, 40_001) * width
    logs = (size / 2 - 1) * np.log(nodes) - size * nodes / (2 * width)
    weight = np.exp(logs - logs.max())
    radial = float((weight * (nodes / (1 + 2 * nodes)) ** 3).sum() / weight.sum())
    return 15.0 / (size * (size + 2) * (size + 4)) * radial


def half_samples() -> Number:
    """n = sigma^2/Q33 of the prior: the data at which its kernel learns half of the cubic mode."""
    height = float(element(1, 1).coeff(rho, 3).subs(sigma_a2, float(FIG2["sigma_a2"])))
    value = float(FIG2["sigma2"]) / (height * prior_cube())
    return Number(arb(value, 1e-6 * value), proved=False)


def nngp_exponent() -> Number:
    """-d log <rho^3>/d log d as d -> infinity, from the Beta moment 15/(d(d+2)(d+4))."""
    moment = 15 / (d * (d + 2) * (d + 4))
    return _exact(int(sp.limit(-d * sp.diff(sp.log(moment), d), d, sp.oo)))


def learned_cubic() -> Number:
    """1 if the solved closure at n = 3000, sigma^2 = 0.15 has |c| < |eps| provably, else 0."""
    solution = solve_thermodynamic(FIG2.replace(sigma2=Fraction(3, 20)), "derived", BITS)
    assert solution.closure is not None
    with precision(BITS):
        return _exact(int(bool(abs(solution.closure.c) < abs(ball(FIG2["epsilon"])))))


def degenerate_phases() -> Number:
    """How many of sigma^2 = 0.15, 0.10 have feature minima at S = 0 beside the zero state."""
    heats = (Fraction(3, 20), Fraction(1, 10))
    phases = [solve_thermodynamic(FIG2.replace(sigma2=h), "published", BITS).phase for h in heats]
    return _exact(phases.count("GMFL-I"))


def _event(name: str, theory: str, what: str) -> Callable[[], Number]:
    return lambda: Number(getattr(event(name, theory), what))


def _count(coupling: int, theory: str = "published") -> Callable[[], Number]:
    return lambda: _exact(len(stationary_points(Fraction(coupling), theory)))


def _minima_at_coexistence() -> Number:
    """Minima just past the certified coexistence: zero and a symmetric pair."""
    heat = Fraction(str(event("coexistence", "published").value.mid().str(12, radius=False)))
    kinds = stationary_points(coupling_at(heat), "published")
    return _exact(kinds.count("minimum"))


_START = "sigma2_coexistence_with_prior"

MEASURES: dict[str, Callable[[], Number]] = {
    "u-at-0.18": lambda: _exact(coupling_at(Fraction(18, 100))),
    "published-coexistence-u": _event("coexistence", "published", "u"),
    "derived-coexistence-u": _event("coexistence", "derived", "u"),
    "published-coexistence-sigma2": _event("coexistence", "published", "value"),
    "derived-coexistence-sigma2": _event("coexistence", "derived", "value"),
    "published-coexistence-q": _event("coexistence", "published", "q"),
    "saddles-at-u-25": _count(25),
    "saddles-at-u-29": _count(29),
    "minima-at-coexistence": _minima_at_coexistence,
    "degenerate-phases": degenerate_phases,
    "nngp-exponent": nngp_exponent,
    "cubic-modes": lambda: _exact(FIG2["d"] ** 3 / 6),
    "nngp-half-samples": half_samples,
    "cubic-learned-at-3000": learned_cubic,
    "modular-start-published": lambda: Number(modular(_START, "published")),
    "modular-start-derived": lambda: Number(modular(_START, "derived")),
    "modular-end-published": lambda: Number(modular("sigma2_gmfl2", "published")),
    "modular-end-exists": lambda: _exact(int(bool(modular("gmfl2_ratio", "derived") < 1))),
    "a-at-start": lambda: _exact(1),
    "a-at-end-published": lambda: Number(residual_at_end()),
}
