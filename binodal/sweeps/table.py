"""The result of a sweep in memory, as users have it: a table, a data set, a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from binodal.sweeps.arrays import STATES, Arrays
from binodal.sweeps.axis import floats
from binodal.sweeps.dataset import dataset
from binodal.sweeps.picture import picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Table(Arrays):
    """The arrays of a sweep and their forms."""

    def to_xarray(self) -> Any:
        """The table as an xarray.Dataset, with meanings, parameters and hashes as attributes.

        Raises :class:`binodal.errors.RequestError` where xarray is not installed.
        """
        return dataset(self)

    def plot(self) -> Figure:
        """A picture of the phases over two axes, or of the closure along one.

        Undecided cells are hatched. Raises :class:`binodal.errors.RequestError` for more
        axes.
        """
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
    >>> from binodal.sweeps.axis import Axis
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
