"""What an independent numerical check reports, and how it reads a printed equation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import sympy as sp

from binodal.audit.paper.entry import Part
from binodal.audit.paper.judge import sides
from binodal.audit.paper.registry import registry


@dataclass(frozen=True)
class Witness:
    """A check that shares no code with the derivations.

    ``derived_holds``: the derived form agrees within ``numbers``' errors. ``printed_fails``: the
    printed one does not; None where the page is not contradicted.
    """

    method: str
    statement: str
    derived_holds: bool
    printed_fails: bool | None = None
    numbers: Mapping[str, str] = field(default_factory=dict)


def part(label: str, name: str) -> Part:
    """A part of an entry by its name. Raises KeyError for a name that the entry lacks."""
    return {p.name: p for p in registry()[label].parts}[name]


def printed_at(label: str, name: str, values: Mapping[sp.Symbol, object]) -> float:
    """The printed form at explicit values."""
    return float(sp.N(part(label, name).printed.subs(values), 30))


def derived_at(label: str, name: str, values: Mapping[sp.Symbol, object]) -> float:
    """The derived form at explicit values."""
    return float(sp.N(sides(part(label, name), part(label, name).printed)[1].subs(values), 30))


def close(left: float, right: float, relative: float) -> bool:
    """Whether two floats agree to a relative tolerance."""
    return abs(left - right) <= relative * abs(right)


def shown(value: float, error: float | None = None) -> str:
    """A number with its standard error or bound.

    >>> shown(0.5, 0.01)
    '0.5 +- 0.01'
    """
    return f"{value:.8g}" if error is None else f"{value:.6g} +- {error:.2g}"
