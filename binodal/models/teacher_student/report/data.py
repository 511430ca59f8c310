"""The numbers of the teacher-student report: critical points and saddles."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache

from binodal.derive.theories import THEORIES
from binodal.numerics.errors import Undecided
from binodal.page.section import Ask, Document

MODEL, PRESET = "teacher-student", "fig2"
EVENTS = ("birth", "coexistence", "instability")
FIGURE_DIGITS = 15
TITLES = {
    "published": "published (M.13)",
    "derived": r"derived ($r_\perp$ relaxed)",
}
"""Of a figure's columns."""

Events = dict[str, dict[str, Document]]
"""Documents by theory and event."""
Solutions = dict[str, list[tuple[str, Document]]]
"""Documents by theory, with a word on where each stands."""


@cache
def critical_points(critical: Ask, digits: int) -> Events:
    """All events along sigma^2 in both theories."""
    return {
        theory: {
            event: critical(MODEL, event, preset=PRESET, theory=theory, digits=digits)
            for event in EVENTS
        }
        for theory in THEORIES
    }


def place(document: Document) -> float:
    """sigma^2 of a critical point. Raises Undecided when none was proved."""
    if document["value"] is None:
        raise Undecided(f"{document['event']}: {document['reason']}")
    return float(document["value"]["mid"])


def around(events: Mapping[str, Document]) -> list[tuple[Fraction, str]]:
    """Temperatures before, between and after the events, in three decimals, with a word each."""
    birth, coexistence = place(events["birth"]), place(events["coexistence"])
    values = (
        (1.08 * birth, "before birth"),
        ((birth + coexistence) / 2, "metastable feature"),
        (0.97 * coexistence, "past coexistence"),
        (0.8 * coexistence, "far past coexistence"),
    )
    return [(Fraction(round(1000 * value), 1000), word) for value, word in values]


def saddles(solve: Ask, events: Events, digits: int) -> Solutions:
    """Solutions around each theory's transition. Raises Undecided when one is not proved."""
    return {
        theory: [(word, _solved(solve, value, theory, digits)) for value, word in around(by_event)]
        for theory, by_event in events.items()
    }


def _solved(solve: Ask, sigma2: Fraction, theory: str, digits: int) -> Document:
    result = solve(MODEL, preset=PRESET, sigma2=sigma2, theory=theory, digits=digits)
    if result["closure"] is None:
        raise Undecided(f"sigma2={sigma2}: {result['reason']}")
    return result
