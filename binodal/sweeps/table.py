"""The result of a sweep in memory: coordinates, one array a quantity, and what is known a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from binodal.sweeps.axis import Axis, floats
from binodal.sweeps.layout import STATES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PENDING = STATES.index("pending")


@dataclass
class Table:
    """Arrays over the grid, filled chunk by chunk.

    ``state`` holds codes of ``STATES``, ``phase`` codes of ``phases`` (-1 where not known);
    quantities are NaN where they are pending or do not exist. ``quantities`` maps names to
    meanings, ``attributes`` says what was asked and what the numbers rest on, ``notes`` what
    happened on the way (a damaged chunk, for example).
    """

    axes: Sequence[Axis]
    phases: Sequence[str]
    quantities: Mapping[str, str]
    attributes: Mapping[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
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

    def put(self, where: Any, found: Mapping[str, Any]) -> None:
        """Write the quantities, phase and state of some cells."""
        for name in self.quantities:
            self.values[name][where] = found[name]
        self.phase[where] = found["phase"]
        self.state[where] = found["state"]

    def to_xarray(self) -> Any:
        """The table as an xarray.Dataset, with meanings, parameters and hashes as attributes.

        Raises :class:`binodal.errors.RequestError` where xarray is not installed.
        """
        from binodal.sweeps.dataset import dataset

        return dataset(self)

    def plot(self) -> Figure:
        """A picture of the phases over two axes, or of the closure along one.

        Undecided cells are hatched. Raises :class:`binodal.errors.RequestError` for more
        axes.
        """
        from binodal.sweeps.picture import picture

        return picture(self)


def as_text(table: Table) -> str:
    """Tab-separated text with one line a cell."""
    coordinates = [floats(axis) for axis in table.axes]
    lines = ["\t".join([*(axis.name for axis in table.axes), *table.quantities, "phase", "status"])]
    for index in np.ndindex(table.state.shape):
        cell = [f"{column[i]:.12g}" for column, i in zip(coordinates, index, strict=True)]
        cell += [f"{table.values[name][index]:.12g}" for name in table.quantities]
        phase = int(table.phase[index])
        cell += [table.phases[phase] if phase >= 0 else "-", STATES[int(table.state[index])]]
        lines.append("\t".join(cell))
    return "\n".join(lines)


def summary(table: Table) -> str:
    """How many cells are in which state and phase.

    >>> from fractions import Fraction
    >>> summary(Table([Axis("sigma2", Fraction(1), Fraction(2), 4)], ["GFL"], {}))
    '4 cells: 4 pending'
    """
    states = [
        f"{count} {name}"
        for code, name in enumerate(STATES)
        if (count := int((table.state == code).sum()))
    ]
    phases = [
        f"{count} {name}"
        for code, name in enumerate(table.phases)
        if (count := int((table.phase == code).sum()))
    ]
    return f"{table.state.size} cells: {', '.join(states)}" + (
        f"; {', '.join(phases)}" if phases else ""
    )
