"""Which approximations explain how far networks are from the published theory."""

from __future__ import annotations

from binodal.validate.compare.measurement import Measurement
from binodal.validate.compare.sources import Effect, Gap, OnData, Table
from binodal.validate.expansion import LIMIT

_STEPS = (
    ("published", "thermodynamic", 1),
    ("derived", "thermodynamic", 1),
    ("derived", "finite", 1),
)


def gap(measured: Measurement, table: Table, data: OnData | None) -> Gap | None:
    """Factors and measure as printed, P -> infinity, mean field."""
    if any(form not in table for form in _STEPS):
        return None
    printed, derived, finite = (table[form] for form in _STEPS)
    effects = [
        Effect("factors and measure as derived", derived - printed),
        Effect("finite P", finite - derived),
    ]
    rest = "finite N"
    if ("derived", LIMIT, 1) in table:
        effects.append(Effect("finite N, derived orders", table["derived", LIMIT, 1] - finite))
        rest = "finite N, beyond them"
    return Gap("published, thermodynamic", printed, effects, rest, measured.error)
