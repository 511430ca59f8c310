"""What a sweep fills: coordinates, one array a quantity, and what is known of each cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.sweeps.axis import Axis

STATES = ("pending", "certified", "converged", "undecided", "absent")
"""What is known of a cell, by its code."""

PENDING = STATES.index("pending")


@dataclass
class Arrays:
    """Arrays over the grid of a sweep, filled chunk by chunk.

    ``state`` holds codes of ``STATES``, ``phase`` codes of ``phases`` (-1 where not known);
    quantities are NaN where they are pending or do not exist. ``quantities`` maps names to
    meanings, ``attributes`` says what was asked and what the numbers rest on, ``notes`` what
    happened on the way (a damaged chunk, for example), ``dropped`` the largest of each term that
    the limit leaves out.
    """

    axes: Sequence[Axis]
    phases: Sequence[str]
    quantities: Mapping[str, str]
    attributes: Mapping[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    dropped: list[dict[str, Any]] = field(default_factory=list)
    values: dict[str, NDArray[np.float64]] = field(init=False)
    phase: NDArray[np.int8] = field(init=False)
    state: NDArray[np.int8] = field(init=False)

    def __post_init__(self) -> None:
        shape = tuple(axis.count for axis in self.axes)
        self.values = {name: np.full(shape, np.nan) for name in self.quantities}
        self.phase = np.full(shape, -1, dtype=np.int8)
        self.state = np.full(shape, PENDING, dtype=np.int8)

    def array(self, name: str) -> NDArray[Any]:
        """A quantity, ``phase`` or ``state`` by name."""
        codes = {"phase": self.phase, "state": self.state}
        return codes[name] if name in codes else self.values[name]

    def decided(self) -> bool:
        """Whether every cell has a solution and a phase."""
        solved = np.isin(self.state, [STATES.index(name) for name in ("certified", "converged")])
        unknown = [-1, *(code for code, name in enumerate(self.phases) if name == "undecided")]
        return bool(solved.all() and not np.isin(self.phase, unknown).any())

    def put(self, where: Any, columns: Mapping[str, Any]) -> None:
        """Write the quantities, phase and state of some cells."""
        for name in self.quantities:
            self.values[name][where] = columns[name]
        self.phase[where] = columns["phase"]
        self.state[where] = columns["state"]
