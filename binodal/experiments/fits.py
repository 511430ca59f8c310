"""Which cases form a ladder of sizes, and how the gap to the derived theory closes along it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from itertools import product
from math import hypot, nan
from typing import Any

from binodal.experiments.gaps import Gap, power_law
from binodal.experiments.rows import main_theory

Case = Mapping[str, Any]

LADDERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "data": ("n", ("b", "c", "q2")),
    "width": ("N", ("b",)),
    "beta": ("N", ("b", "c", "q2")),
    "modular-width": ("N", ("a",)),
    "modular-P": ("N", ("a",)),
}
"""For each ladder of cases the size that grows, and the observables whose gaps are followed."""

THEORIES = (("derived", "finite"), ("derived", "finite width"), ("published", "finite"))
"""Theories and their limits, at the networks' own sizes."""


def fits_of(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """For each ladder, theory and finite limit: all gaps, and the power law that they follow.

    ``cases`` are those of a summary. A case whose networks have not settled is named, not used.
    """
    fits = []
    for ladder, (along, observables) in LADDERS.items():
        own = [case for case in cases if ladder_of(case["name"]) == ladder]
        for observable, theory in product(observables, THEORIES if len(own) > 1 else ()):
            rows = [(c, r) for c in own if (r := _row(c, observable, *theory)) is not None]
            gaps = [_gap(case, row, along) for case, row in rows if not row.get("problem")]
            if not gaps:
                continue
            fits.append(
                {
                    "ladder": ladder,
                    "along": along,
                    "observable": observable,
                    "theory": theory[0],
                    "limit": theory[1],
                    "gaps": [asdict(gap) for gap in gaps],
                    "left_out": [case["name"] for case, row in rows if row.get("problem")],
                    **asdict(power_law(gaps)),
                }
            )
    return fits


def ladder_of(case: str) -> str:
    """The ladder that a case belongs to, by its name; empty if to none.

    >>> ladder_of("modular-width-250"), ladder_of("beta-1-8"), ladder_of("beta-1-8-sigma2-0.20")
    ('modular-width', 'beta', '')
    """
    fits = [ladder for ladder in LADDERS if case.startswith(f"{ladder}-") and "sigma2" not in case]
    return max(fits, key=len, default="")


def _row(case: Case, observable: str, theory: str, limit: str) -> dict[str, Any] | None:
    for row in case["rows"]:
        named = row["theory"], row["observable"], row["limit"]
        wanted = named == (theory, observable, limit) and main_theory(row)
        if wanted and row.get("predicted") is not None:
            return dict(row)
    return None


def _gap(case: Case, row: Mapping[str, Any], along: str) -> Gap:
    size = float(Fraction(case["params"][along]))
    parts = (row.get(name, 0.0) for name in ("bias", "bias_error", "predicted_error"))
    spread = hypot(row.get("stderr", nan), *parts)
    return Gap(size, row["measured"] - row["predicted"], spread)
