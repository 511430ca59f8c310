"""The result of a sweep in memory, as users have it: a table, a data set, a picture."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from binodal.extras import extra
from binodal.page.blocks import Block, Figure, Paragraph, literal
from binodal.shown import MOST_ROWS, Row, Shown, rows_table
from binodal.sweeps.arrays import STATES, Arrays
from binodal.sweeps.axis import floats
from binodal.sweeps.layout import coordinates, variables
from binodal.sweeps.picture import picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing


class Table(Shown, Arrays):
    """The arrays of a sweep and their forms."""

    def headline(self) -> str:
        """Model, theory, limit, axes, and how many cells are in which state and phase."""
        of = self.attributes
        words = ", ".join(of[name] for name in ("model", "theory", "limit") if name in of)
        return f"{words or 'sweep'} over {', '.join(map(str, self.axes))}: {summary(self)}"

    def records(self) -> list[Row]:
        """One row a cell: coordinates, quantities, phase and state."""
        return list(self._cells())

    def _cells(self) -> Iterator[Row]:
        coordinates = [(axis.name, floats(axis)) for axis in self.axes]
        for index in np.ndindex(self.state.shape):
            point = {name: float(c[i]) for (name, c), i in zip(coordinates, index, strict=True)}
            phase = int(self.phase[index])
            own = {name: float(self.values[name][index]) for name in self.quantities}
            words = {"phase": self.phases[phase] if phase >= 0 else None}
            yield {**point, **own, **words, "status": STATES[int(self.state[index])]}

    def blocks(self) -> list[Block]:
        """A picture if there are one or two axes, and the first cells."""
        rows = list(islice(self._cells(), MOST_ROWS))
        shown = rows_table(rows, "Cells", self.state.size)
        if len(self.axes) > 2:
            return [Paragraph(literal(self.headline())), *shown]
        words = "Phases over the grid."
        return [Figure("sweep", self._draw, literal(self.headline()), words), *shown]

    def _draw(self, path: Path) -> None:
        self.plot().savefig(path)

    def __str__(self) -> str:
        return as_text(self)

    def to_xarray(self) -> Any:
        """The table as an xarray.Dataset, with meanings, parameters and hashes as attributes.

        Raises :class:`binodal.errors.RequestError` where xarray is not installed.
        """
        with extra("sweep", "to_xarray"):
            import xarray
        axes = {
            v.name: xarray.Variable(v.dimensions, floats(axis), dict(v.attributes))
            for axis, v in zip(self.axes, coordinates(self), strict=True)
        }
        data = {
            v.name: xarray.Variable(v.dimensions, self.array(v.name).copy(), dict(v.attributes))
            for v in variables(self)
        }
        return xarray.Dataset(data, axes, dict(self.attributes))

    def plot(self) -> Drawing:
        """A picture of the phases over two axes, or of the closure along one.

        Undecided cells are hatched. Raises :class:`binodal.errors.RequestError` for more
        axes.
        """
        return picture(self)


def as_text(table: Table) -> str:
    """Tab-separated text with one line a cell."""
    lines = ["\t".join([*(axis.name for axis in table.axes), *table.quantities, "phase", "status"])]
    for row in table._cells():
        cells = (f"{v:.12g}" if isinstance(v, float) else v or "-" for v in row.values())
        lines.append("\t".join(cells))
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
