"""The numbers of the modular-addition report: critical points, solutions and weights."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import sympy as sp

from binodal.derive.symbols import N, gamma
from binodal.derive.theories import THEORIES
from binodal.models.modular.derivations.events import coexistence, events
from binodal.models.modular.numerics.weights import RingWeights, ring_weights
from binodal.models.protocol import LIMITS
from binodal.models.registry import preset
from binodal.numerics.errors import Undecided
from binodal.page.section import Ask, Document

MODEL, PRESET = "modular", "fig3"
EVENTS = {
    "thermodynamic": ("birth", "coexistence", "instability", "gmfl2"),
    "finite": ("birth", "coexistence", "mass", "gmfl2"),
}
TEMPERATURES = (Fraction(1, 5), Fraction(3, 20), Fraction(1, 10))
"""Between the published ends of GMFL-I, and past both."""

_WEIGHT_SIZES = (11, 47, 401)
_NEAR = Fraction(1, 100_000)

FIGURE_DIGITS = 15
TITLES = {
    "published": "published (B.37b, B.40–B.42)",
    "derived": "derived",
}
"""Of a figure's columns."""

Events = dict[tuple[str, str, str], Document]
"""Documents by limit, theory and event."""


@cache
def critical_points(critical: Ask, digits: int, limits: tuple[str, ...] = LIMITS) -> Events:
    """All events along sigma^2 in both theories, as P -> infinity and at the given P."""
    return {
        (limit, theory, event): critical(
            MODEL, event, preset=PRESET, theory=theory, limit=limit, digits=digits
        )
        for limit in limits
        for theory in THEORIES
        for event in EVENTS[limit]
    }


def place(document: Document) -> float | None:
    """sigma^2 of a critical point; None when it is proved that there is none."""
    value = document["value"]
    if value is None:
        if document["status"] == "absent":
            return None
        raise Undecided(f"{document['event']}: {document['reason']}")
    return float(value["mid"] if "mid" in value else value["value"])


def solutions(solve: Ask, digits: int) -> list[Document]:
    """Solved closures below coexistence, both theories and limits."""
    return [
        solve(MODEL, preset=PRESET, sigma2=sigma2, theory=theory, limit=limit, digits=digits)
        for theory in THEORIES
        for sigma2 in TEMPERATURES
        for limit in LIMITS
    ]


def preset_columns() -> dict[str, float]:
    """The setting of Fig. 3 in double precision."""
    return {name: float(value) for name, value in preset(PRESET).items()}


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
    return float(preset(PRESET).put_into(exact))


def neurons_needed() -> float:
    """N from which the derived ring can hold one neuron of a mode, all else kept."""
    exact = events("derived").results["neurons_per_mode_cold"]
    width = sp.Symbol("width", positive=True)
    (root,) = sp.solve(sp.Eq(preset(PRESET).put_into(exact.subs(N, width)), 1), width)
    return float(root)
