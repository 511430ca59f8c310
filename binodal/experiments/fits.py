"""Which cases form a ladder of sizes, and how the gap to the derived theory closes along it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import product
from typing import TYPE_CHECKING, Any

from binodal.experiments.figures import main_form
from binodal.experiments.gaps import Gap, power_law

if TYPE_CHECKING:
    from binodal.comparison.api import Compared
    from validate.experiments.experiment import Case

LADDERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "data": ("n", ("b", "c", "q2")),
    "width": ("N", ("b",)),
    "beta": ("N", ("b", "c", "q2")),
    "modular-width": ("N", ("a",)),
    "modular-exact": ("N", ("a",)),
    "modular-P": ("N", ("a",)),
}
"""For each ladder of cases the size that grows, and the observables whose gaps are followed."""

THEORIES = (("derived", "finite"), ("derived", "finite width"), ("published", "finite"))
"""Theories and their limits, at the networks' own sizes."""


def fits_of(judged: Sequence[tuple[Case, Compared]]) -> list[dict[str, Any]]:
    """For each ladder, theory and finite limit: the gaps, and the power law that they follow."""
    found = []
    for ladder, (along, observables) in LADDERS.items():
        own = [(c, r) for c, r in judged if ladder_of(c.name) == ladder]
        for observable, theory in product(observables, THEORIES if len(own) > 1 else ()):
            gaps = [g for c, r in own if (g := _gap(c, r, along, observable, *theory)) is not None]
            if not gaps:
                continue
            law = power_law(gaps)
            found.append(
                {
                    "ladder": ladder,
                    "along": along,
                    "observable": observable,
                    "theory": theory[0],
                    "limit": theory[1],
                    "gaps": [asdict(gap) for gap in gaps],
                    "law": None if law is None else asdict(law),
                }
            )
    return found


def ladder_of(case: str) -> str:
    """The ladder that a case belongs to, by its name; empty if to none.

    >>> ladder_of("modular-width-250"), ladder_of("beta-1-8"), ladder_of("beta-1-8-sigma2-0.20")
    ('modular-width', 'beta', '')
    """
    fits = [ladder for ladder in LADDERS if case.startswith(f"{ladder}-") and "sigma2" not in case]
    return max(fits, key=len, default="")


def _gap(
    case: Case, compared: Compared, along: str, observable: str, theory: str, limit: str
) -> Gap | None:
    for row in compared.rows:
        said = row.prediction
        if (
            (said.theory, said.observable, said.limit, said.control)
            == (
                theory,
                observable,
                limit,
                False,
            )
            and main_form(limit, said.modes)
            and not said.missing
        ):
            measured = row.measurement
            size = float(case.spec.parameters[along])
            return Gap(size, measured.value - said.value, measured.stderr)
    return None
