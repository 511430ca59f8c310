"""The numbers of the modular-addition report: critical points, solutions, weights and curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from binodal.api import critical, solve
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.events import coexistence, events
from binodal.derive.symbols import N, P, gamma, u, x, x_v
from binodal.derive.theories import THEORIES
from binodal.models.protocol import LIMITS
from binodal.numerics.codegen.load import compiled
from binodal.numerics.errors import Undecided
from binodal.models.modular.numerics.grid import finite_grid, thermodynamic_grid
from binodal.models.modular.numerics.weights import RingWeights, ring_weights
from binodal.numerics.parameters import Parameters
from binodal.models.registry import preset
from binodal.models.modular.report.figures import ActionCurve, ResidualCurve
from binodal.result import Result

MODEL, PRESET = "modular", "fig3"
EVENTS = {
    "thermodynamic": ("birth", "coexistence", "instability", "gmfl2"),
    "finite": ("birth", "coexistence", "mass", "gmfl2"),
}
TEMPERATURES = (Fraction(1, 5), Fraction(3, 20), Fraction(1, 10))
"""Between the published ends of GMFL-I, and past both."""

WINDOW = (0.1, 0.3)
_WEIGHT_SIZES = (11, 47, 401)
_NEAR = Fraction(1, 100_000)
_FARTHEST_X = 270.0

Events = dict[tuple[str, str, str], Result]
"""Results by limit, theory and event."""


def critical_points(digits: int, limits: Sequence[str] = LIMITS) -> Events:
    """All events along sigma^2 in both theories, as P -> infinity and at the given P."""
    return {
        (limit, theory, event): critical(
            MODEL, event, preset=PRESET, theory=theory, limit=limit, digits=digits
        )
        for limit in limits
        for theory in THEORIES
        for event in EVENTS[limit]
    }


def place(found: Result) -> float | None:
    """sigma^2 of a critical point; None when it is proved that there is none."""
    value = found.document["value"]
    if value is None:
        if found.status == "absent":
            return None
        raise Undecided(f"{found.document['event']}: {found.document['reason']}")
    return float(value["mid"] if "mid" in value else value["value"])


def solutions(digits: int) -> list[Result]:
    """Solved closures below coexistence, both theories and limits."""
    return [
        solve(MODEL, preset=PRESET, sigma2=sigma2, theory=theory, limit=limit, digits=digits)
        for theory in THEORIES
        for sigma2 in TEMPERATURES
        for limit in LIMITS
    ]


def _columns() -> dict[str, float]:
    return {name: float(value) for name, value in preset(PRESET).items()}


def residual_curves(theory: str, points: int) -> list[ResidualCurve]:
    """a and the number of neurons on a mode's ring against sigma^2, in both limits."""
    cold = np.linspace(*WINDOW, points)
    curves = []
    for name, grid in (("P = 401", finite_grid), ("P → ∞", thermodynamic_grid)):
        found = grid({**_columns(), "sigma2": cold}, theory)
        solved = found["phase"] < 3
        a = np.where(solved, found["a"], np.nan)
        neurons = np.where(found["neurons"] > 0, found["neurons"], np.nan)
        curves.append(ResidualCurve(name, cold, a, neurons))
    return curves


def landscape(theory: str, critical_points: Events) -> list[ActionCurve]:
    """S/P of a mode along x = x_v at the thermodynamic solutions, coldest last."""
    born, equal = (
        place(critical_points["thermodynamic", theory, event]) for event in ("birth", "coexistence")
    )
    if born is None or equal is None:
        raise Undecided(f"{theory}: birth and coexistence are needed for the landscape")
    chosen = {
        1.08 * born: "before birth",
        (born + equal) / 2: "metastable ring",
        equal: "coexistence",
        float(TEMPERATURES[1]): "past coexistence",
    }
    cold = np.array(list(chosen))
    couplings = thermodynamic_grid({**_columns(), "sigma2": cold}, theory)["u"]
    mode = mode_action(theory)
    density = sp.expand(mode.factor * mode.s / P).subs(x_v, x)
    heights = compiled("density", {"S": density}, (x, u, gamma), "numpy")
    at = np.linspace(0.0, _FARTHEST_X, 400)
    return [
        ActionCurve(sigma2, word, at, np.asarray(heights(at, coupling, _columns()["gamma"])[0]))
        for (sigma2, word), coupling in zip(chosen.items(), couplings, strict=True)
    ]


@dataclass(frozen=True)
class Weighed:
    """Odds of ring against zero at some u: a word on where that is, P, and the three ways."""

    where: str
    order: int
    weights: RingWeights


def weights() -> list[Weighed]:
    """At coexistence for several P, and close to it on both sides at the P of the preset."""
    base = preset(PRESET)
    value = coexistence()[0].subs(gamma, sp.Rational(str(base["gamma"])))
    # The rational is a point to evaluate at: coexistence itself is irrational.
    pinned = Fraction(str(sp.N(value, 30)))
    rows = [("u = u_c", order, pinned) for order in _WEIGHT_SIZES]
    own = int(base["P"])
    rows += [
        (f"u = u_c (1 {sign} 1e-5)", own, pinned * (1 + step))
        for sign, step in (("-", -_NEAR), ("+", _NEAR))
    ]
    return [
        Weighed(where, order, ring_weights(base.replace(P=Fraction(order)), coupling))
        for where, order, coupling in rows
    ]


def neurons_at_zero_temperature(theory: str) -> float:
    """The most neurons that the ring of one mode holds in GMFL-I: N m as sigma^2 -> 0."""
    exact = events(theory).results["neurons_per_mode_cold"]
    return float(exact.subs(_symbols(preset(PRESET))))


def neurons_needed() -> float:
    """N from which the derived ring can hold one neuron of a mode, all else kept."""
    exact = events("derived").results["neurons_per_mode_cold"]
    values = {s: v for s, v in _symbols(preset(PRESET)).items() if s != N}
    (root,) = sp.solve(sp.Eq(exact.subs(values), 1), N)
    return float(root)


def _symbols(parameters: Parameters) -> Mapping[sp.Symbol, Any]:
    return {s: sp.Rational(str(parameters[str(s)])) for s in _used()}


def _used() -> set[sp.Symbol]:
    free: set[sp.Symbol] = events("derived").results["neurons_per_mode_cold"].free_symbols
    return free
