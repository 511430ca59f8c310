"""The variables of a sweep as every format stores them: names, axes, meanings, codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from binodal.sweeps.arrays import STATES, Arrays


@dataclass(frozen=True)
class Variable:
    """One array over the axes; ``fill`` stands where nothing is known yet."""

    name: str
    dimensions: tuple[str, ...]
    kind: str
    fill: float
    attributes: Mapping[str, Any]


def variables(table: Arrays) -> list[Variable]:
    """The quantities, ``phase`` and ``state``; every quantity of the theory is dimensionless."""
    names = tuple(axis.name for axis in table.axes)
    quantities = [
        Variable(name, names, "f8", float("nan"), {"long_name": meaning, "units": "1"})
        for name, meaning in table.quantities.items()
    ]
    return [
        *quantities,
        _codes("phase", names, "phase", ("unknown", *table.phases), -1),
        _codes("state", names, "what is known of the cell", STATES, 0),
    ]


def _codes(
    name: str, names: tuple[str, ...], meaning: str, words: Sequence[str], first: int
) -> Variable:
    attributes = {
        "long_name": meaning,
        "flag_values": list(range(first, first + len(words))),
        "flag_meanings": " ".join(words),
    }
    return Variable(name, names, "i1", first, attributes)


def coordinates(table: Arrays) -> list[Variable]:
    """One variable an axis, with its exact values."""
    return [
        Variable(
            axis.name,
            (axis.name,),
            "f8",
            float("nan"),
            {"long_name": f"parameter {axis.name}", "units": "1", "exact": str(axis)},
        )
        for axis in table.axes
    ]
