"""Rows of a comparison: whose theory each is about, and what tells its line from others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from binodal.experiments.titles import case_title
from binodal.models.registry import model, names
from binodal.page.measured import as_float
from binodal.page.names import math_of, observable

Row = Mapping[str, Any]
UNNAMED = "-"
"""The theory of a row that compares with none."""


def theory_of(row: Row) -> str:
    """The theory of a row, named with its limit and its modes, if they are told.

    >>> theory_of({"theory": "derived", "limit": "finite", "modes": 3})
    'derived, finite, modes to H5'
    """
    theory, modes = str(row.get("theory") or UNNAMED), row.get("modes")
    if not row.get("limit") or "," in theory or is_control(row):
        return theory
    more = f", modes to H{2 * modes - 1}" if isinstance(modes, int) and modes > 2 else ""
    return f"{theory}, {row['limit']}{more}"


def is_control(row: Row) -> bool:
    """Whether the row is about a theory that is wrong on purpose."""
    return str(row.get("theory")).startswith("control")


def main_theory(row: Row) -> str:
    """The theory of a row in its main form, as legends and tables call it; empty otherwise.

    A main form has two modes, or as many as finite width has; a control has none.

    >>> main_theory({"theory": "derived", "limit": "finite", "modes": 2})
    'derived'
    >>> main_theory({"theory": "derived", "limit": "finite width", "modes": 4})
    'derived, finite width'
    >>> main_theory({"theory": "derived", "limit": "finite", "modes": 3})
    ''
    """
    name, _, more = theory_of(row).partition(", modes to ")
    if is_control(row) or (more and not name.endswith(("finite width", "and data"))):
        return ""
    return name.removesuffix(", finite")


def headline() -> list[str]:
    """Observables that are shown first, of every model that has a part in the report."""
    reports = [of.report() for of in map(model, names()) if of.report is not None]
    return [name for report in reports for name in report.headline]


def label_of(row: Row, varied: Sequence[str]) -> str:
    """The observable with the parameters that tell its line from others.

    >>> label_of({"observable": "b", "params": {"sigma2": "3/20", "d": 150}}, ["sigma2"])
    '$b$, $\\\\sigma^2$ = 0.15'
    """
    words = [observable(str(row["observable"]))]
    if row.get("case"):
        words.append(case_title(str(row["case"]), row["params"]))
    for name in varied:
        if name in row["params"] and (not row.get("case") or name == "q"):
            words.append(f"{math_of(name)} = {_short(row['params'][name])}")
    return ", ".join(words)


def _short(value: Any) -> str:
    number = as_float(value)
    return str(value) if number is None else f"{number:.4g}"


def varied_names(rows: Sequence[Row]) -> list[str]:
    """Parameters that differ between rows, in the order in which they appear."""
    values: dict[str, set[str]] = {}
    for row in rows:
        for name, value in row["params"].items():
            values.setdefault(name, set()).add(_short(value))
    missing = {name for name in values if any(name not in row["params"] for row in rows)}
    return [name for name, seen in values.items() if len(seen) > 1 or name in missing]
