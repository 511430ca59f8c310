"""A phase map: proved cells, what they cover, and where the boundaries must run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.numerics.outcome import Status
from binodal.numerics.parameters import Parameters
from binodal.numerics.phases.quadtree import (
    BOUNDARIES,
    STAGES,
    Axis,
    Box,
    Cell,
    Classifier,
    Stages,
    refine,
)

UNDECIDED = -1


@dataclass(frozen=True)
class Cells:
    """How a model proves the stages of a cell, by theory, its last stage, and what lies between."""

    classifier: Callable[[str], Classifier]
    last: str
    boundaries: tuple[str, ...] = BOUNDARIES

    def by(self, given: Callable[[Mapping[str, Fraction]], Mapping[str, Fraction]]) -> Cells:
        """The same proofs for a model whose parameters, by ``given``, give those of this one."""

        def classifier(theory: str) -> Classifier:
            own = self.classifier(theory)

            def classify(boxes: Sequence[Box], known: Sequence[Stages], /) -> list[Stages]:
                return own([_by(given, box) for box in boxes], known)

            return classify

        return replace(self, classifier=classifier)


def _by(given: Callable[[Mapping[str, Fraction]], Mapping[str, Fraction]], box: Box) -> Box:
    low, high = (given({name: ends[k] for name, ends in box.items()}) for k in (0, 1))
    return {name: (low[name], high[name]) for name in low}


@dataclass(frozen=True)
class PhaseMap:
    """Cells that tile the rectangle of two axes; a decided cell's stage holds everywhere in it."""

    model: str
    theory: str
    axes: tuple[Axis, Axis]
    fixed: Mapping[str, Fraction]
    depth: int
    cells: tuple[Cell, ...]
    boundaries: tuple[str, ...] = BOUNDARIES

    @property
    def status(self) -> Status:
        """Certified when some of the area is decided: each cell says for itself what it is."""
        return Status.CERTIFIED if any(c.decided for c in self.cells) else Status.UNDECIDED

    def fractions(self) -> dict[str, Fraction]:
        """Exact shares of the area for each stage that occurs, and for "undecided"."""
        shares = dict.fromkeys((*STAGES, "undecided"), Fraction(0))
        for cell in self.cells:
            name = STAGES[cell.lowest] if cell.decided else "undecided"
            shares[name] += Fraction(1, 4**cell.depth)
        return {name: share for name, share in shares.items() if share or name == "undecided"}

    def lattice(self) -> NDArray[np.int8]:
        """Stage of every finest cell, row by row upward; UNDECIDED where nothing is proved."""
        side = 2**self.depth
        image = np.full((side, side), UNDECIDED, dtype=np.int8)
        for cell in self.cells:
            if cell.decided:
                size = 2 ** (self.depth - cell.depth)
                rows = slice(cell.row * size, (cell.row + 1) * size)
                image[rows, cell.column * size : (cell.column + 1) * size] = cell.lowest
        return image

    def raster(self, columns: int, rows: int) -> NDArray[np.int8]:
        """Stage at the centre of each pixel of an image of any size, row by row upward."""
        side = 2**self.depth
        across, up = (((2 * np.arange(n) + 1) * side) // (2 * n) for n in (columns, rows))
        return np.asarray(self.lattice()[np.ix_(up, across)])

    def enclosures(self) -> dict[str, NDArray[np.float64]]:
        """Per event, the undecided cells that may hold it: rows (x_low, x_high, y_low, y_high).

        Every point of the event's curve in the rectangle lies in one of its cells.
        """
        held: dict[str, list[tuple[float, ...]]] = {name: [] for name in self.boundaries}
        for cell in self.cells:
            for stage in range(cell.lowest, cell.highest):
                ends = (
                    *self.axes[0].part(cell.column, cell.depth),
                    *self.axes[1].part(cell.row, cell.depth),
                )
                held[self.boundaries[stage]].append(tuple(map(float, ends)))
        return {name: np.array(rows).reshape(-1, 4) for name, rows in held.items() if rows}

    def columns(self) -> dict[str, NDArray[Any]]:
        """The cells as arrays: depth, column, row, lowest and highest stage."""
        names = ("depth", "column", "row", "lowest", "highest")
        table = np.array([[getattr(cell, name) for name in names] for cell in self.cells])
        return {name: table[:, k].astype(np.int32) for k, name in enumerate(names)}


def phase_map(
    of: Cells,
    parameters: Parameters,
    axes: tuple[Axis, Axis],
    theory: str = "derived",
    depth: int = 8,
    tell: Callable[[int, int], None] = lambda level, cells: None,
) -> PhaseMap:
    """The certified phase map in the thermodynamic limit; the axes replace their parameters.

    Raises ParameterError when an axis is no parameter of the model or leaves its range.
    """
    for axis in axes:
        parameters.replace(**{axis.name: axis.low})
        parameters.replace(**{axis.name: axis.high})
    fixed = {
        name: value for name, value in parameters.items() if name not in {a.name for a in axes}
    }
    cells = refine(of.classifier(theory), axes, fixed, depth, (0, STAGES.index(of.last)), tell)
    return PhaseMap(parameters.model, theory, axes, fixed, depth, cells, of.boundaries)
